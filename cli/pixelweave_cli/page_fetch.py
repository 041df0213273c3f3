"""Fetch a page that a stranger may have written: bounded in time, size and redirects, and never from a private address unless allowed."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import zlib
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from time import monotonic
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from pixelweave_cli.failure import InputError

MAX_BYTES = 2 * 1024 * 1024
MAX_REDIRECTS = 5
TIMEOUT_SECONDS = 10.0
_REDIRECTS = (301, 302, 303, 307, 308)
_MARKUP = ("text/html", "application/xhtml+xml")
# Decoders that are linear and common on the web; keys and paths are ASCII, so any of them will do for the rest.
_CHARSETS = (
    "utf-8",
    "iso-8859-1",
    "windows-1252",
    "windows-1251",
    "koi8-r",
    "shift_jis",
    "gb18030",
    "euc-kr",
)


class FetchError(OSError):
    """The page, or the collector, did not answer with something that can be read."""


class Limit(NamedTuple):
    """`private`: whether loopback and private networks may be asked; `seconds` for everything."""

    private: bool
    seconds: float = TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True)
class Page:
    """What was found in the end: `policies` are its Content-Security-Policy headers, `is_cut` says that it was too long."""

    url: str
    text: str
    policies: tuple[str, ...]
    is_cut: bool


class Reply(NamedTuple):
    """One answer; `body` has at most `MAX_BYTES` and one."""

    status: int
    headers: dict[str, list[str]]
    body: bytes


def fetch_page(url: str, limit: Limit) -> Page:
    """GET a page. Raises InputError where `url` is none of http or https, FetchError where it cannot be had."""
    try:
        parts = _split(url)
    except FetchError as exc:
        raise InputError(str(exc)) from exc
    deadline = monotonic() + limit.seconds
    for _ in range(MAX_REDIRECTS + 1):
        reply = ask(parts.geturl(), limit._replace(seconds=deadline - monotonic()))
        location = reply.headers.get("location")
        if reply.status not in _REDIRECTS or location is None:
            return _read(parts.geturl(), reply)
        parts = _split(location[0], parts.geturl())
    raise FetchError(f"{url} redirects more than {MAX_REDIRECTS} times")


def ask(url: str, limit: Limit, *, body: bytes | None = None, headers: dict[str, str] | None = None) -> Reply:
    """Send a GET, or with a body a POST, and read the answer. Raises FetchError."""
    parts = _split(url)
    expired = False

    def expire() -> None:
        nonlocal expired
        expired = True
        # Wakes whoever reads from it: each byte in time is no answer in time.
        with suppress(OSError):
            socket.socket.shutdown(opened, socket.SHUT_RDWR)

    connection = _connect(parts, limit)
    timer = Timer(max(limit.seconds, 0), expire)
    timer.daemon = True
    try:
        connection.sock = opened = _open(parts, limit)
        timer.start()
        target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            f"?{parts.query}" if parts.query else ""
        )
        sent = {"Accept-Encoding": "identity", "User-Agent": "pixelweave-check", **(headers or {})}
        connection.request("GET" if body is None else "POST", target, body, sent)
        reply = _receive(connection.getresponse())
    except (OSError, HTTPException, ValueError) as exc:
        if isinstance(exc, FetchError):
            raise
        reason = (
            f"no answer within {limit.seconds:.0f} seconds"
            if expired or isinstance(exc, TimeoutError)
            else str(exc) or type(exc).__name__
        )
        raise FetchError(f"{url} cannot be read: {reason}") from exc
    finally:
        timer.cancel()
        connection.close()
    if expired:
        raise FetchError(f"{url} cannot be read: no answer within {limit.seconds:.0f} seconds")
    return reply


def _split(url: str, base: str = "") -> SplitResult:
    """The parts of an address, which may be relative to `base`. Raises FetchError."""
    try:
        url = urljoin(base, url)
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise FetchError(f"{url!r} is not an address: {exc}") from exc
    if parts.scheme not in ("http", "https"):
        raise FetchError(f"{url!r} is not an address of http or https")
    if not parts.hostname or port == 0 or "@" in parts.netloc or not url.isprintable() or " " in url:
        raise FetchError(f"{url!r} is not the address of a page")
    return parts._replace(query=quote(parts.query, safe="/%:@!$&'()*+,;=~?[]|{}`^\""), fragment="")


def _connect(parts: SplitResult, limit: Limit) -> HTTPConnection:
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=max(limit.seconds, 0.001))


def _open(parts: SplitResult, limit: Limit) -> socket.socket:
    """Connect to an address that was looked at, so that the name cannot lead elsewhere a moment later."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    # In the resolver's order (RFC 6724), the next where one cannot be reached: a host has IPv6, we may have none.
    addresses = [address for address in found if limit.private or _is_public(address)]
    if not addresses:
        raise FetchError(f"{host} is at a private address; only with the local stack are those read")
    opened = _connect_first(addresses, port, monotonic() + limit.seconds)
    if parts.scheme != "https":
        return opened
    return ssl.create_default_context().wrap_socket(opened, server_hostname=host)


def _connect_first(addresses: list[str], port: int, deadline: float) -> socket.socket:
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=max((deadline - monotonic()) / 2, 0.001))
    return socket.create_connection((addresses[-1], port), timeout=max(deadline - monotonic(), 0.001))


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast


def _receive(response: HTTPResponse) -> Reply:
    headers: dict[str, list[str]] = {}
    for name, value in response.getheaders():
        headers.setdefault(name.lower(), []).append(value)
    body = response.read(MAX_BYTES + 1)
    encoding = headers.get("content-encoding", ["identity"])[0].lower()
    if encoding in ("gzip", "x-gzip", "deflate"):
        try:
            body = zlib.decompressobj(47).decompress(body, MAX_BYTES + 1)
        except zlib.error as exc:
            raise FetchError(f"the answer's compression is broken: {exc}") from exc
    elif encoding not in ("identity", ""):
        raise FetchError(f"the answer is compressed as {encoding!r}, which was not asked for")
    return Reply(response.status, headers, body)


def _read(url: str, reply: Reply) -> Page:
    if reply.status != 200:
        raise FetchError(f"{url} answers {reply.status}")
    kind, _, rest = reply.headers.get("content-type", ["text/html"])[0].partition(";")
    if kind.strip().lower() not in _MARKUP:
        raise FetchError(f"{url} is no page but {kind.strip()!r}")
    charset = rest.lower().partition("charset=")[2].strip(" \"';")
    text = reply.body[:MAX_BYTES].decode(charset if charset in _CHARSETS else "utf-8", errors="replace")
    policies = tuple(reply.headers.get("content-security-policy", ()))
    return Page(url, text, policies, len(reply.body) > MAX_BYTES)
