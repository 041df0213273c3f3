"""One HTTP/1.1 answer off a socket: status, headers, body.

The standard library's reader parses headers as an e-mail's: importing it takes a third of a bare function's
init, and each answer a third of a warm call. AWS's JSON protocols need of RFC 9112 only what stands here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

MAX_HEAD = 64 * 1024
_CHUNK = 16 * 1024


class AnswerError(Exception):
    """What came is not a whole HTTP/1.1 answer."""


class Answer:
    """`headers` have lower-case names; `keeps_alive` says whether the connection may be used again."""

    __slots__ = ("body", "headers", "keeps_alive", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes, *, keeps_alive: bool) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.keeps_alive = keeps_alive


def read_answer(sock: socket) -> Answer:
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
    version, status, headers = _parse_head(data[:end].decode("latin-1"))
    rest = data[end + 4 :]
    keeps_alive = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _read_chunked(sock, rest)
    elif "content-length" in headers:
        body, _ = _read_exactly(sock, rest, _parse_size(headers["content-length"], 10))
    else:
        body, keeps_alive = _read_to_end(sock, rest), False
    return Answer(status, headers, body, keeps_alive=keeps_alive)


def _parse_head(text: str) -> tuple[str, int, dict[str, str]]:
    """Version, status and headers of a head without its empty line."""
    first, *lines = text.split("\r\n")
    version, _, rest = first.partition(" ")
    status = rest[:3]
    if not version.startswith("HTTP/1.") or not (status.isascii() and status.isdigit()) or status < "200":
        raise AnswerError("no HTTP/1.1 answer")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return version, int(status), headers


def _receive(sock: socket) -> bytes:
    data = sock.recv(_CHUNK)
    if not data:
        raise AnswerError("the answer broke off")
    return data


def _read_exactly(sock: socket, data: bytes, size: int) -> tuple[bytes, bytes]:
    """The first `size` bytes, of which `data` has arrived, and what arrived beyond them."""
    while len(data) < size:
        data += _receive(sock)
    return data[:size], data[size:]


def _read_to_end(sock: socket, data: bytes) -> bytes:
    while more := sock.recv(_CHUNK):
        data += more
    return data


def _read_chunked(sock: socket, data: bytes) -> bytes:
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


def _read_line(sock: socket, data: bytes) -> tuple[str, bytes]:
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
