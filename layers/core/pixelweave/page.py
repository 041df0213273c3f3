"""The page of a hit: what the addresses in `url` and `referrer` tell, whatever somebody put there.

Written by hand instead of with urllib.parse.urlsplit, which raises on hostile input; the rules are those of browsers
(WHATWG URL) as far as a log needs them. Kept free of costly imports: `collect` uses it too.
"""

from __future__ import annotations

from pixelweave.field import FIELDS
from pixelweave.personal import is_id
from pixelweave.pii import scrub_text
from pixelweave.text import clean

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

# Ids that an advertiser's click leaves in the landing page's address, lower-cased: Google (four), Meta, Microsoft,
# TikTok, X, LinkedIn, Yandex, Reddit, Pinterest, Snapchat, Quora, Impact, CJ, Awin, Taboola, Outbrain.
CLICK_IDS = (
    "gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid", "twclid", "li_fat_id", "yclid", "rdt_cid", "epik",
    "sccid", "qclid", "irclickid", "cjevent", "awc", "tblci", "dicbo",
)  # fmt: skip

# What else names a person or a device in an address: linker and e-mail programs' recipient ids.
_PERSONAL = ("_gl", "_ga", "igshid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "vero_id")

_STRIPPED = frozenset(CLICK_IDS + _PERSONAL)
_WANTED = dict.fromkeys(CLICK_IDS, "click_id") | {name: name for name in UTM}
_LIMITS = {field.name: field.limit for field in FIELDS}
# Apps name themselves in a referrer as android-app://PACKAGE; no other scheme has a host that means anything here.
_SCHEMES = ("http", "https", "android-app", "ios-app")
_DELIMITERS = frozenset("/?#")
# RFC 1035, 2.3.4.
_LONGEST_HOST = 253
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")
_IPV6_CHARACTERS = frozenset("0123456789abcdef:.")


def describe_page(url: str | None, referrer: str | None) -> dict[str, str]:
    """Columns that the addresses of a hit tell: host, path, referrer_host, utm_* and click_id, where there are any.

    `click_id` is `NAME:VALUE`, as `gclid:Cj0KCQ…`; of several the first in the address. Any text is legal; nothing raises.
    """
    columns: dict[str, str] = {}
    if url:
        host, path, query = split_address(url)
        if host:
            columns["host"] = host
        if path:
            columns["path"] = path
        _read_query(query, columns)
    if referrer:
        host = split_address(referrer)[0]
        if host:
            columns["referrer_host"] = host
    return columns


def split_address(address: str) -> tuple[str | None, str | None, str]:
    """Host (lower case, without user, port and final dot), path, and query (without `?`) of an address.

    A relative address has no host; one of another scheme (`javascript:`, `data:`, `about:`, `file:` …) has nothing at
    all. A host without a scheme (`example.com/a`) is taken for what it means. Nothing raises.
    """
    address = address.strip().replace("\\", "/")
    head, separator, rest = address.partition("://")
    if separator and not _DELIMITERS & set(head):
        if head.lower() not in _SCHEMES:
            return None, None, ""
    elif address.startswith("//"):
        rest = address[2:]
    elif address.startswith(("/", "?")):
        return None, *_split_path(address)
    else:
        rest = address
    authority = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    host = _read_host(authority)
    # Without a scheme, mailto:somebody@example.com must not pass for a host.
    if host is None or (rest is address and ("." not in host or "@" in authority)):
        return None, None, ""
    path, query = _split_path(rest[len(authority) :])
    return host, path or "/", query


def strip_click_ids(address: str) -> str:
    """`address` without the parameters that name a click or a person: who denied consent is not followed by them."""
    address, hash_mark, fragment = address.partition("#")
    return _strip_query(address, "?") + hash_mark + _strip_query(fragment, "?" if "?" in fragment else "")


def _split_path(rest: str) -> tuple[str, str]:
    path, _, query = rest.partition("#")[0].partition("?")
    return path, query


def _read_host(authority: str) -> str | None:
    host = authority.rpartition("@")[2].lower()
    if host.startswith("["):
        address, bracket, port = host[1:].partition("]")
        is_valid = bracket and set(address) <= _IPV6_CHARACTERS and ":" in address and _is_port(port)
        return f"[{address}]" if is_valid else None
    host, colon, port = host.partition(":")
    host = host.removesuffix(".")
    if not host or len(host) > _LONGEST_HOST or not _is_port(colon + port):
        return None
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return host if set(host) <= _HOST_CHARACTERS else None


def _is_port(text: str) -> bool:
    return text in ("", ":") or (text[0] == ":" and text[1:].isdecimal())


def _read_query(query: str, columns: dict[str, str]) -> None:
    for part in query.split("&"):
        name, _, value = part.partition("=")
        name = name.lower()
        column = _WANTED.get(name)
        if column is None or column in columns:
            continue
        # An e-mail address that was encoded once more than the collector looked is plain here.
        text = scrub_text(clean(_unquote(value)))
        if text:
            columns[column] = (f"{name}:{text}" if column == "click_id" else text)[: _LIMITS[column]]


def _unquote(value: str) -> str:
    if "%" not in value:
        return value.replace("+", " ")
    from urllib.parse import unquote_plus  # noqa: PLC0415 - only values that need it pay for the import

    return unquote_plus(value, errors="replace")


def _strip_query(text: str, mark: str) -> str:
    """`text` with the query after the first `mark` (all of it is query where `mark` is empty) freed of ids."""
    head, separator, query = text.partition(mark) if mark else ("", "", text)
    if not query:
        return text
    kept = [part for part in query.split("&") if not _is_id(part)]
    return head + (separator if kept else "") + "&".join(kept)


def _is_id(part: str) -> bool:
    # An address within the address (a redirect's target) carries the same ids.
    text = _unquote(part).replace("?", "&").replace("#", "&").lower()
    return any(is_trace(piece.partition("=")[0].strip()) for piece in text.split("&"))


def is_trace(name: str) -> bool:
    """Whether values under this name (of a parameter, a property or a label) follow a click, a person or a device."""
    return name.lower() in _STRIPPED or is_id(name)
