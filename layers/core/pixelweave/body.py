"""The body of a POST: unpacked, decoded, and split into hits."""

from __future__ import annotations

from zlib import MAX_WBITS, decompressobj
from zlib import error as ZlibError  # noqa: N812 - its own name, `error`, says nothing at the except clause

from pixelweave.errors import RejectionError
from pixelweave.params import JsonParams, Params, ParamsError, QueryParams
from pixelweave.structure import MAX_DEPTH, StructureError, is_deeper, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit

MAX_BODY = 4 * 1024 * 1024
MAX_HITS = 500
_GZIP = MAX_WBITS | 16
_GZIP_MAGIC = b"\x1f\x8b"
_FORM = "application/x-www-form-urlencoded"


class BodyError(RejectionError):
    """A body that yields no hit."""


def read_entries(hit: Hit) -> list[Params | str]:
    """The parameters of each hit in a request: one for a GET, up to 500 for a batch.

    An entry that cannot be read is the reason instead, and costs the others nothing. A batch is a JSON list, or an object
    with a list under `batch`; text/plain is read as what it looks like, because a tag sends it to avoid a preflight.

    Raises:
        BodyError: no entry can be told from another (`invalid_body`, `body_too_large`, `too_many_hits`, `empty_batch`).
    """
    if hit.method != "POST" or not hit.body:
        return [_read_query(hit.query)]
    kind = hit.headers.get("content-type", "").lower()
    if kind.startswith("multipart/"):
        # A FormData of fetch or sendBeacon: its head would pass for a form without one known name.
        raise BodyError("invalid_body")
    text = _unpack(hit).strip()
    if kind.startswith(_FORM) or _looks_like_form(text):
        return [_read_query(text)]
    try:
        value = parse(text)
    except StructureError as exc:
        raise BodyError("invalid_body") from exc
    if isinstance(value, dict) and isinstance(value.get("batch"), list):
        value = value["batch"]
    if isinstance(value, list):
        if not 0 < len(value) <= MAX_HITS:
            raise BodyError("too_many_hits" if value else "empty_batch")
        return [_read_object(item) for item in value]
    return [_read_object(value)]


def _looks_like_form(text: str) -> bool:
    return text[:1] not in ("{", "[") and "=" in text


def _unpack(hit: Hit) -> str:
    body = hit.body or b""
    if len(body) > MAX_BODY:
        raise BodyError("body_too_large")
    # The magic decides as well (RFC 1952, 2.3.1): what stands in front of the function may unpack and leave the header.
    if hit.headers.get("content-encoding", "").lower() == "gzip" and body.startswith(_GZIP_MAGIC):
        unpacker = decompressobj(_GZIP)
        try:
            # One byte more than allowed tells a bomb from a body that just fits, without unpacking the bomb.
            body = unpacker.decompress(body, MAX_BODY + 1)
        except ZlibError as exc:
            raise BodyError("invalid_body") from exc
        if len(body) > MAX_BODY:
            raise BodyError("body_too_large")
        if not unpacker.eof:
            raise BodyError("invalid_body")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BodyError("invalid_body") from exc


def _read_query(query: str) -> Params | str:
    try:
        return QueryParams(query)
    except ParamsError as exc:
        return exc.reason


def _read_object(value: object) -> Params | str:
    if not isinstance(value, dict):
        return "invalid_json"
    if is_deeper(value, MAX_DEPTH):
        return "too_deep"
    try:
        return JsonParams(value)
    except ParamsError as exc:
        return exc.reason
