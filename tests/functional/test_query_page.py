"""docs/queries.md: its examples run, and it names every column that the views add."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pixelweave.field import FIELDS

from tests.functional.link_row import make_event, make_link, make_node
from tests.functional.view_lake import ROOT, ViewLake, list_views

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (ROOT / "docs" / "queries.md").read_text()
EXAMPLES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        lake.fill("links", [make_link("A", "10:00"), make_node("A", "email_sha256", "digest")])
        purchase = {"type": "purchase", "value": "9.90", "currency": "EUR"}
        lake.fill("events", [make_event("09:00"), make_event("11:00", **purchase)])
        yield lake


def test_each_example_of_the_page_runs(lake: ViewLake) -> None:
    rows = [[tuple(map(str, row)) for row in lake.query(example)] for example in EXAMPLES]
    assert rows == [
        [("direct", "1", "9.9000")],
        [("px_one", "2")],
        [("2025-06-30", "visitor", "False", "1"), ("2025-06-30", "visitor", "True", "1")],
        [],
    ]


def test_the_page_names_each_view_and_each_column_that_it_adds(lake: ViewLake) -> None:
    for view in list_views():
        assert f"`{view}`" in PAGE
    columns = {column for view in ("events_stitched", "people") for column in lake.read(view)[0]}
    for column in columns - {field.name for field in FIELDS} - {"dt"}:
        assert f"`{column}`" in PAGE
