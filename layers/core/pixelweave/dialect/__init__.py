"""The wire dialects: one module each, one function each.

A reader takes the parameters, the hit, the `Reading` to fill and the path's action. The modules are loaded when their first
hit comes, so that a collector that serves one dialect does not pay for six.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading

    Reader = Callable[[Params, Hit, Reading, str | None], None]

_readers: dict[str, Reader] = {}


def reader_of(dialect: str) -> Reader:
    """The reader of one of `pixelweave.pixel.DIALECTS`."""
    reader = _readers.get(dialect)
    if reader is None:
        reader = _readers[dialect] = import_module(f"pixelweave.dialect.{dialect}").read
    return reader
