"""The pydantic models agree with the table of fields that they are made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pixelweave.event_model import CollectedEvent, EventRow
from pixelweave.field import FIELDS
from pydantic import ValidationError

EXAMPLES = sorted((Path(__file__).parents[2] / "events" / "firehose").glob("*.json"))
ROW: dict[str, Any] = {
    "event_id": "e",
    "pixel_id": "p",
    "dialect": "native",
    "outcome": "accepted",
    "received_at": "2024-11-21 14:40:00.123",
}


def test_a_row_has_exactly_the_columns_of_the_table() -> None:
    assert list(EventRow.model_fields) == [field.name for field in FIELDS]


def test_a_collected_event_has_what_collect_fills_and_the_client() -> None:
    columns = {field.name for field in FIELDS if field.filled_by == "collect"}
    assert set(CollectedEvent.model_fields) == columns | {"client"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_captured_record_is_a_collected_event(path: Path) -> None:
    CollectedEvent.model_validate_json(path.read_text())


@pytest.mark.parametrize(
    ("name", "limit"), [(f.name, f.limit) for f in FIELDS if f.limit and f.name != "channel"]
)
def test_a_text_is_as_long_as_its_column_at_most(name: str, limit: int) -> None:
    EventRow.model_validate(ROW | {name: "x" * limit})
    with pytest.raises(ValidationError):
        EventRow.model_validate(ROW | {name: "x" * (limit + 1)})


@pytest.mark.parametrize(
    "wrong",
    [
        {"unknown": "x"},
        {"event_id": None},
        {"received_at": 1732200000123},
        {"received_at": "2024-11-21T14:40:00Z"},
        {"value": 1.5},
        {"value": "1.23456"},
        {"value": "123456789012345"},
        {"outcome": "lost"},
        {"reason": "because"},
        {"channel": "carrier pigeon"},
        {"props": {"a": 1}},
        {"goals": [{"name": "x", "points": "1"}]},
        {"schema_version": "1"},
        {"title": ""},
    ],
    ids=str,
)
def test_what_the_table_does_not_take_is_refused(wrong: dict[str, Any]) -> None:
    EventRow.model_validate(ROW)
    with pytest.raises(ValidationError):
        EventRow.model_validate(ROW | wrong)


def test_a_row_is_plain_json() -> None:
    row = ROW | {
        "goals": [{"name": "x", "value": "-2.5", "unit": "EUR"}],
        "value": "12.5000",
        "props": {"a": "b"},
    }
    assert EventRow.model_validate(json.loads(json.dumps(row))).model_dump(exclude_none=True) == row
