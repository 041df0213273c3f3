"""Rokt's paired lists, `ui_t`/`ui_v` and their like, in both encodings that real senders use.

The seed's JavaScript (URLSearchParams) encodes the separators as `%2C`; AMP encodes each element and joins them with a literal
comma. So a literal comma in the raw value means: split, then decode each element; otherwise: decode, then split. The number
of keys decides: one key never splits its value.
"""

from __future__ import annotations

from pixelweave.errors import RejectionError
from pixelweave.params import decode_text
from pixelweave.structure import MAX_ENTRIES
from pixelweave.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.params import Params


class ListError(RejectionError):
    """Two lists that do not fit each other; `parameter` names them."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(reason)
        self.parameter = parameter


def read_pairs(params: Params, keys: str, values: str) -> list[tuple[str, str]]:
    """The (name, value) pairs of two parallel lists; values may be empty, pairs with an empty name are left out.

    Raises:
        ListError: `unequal_lists`: the lists differ in length, which is never guessed away; `too_many_properties`.
    """
    sent = params.names()
    if keys not in sent and values not in sent:
        return []
    names = _split(params.raw(keys), params.text(keys))
    if len(names) > MAX_ENTRIES:
        raise ListError(keys, "too_many_properties")
    raw, text = params.raw(values), params.text(values)
    if len(names) == 1:
        found = [text or ""] if values in sent else []
    else:
        found = _split(raw, text)
    if len(names) != len(found):
        raise ListError(f"{keys} / {values}", "unequal_lists")
    return [(name, value) for name, value in zip(names, found, strict=True) if name]


def _split(raw: str | None, text: str | None) -> list[str]:
    if raw and "," in raw:
        return [decode_text(part) for part in raw.split(",")]
    return [clean(part) for part in text.split(",")] if text else []
