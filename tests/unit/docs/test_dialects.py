"""docs/dialects.md says what the code does: every reason, every column, every limit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pixelweave.body import MAX_HITS
from pixelweave.catalog import MAX_GOAL_NAME, MAX_GOALS, MAX_PRODUCTS
from pixelweave.dialect.native import TYPES
from pixelweave.event import MAX_ROW
from pixelweave.field import FIELDS
from pixelweave.outcome import FLAGS, REJECTIONS
from pixelweave.params import MAX_PARAMETERS, MAX_QUERY
from pixelweave.reading import MAX_IDENTIFIERS

TEXT = (Path(__file__).parents[3] / "docs" / "dialects.md").read_text()
# Columns that no parameter fills: the collector and enrich make them.
MADE = {"event_id", "pixel_id", "workspace_id", "dialect", "reason", "received_at", "schema_version"}


@pytest.mark.parametrize(("reasons", "outcome"), [(REJECTIONS, "rejected"), (FLAGS, "accepted")])
def test_every_reason_is_explained(reasons: dict[str, str], outcome: str) -> None:
    for reason, meaning in reasons.items():
        assert f"| `{reason}` | {meaning} | {outcome} |" in TEXT


def test_no_reason_is_explained_that_does_not_exist() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| .* \| (?:rejected|accepted) \|$", TEXT, re.MULTILINE)
    assert set(rows) == REJECTIONS.keys() | FLAGS.keys()


@pytest.mark.parametrize("column", [field.name for field in FIELDS if field.name not in MADE])
def test_every_column_says_where_it_comes_from(column: str) -> None:
    # utm_* and goals stand for their members.
    assert f"`{column}`" in TEXT or (column.startswith("utm_") and "`utm_*`" in TEXT)


@pytest.mark.parametrize(
    "limit",
    [MAX_PARAMETERS, MAX_QUERY, MAX_HITS, MAX_GOALS, MAX_GOAL_NAME, MAX_PRODUCTS, MAX_IDENTIFIERS, MAX_ROW],
)
def test_every_limit_is_the_one_in_force(limit: int) -> None:
    assert f"{limit:,}" in TEXT


def test_the_lengths_of_columns_are_the_ones_in_force() -> None:
    table = TEXT.partition("## Limits")[2]
    for field in FIELDS:
        if field.limit and field.name not in ("channel", "currency"):
            name = "utm_*" if field.name.startswith("utm_") else field.name
            line = next(line for line in table.splitlines() if f"`{name}`" in line)
            assert f"{field.limit:,}" in line
            assert ("cut" in line) == (field.over == "cut")


def test_every_type_is_named() -> None:
    assert ", ".join(TYPES) in TEXT
