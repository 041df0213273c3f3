"""The parameters of a hit, whichever way they came: a query string, a form, or a JSON object.

API Gateway's payload 2.0 joins repeated query parameters with commas, so queries are read from `rawQueryString` only
(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
"""

from __future__ import annotations

from urllib.parse import unquote

from pixelweave.errors import RejectionError
from pixelweave.structure import StructureError, decode, scalar
from pixelweave.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import KeysView

MAX_PARAMETERS = 100
MAX_QUERY = 10_240


class ParamsError(RejectionError):
    """Parameters past a limit."""


def decode_text(raw: str) -> str:
    """One percent-encoded value as text: `+` is a space, broken UTF-8 becomes U+FFFD."""
    if "+" in raw:
        raw = raw.replace("+", " ")
    return clean(unquote(raw) if "%" in raw else raw)


class QueryParams:
    """Parameters of a query string or a form body (application/x-www-form-urlencoded)."""

    __slots__ = ("_more", "_raw")

    def __init__(self, query: str) -> None:
        """Read `query` as it stands after the `?`.

        Raises:
            ParamsError: `query_too_large` or `too_many_parameters`.
        """
        if len(query) > MAX_QUERY:
            raise ParamsError("query_too_large")
        self._raw: dict[str, str] = {}
        self._more: dict[str, list[str]] = {}
        if not query:
            return
        pairs = query.split("&")
        if len(pairs) > MAX_PARAMETERS:
            raise ParamsError("too_many_parameters")
        for pair in pairs:
            name, _, value = pair.partition("=")
            if "%" in name or "+" in name:
                name = decode_text(name)
            if name in self._raw:
                self._more.setdefault(name, []).append(value)
            elif name:
                self._raw[name] = value

    def names(self) -> KeysView[str]:
        """The names that were sent."""
        return self._raw.keys()

    def raw(self, name: str) -> str | None:
        """The value as it stood on the wire, still percent-encoded; the first one where the name repeats."""
        return self._raw.get(name)

    def text(self, name: str) -> str | None:
        """The decoded value, None where absent or empty."""
        raw = self._raw.get(name)
        return decode_text(raw) or None if raw else None

    def texts(self, name: str) -> list[str]:
        """Every value of a repeated name, in order, empty ones included."""
        if name not in self._raw:
            return []
        return [decode_text(raw) for raw in (self._raw[name], *self._more.get(name, ()))]

    def structure(self, name: str) -> object:
        """The JSON value of a parameter, None where absent or empty.

        Raises:
            StructureError: the value is not JSON, or too deep.
        """
        text = self.text(name)
        return None if text is None else decode(text)


class JsonParams:
    """Parameters of one JSON object of a POST body."""

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, object]) -> None:
        """Take over a decoded object.

        Raises:
            ParamsError: `too_many_parameters`.
        """
        if len(values) > MAX_PARAMETERS:
            raise ParamsError("too_many_parameters")
        self._values = values

    def names(self) -> KeysView[str]:
        """The names that were sent."""
        return self._values.keys()

    def raw(self, name: str) -> str | None:
        """Always None: nothing is percent-encoded in JSON; `text` has the value."""
        return None

    def text(self, name: str) -> str | None:
        """The value of a scalar as text, None where absent, empty, a list or an object."""
        return scalar(self._values.get(name))

    def texts(self, name: str) -> list[str]:
        """The value, or each value of a list, as text."""
        value = self._values.get(name)
        items = value if isinstance(value, list) else [value]
        return [text for text in map(scalar, items) if text is not None]

    def structure(self, name: str) -> object:
        """The value as it is; text that looks like a JSON object or list is decoded.

        Raises:
            StructureError: text that looks like JSON and is not.
        """
        value = self._values.get(name)
        if isinstance(value, str):
            stripped = value.strip()
            return decode(stripped) if stripped[:1] in ("{", "[") else stripped or None
        return value


def structure_object(params: QueryParams | JsonParams, name: str) -> dict[str, object]:
    """The JSON object of a parameter, empty where absent.

    Raises:
        StructureError: `invalid_json` where it is anything else, or too deep.
    """
    value = params.structure(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise StructureError("invalid_json")
    return value


Params = QueryParams | JsonParams
