"""Documents of the dashboard, made of rows as Athena prints them."""

from __future__ import annotations

import gzip
import json
from datetime import date
from typing import Any

import pytest
from pixelweave.dashboard_document import PublishedRowError, merge_month, pack, read_rows
from pixelweave.dashboard_part import Column, Part

PART = Part(
    "mixed",
    dimensions=(Column("page"), Column("gap", "whole"), Column("is_known", "truth")),
    counts=(Column("views", "whole"), Column("value", "decimal")),
)
ROW = {
    "pixel_id": "px",
    "day": "2025-06-30",
    "page": "/",
    "gap": "3",
    "is_known": "true",
    "views": "7",
    "value": "1.5000",
}
DUE = (date(2025, 6, 29), date(2025, 7, 1))


def unpack(packed: bytes) -> Any:
    return json.loads(gzip.decompress(packed))


def test_cells_have_the_kinds_of_their_columns() -> None:
    nothing = ROW | dict.fromkeys(("page", "gap", "is_known", "value"))
    rows = read_rows(PART, [ROW, nothing, ROW | {"day": "2025-07-01", "is_known": "false"}])
    assert rows == {
        "px": {
            "2025-06-30": [[None, None, None, 7, None], ["/", 3, True, 7, "1.5000"]],
            "2025-07-01": [["/", 3, False, 7, "1.5000"]],
        }
    }


def test_rows_are_sorted_as_numbers_and_texts_with_nothing_first() -> None:
    pages = [("b", "1"), ("a", "10"), ("a", "9"), (None, "1"), ("a", None), ("\u00e4", "1")]
    rows = read_rows(PART, [ROW | {"page": page, "gap": gap} for page, gap in pages])
    assert [row[:2] for row in rows["px"]["2025-06-30"]] == [
        [None, 1], ["a", None], ["a", 9], ["a", 10], ["b", 1], ["\u00e4", 1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"views": "many"}, "column views: 'many'"),
        ({"value": "1,5"}, "column value: '1,5'"),
        ({"is_known": "1"}, "column is_known: '1'"),
        ({"pixel_id": None}, "mixed: a row without pixel_id or day"),
        ({"day": None}, "mixed: a row without pixel_id or day"),
    ],
)
def test_a_row_that_is_not_as_its_part_says_is_refused(changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(PublishedRowError, match=message):
        read_rows(PART, [ROW | changes])


def test_a_row_without_a_column_is_refused() -> None:
    with pytest.raises(PublishedRowError, match="column views: 'missing'"):
        read_rows(PART, [{name: cell for name, cell in ROW.items() if name != "views"}])


def test_due_days_are_replaced_and_others_carried_over_byte_for_byte() -> None:
    old = {
        "2025-06-28": [["\u202e/\u00e4", 1, True, 1, "0.1000"]],
        "2025-06-29": [["old"]],
        "2025-06-30": [["old"]],
    }
    first = merge_month(PART, None, "2025-06", (date(2025, 6, 1), date(2025, 6, 30)), old)  # type: ignore[arg-type]
    fresh = {"2025-06-29": [["new"]], "2025-07-01": [["other month"]]}
    merged = merge_month(PART, first, "2025-06", DUE, fresh)  # type: ignore[arg-type]
    assert unpack(merged) == {
        "version": 1,
        "part": "mixed",
        "columns": ["page", "gap", "is_known", "views", "value"],
        "days": {"2025-06-28": old["2025-06-28"], "2025-06-29": [["new"]]},
    }
    kept = '"2025-06-28":[["\u202e/\u00e4",1,true,1,"0.1000"]]'
    assert kept in gzip.decompress(first).decode()
    assert kept in gzip.decompress(merged).decode()
    assert merge_month(PART, merged, "2025-06", DUE, fresh) == merged  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [{"version": 2}, {"columns": ["page"]}])
def test_nothing_is_carried_over_from_a_document_of_another_version(changes: dict[str, Any]) -> None:
    columns = [column.name for column in PART.columns]
    old = {"version": 1, "part": "mixed", "columns": columns, "days": {"2025-06-01": []}}
    assert unpack(merge_month(PART, pack(old), "2025-06", DUE, {}))["days"] == {"2025-06-01": []}
    assert unpack(merge_month(PART, pack(old | changes), "2025-06", DUE, {}))["days"] == {}


def test_a_document_that_is_made_again_has_the_same_bytes() -> None:
    # RFC 1952, 2.3.1: bytes 4 to 7 are the time, 0 is none.
    assert pack({"a": 1})[4:8] == bytes(4)


def test_half_a_character_spoils_no_document() -> None:
    assert unpack(pack({"title": "\ud83d"})) == {"title": "?"}
