"""Reading an HTTP/1.1 answer off a real socket, however it is cut into packets."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from pixelweave_aws.answer import Answer, AnswerError, read_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"


class Packets:
    """A socket that delivers `packets` one a call, then end of file."""

    def __init__(self, packets: Sequence[bytes]) -> None:
        self._packets = list(packets)

    def recv(self, _size: int) -> bytes:
        """The next packet."""
        return self._packets.pop(0) if self._packets else b""


def read(*packets: bytes) -> Answer:
    """Read an answer that comes in `packets`."""
    return read_answer(Packets(packets))


@pytest.mark.parametrize(
    ("packets", "body", "keeps_alive"),
    [
        ([HEAD + b"Content-Length: 2\r\n\r\n{}"], b"{}", True),
        ([HEAD + b"content-length:2\r\n\r\n{}"], b"{}", True),
        ([HEAD + b"Content-Length: 0\r\n\r\n"], b"", True),
        ([HEAD + b"Content-Length: 2\r\nConnection: keep-alive\r\n\r\n{}"], b"{}", True),
        ([HEAD + b"Content-Length: 2\r\nConnection: Close\r\n\r\n{}"], b"{}", False),
        ([HEAD + b"Content-Length: 2\r\nConnection:close\r\n\r\n{}"], b"{}", False),
        ([b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"], b"{}", False),
        ([HEAD[:3], HEAD[3:] + b"Content-Length: 2\r\n\r", b"\n{", b"}"], b"{}", True),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n"], b"{}", True),
        (
            [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"A\r\n01234", b"56789\r", b"\n0\r\nt: v\r\n\r\n"],
            b"0123456789",
            True,
        ),
        ([HEAD + b"\r\n{", b"}"], b"{}", False),
    ],
)
def test_a_body_is_read_whole(packets: list[bytes], body: bytes, *, keeps_alive: bool) -> None:
    answer = read(*packets)
    assert (answer.status, answer.body, answer.keeps_alive) == (200, body, keeps_alive)


def test_the_kind_of_an_error_is_read_from_its_field() -> None:
    answer = read(b"HTTP/1.1 400 Bad Request\r\nX-Amzn-ErrorType: Throttled:x\r\nContent-Length: 0\r\n\r\n")
    assert (answer.status, answer.error_type) == (400, "Throttled:x")


def test_a_side_that_closes_without_a_word_resets() -> None:
    with pytest.raises(ConnectionResetError):
        read()


@pytest.mark.parametrize(
    "packets",
    [
        [b"HTTP/1.1 200 OK\r\nContent-"],
        [HEAD + b"Content-Length: 3\r\n\r\n{}"],
        [HEAD + b"Content-Length: two\r\n\r\n{}"],
        [HEAD + b"Content-Length: -2\r\n\r\n{}"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 70_000],
        [b"HTTP/1.1 100 Continue\r\n\r\n"],
        [b"HTTP/2 200\r\n\r\n"],
        [b"\x15\x03\x03\r\n\r\n"],
        [b"x" * 70_000],
    ],
)
def test_anything_but_a_whole_answer_is_an_error(packets: list[bytes]) -> None:
    with pytest.raises(AnswerError):
        read(*packets)


def test_a_real_socket_is_read_as_well() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
        assert read_answer(here).body == b"{}"
