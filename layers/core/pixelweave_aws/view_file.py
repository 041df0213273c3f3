"""The views of the lake: one SELECT a file, made in Athena in the order of the files' numbers.

`20_events_stitched.sql` becomes the view `events_stitched`. A file names tables and earlier views bare, so that the same text
serves any database.

ViewFileError   a folder of views cannot be read as one
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.sql import quote_name

if TYPE_CHECKING:
    from pathlib import Path

_FILE_NAME = re.compile(r"([0-9]+)_([a-z][a-z0-9_]*)\.sql")


class ViewFileError(ValueError):
    """A file of views has no place in the order, or no name of a view; the text says which."""


class View(NamedTuple):
    """A view: its name and the SELECT behind it, in Trino's SQL (Athena engine v3)."""

    name: str
    select: str

    @property
    def statement(self) -> str:
        """The statement that makes the view, or takes the place of the one that is there."""
        return f"CREATE OR REPLACE VIEW {quote_name(self.name)} AS\n{self.select}"


def read_views(folder: Path) -> list[View]:
    """Return the views of the `*.sql` files in `folder`, in the order of the numbers that their names begin with.

    Raises ViewFileError for a name that is not `NUMBER_view.sql`, and for a number or a view that stands there twice.
    """
    numbered: dict[int, View] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise ViewFileError(f"{path.name} is not named NUMBER_view.sql")
        number, name = int(match[1]), match[2]
        if number in numbered or name in {view.name for view in numbered.values()}:
            raise ViewFileError(f"{path.name} has the number or the view of another file")
        numbered[number] = View(name, path.read_text(encoding="utf-8").strip())
    return [numbered[number] for number in sorted(numbered)]
