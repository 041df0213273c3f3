"""One HTTP/1.1 answer off a socket: status, body, and the few fields that matter here.

The standard library's reader parses headers as an e-mail's: importing it takes a third of a bare function's
init, and each answer a third of a warm call. AWS's JSON protocols need of RFC 9112 only what stands here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Receiver(Protocol):
        """The half of a socket that is read from."""

        def recv(self, size: int, /) -> bytes:
            """At most `size` bytes; none at the end."""


MAX_HEAD = 64 * 1024
_CHUNK = 16 * 1024


class AnswerError(Exception):
    """What came is not a whole HTTP/1.1 answer."""


class Answer:
    """`error_type` is the field that AWS adds to refusals; `keeps_alive`: whether the connection may be used
    again."""

    __slots__ = ("body", "error_type", "keeps_alive", "status")

    def __init__(self, status: int, error_type: str | None, body: bytes, *, keeps_alive: bool) -> None:
        self.status = status
        self.error_type = error_type
        self.body = body
        self.keeps_alive = keeps_alive


def read_answer(sock: Receiver) -> Answer:
    """Read the answer to the one request that was sent on `sock`.

    Raises ConnectionResetError when the other side closed without a word (a stale connection looks so),
    AnswerError when it stopped half-way or spoke something else, OSError and TimeoutError as the socket does.
    """
    data = sock.recv(_CHUNK)
    if not data:
        raise ConnectionResetError("closed before answering")
    while (end := data.find(b"\r\n\r\n")) < 0:
        if len(data) > MAX_HEAD:
            raise AnswerError("the head has no end")
        data += _receive(sock)
    head, rest = data[:end], data[end + 4 :]
    status = _parse_status(head)
    fields = head.lower()
    keeps_alive = head.startswith(b"HTTP/1.1 ") and _find_field(fields, fields, b"connection") != "close"
    length = _find_field(head, fields, b"content-length")
    if length is not None:
        body, _ = _read_exactly(sock, rest, _parse_size(length, 10))
    elif _find_field(head, fields, b"transfer-encoding") is not None:
        body = _read_chunked(sock, rest)
    else:
        body, keeps_alive = _read_to_end(sock, rest), False
    error_type = None if status == 200 else _find_field(head, fields, b"x-amzn-errortype")
    return Answer(status, error_type, body, keeps_alive=keeps_alive)


def _parse_status(head: bytes) -> int:
    status = head[9:12]
    if not head.startswith(b"HTTP/1.") or not status.isdigit() or status < b"200":
        raise AnswerError("no HTTP/1.1 answer")
    return int(status)


def _find_field(head: bytes, fields: bytes, name: bytes) -> str | None:
    """The value of the field `name`, `fields` being `head` in lower case."""
    start = fields.find(b"\r\n" + name + b":")
    if start < 0:
        return None
    start += len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].decode("latin-1").strip()


def _receive(sock: Receiver) -> bytes:
    data = sock.recv(_CHUNK)
    if not data:
        raise AnswerError("the answer broke off")
    return data


def _read_exactly(sock: Receiver, data: bytes, size: int) -> tuple[bytes, bytes]:
    """The first `size` bytes, of which `data` has arrived, and what arrived beyond them."""
    while len(data) < size:
        data += _receive(sock)
    return data[:size], data[size:]


def _read_to_end(sock: Receiver, data: bytes) -> bytes:
    while more := sock.recv(_CHUNK):
        data += more
    return data


def _read_chunked(sock: Receiver, data: bytes) -> bytes:
    """The body of RFC 9112, section 7.1; trailers are read and dropped."""
    body = b""
    while True:
        line, data = _read_line(sock, data)
        size = _parse_size(line.partition(";")[0], 16)
        if size == 0:
            while line:
                line, data = _read_line(sock, data)
            return body
        chunk, data = _read_exactly(sock, data, size + 2)
        body += chunk[:-2]


def _read_line(sock: Receiver, data: bytes) -> tuple[str, bytes]:
    while (end := data.find(b"\r\n")) < 0:
        if len(data) > MAX_HEAD:
            raise AnswerError("a line has no end")
        data += _receive(sock)
    return data[:end].decode("latin-1"), data[end + 2 :]


def _parse_size(text: str, base: int) -> int:
    try:
        size = int(text, base)
    except ValueError as exc:
        raise AnswerError("a length is no number") from exc
    if size < 0:
        raise AnswerError("a length is negative")
    return size
