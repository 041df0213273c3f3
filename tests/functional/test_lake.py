"""The lake: binding, waiting, paging, and every statement of the tools on an engine with a known answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import pytest
from pixelweave.field import FIELDS
from pixelweave_aws.lake import Lake, QueryFailedError, QueryTimeoutError
from pixelweave_aws.sql import BindingError, bind, quote, quote_name
from pixelweave_cli.event_query import Selection, read_event, write_count, write_list
from pixelweave_cli.failure import InputError
from pixelweave_cli.window import Window, parse_window

from tests.functional.athena_on_duckdb import AthenaOnDuckdb
from tests.functional.event_table import make_event_table, make_row

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

NOW = datetime(2025, 6, 30, 13, tzinfo=UTC).timestamp()
FULL_ROW = make_row(
    1,
    message_id="m-1",
    type="purchase",
    name="it's \\ «ok» ?",
    occurred_at="2025-06-30 11:59:59",
    goals=[{"name": "sale", "value": "1.5", "unit": "EUR"}, {"name": "visit", "value": None, "unit": None}],
    value=Decimal("119.85"),
    currency="USD",
    products=[
        {
            "product_id": "1",
            "name": "Plan",
            "sku": None,
            "price": "19.95",
            "quantity": "2",
            "category": "Mail",
        }
    ],
    labels={"section": "list", "quote": '"'},
    props={},
)


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    def monotonic(self) -> float:
        return self.seconds


def make_lake(athena: AthenaOnDuckdb, clock: Clock | None = None) -> Lake:
    clock = clock or Clock()
    return Lake(
        cast("AthenaClient", athena),
        "lake",
        "group",
        sleep=clock.sleep,
        monotonic=clock.monotonic,
        timeout_seconds=10,
    )


def list_events(rows: list[dict[str, Any]], limit: int = 100, **changes: Any) -> list[dict[str, Any]]:
    window = changes.pop("window", None) or parse_window("7d", None, NOW)
    statement = write_list("events", Selection(window, **changes), limit)
    lake = make_lake(AthenaOnDuckdb(make_event_table(rows)))
    return [read_event(row) for row in lake.query(statement.sql, statement.parameters)]


def count_events(rows: list[dict[str, Any]], by: list[str], **changes: Any) -> list[dict[str, str | None]]:
    statement = write_count("events", Selection(parse_window("7d", None, NOW), **changes), by)
    return make_lake(AthenaOnDuckdb(make_event_table(rows))).query(statement.sql, statement.parameters)


def test_an_event_comes_back_with_every_column_in_its_json_form() -> None:
    (event,) = list_events([FULL_ROW])
    assert list(event) == [*(field.name for field in FIELDS), "dt"]
    assert event["labels"] == {"section": "list", "quote": '"'}
    assert event["props"] == {}
    assert event["goals"] == [
        {"name": "sale", "value": "1.5000", "unit": "EUR"},
        {"name": "visit", "value": None, "unit": None},
    ]
    assert event["products"] == [
        {
            "product_id": "1",
            "name": "Plan",
            "sku": None,
            "price": "19.9500",
            "quantity": "2.0000",
            "category": "Mail",
        }
    ]
    assert event["value"] == "119.8500"
    assert event["received_at"] == "2025-06-30T12:01:00.500Z"
    assert event["occurred_at"] == "2025-06-30T11:59:59.000Z"
    assert event["schema_version"] == 1
    assert event["name"] == "it's \\ «ok» ?"
    assert event["dt"] == "2025-06-30"


def test_what_is_null_in_the_log_is_none() -> None:
    (event,) = list_events([make_row(1)])
    for column in ("labels", "props", "goals", "products", "value", "currency", "occurred_at", "reason"):
        assert event[column] is None


def test_events_come_newest_first_up_to_the_limit() -> None:
    events = list_events([make_row(1), make_row(3), make_row(2)], limit=2)
    assert [event["event_id"] for event in events] == ["event-03", "event-02"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"pixel_id": "px_two"}, ["event-02"]),
        ({"outcome": "rejected"}, ["event-03"]),
        ({"type": "lead"}, ["event-04"]),
        ({"pixel_id": "px_one", "type": "lead"}, ["event-04"]),
        ({"pixel_id": "px_none"}, []),
    ],
)
def test_each_filter_keeps_its_rows(filters: dict[str, Any], expected: list[str]) -> None:
    rows = [
        make_row(1),
        make_row(2, pixel_id="px_two"),
        make_row(3, outcome="rejected"),
        make_row(4, type="lead"),
    ]
    assert [event["event_id"] for event in list_events(rows, **filters)] == expected


def test_a_window_includes_its_start_and_excludes_its_end() -> None:
    rows = [make_row(n, received_at=f"2025-06-30 12:0{n}:00") for n in range(4)]
    window = parse_window("2025-06-30T12:01:00Z", "2025-06-30T12:03:00Z", NOW)
    assert [event["event_id"] for event in list_events(rows, window=window)] == ["event-02", "event-01"]


def test_a_row_that_was_delivered_late_or_lies_in_the_day_before_is_in_its_window() -> None:
    rows = [
        make_row(1, received_at="2025-06-10 00:00:01", dt="2025-06-09"),
        make_row(2, received_at="2025-06-10 12:00:00", dt="2025-06-25"),
    ]
    assert len(list_events(rows, window=parse_window("2025-06-10", "2025-06-11", NOW))) == 2


def test_partitions_outside_the_window_are_never_read() -> None:
    rows = [make_row(1, dt="2025-06-01"), make_row(2, dt="2025-07-09")]
    assert list_events(rows) == []


def test_events_are_counted_by_columns_the_largest_group_first() -> None:
    rows = [make_row(1), make_row(2), make_row(3, dialect="ksense"), make_row(4, outcome="bot")]
    assert count_events(rows, ["dialect", "outcome"]) == [
        {"dialect": "rokt", "outcome": "accepted", "events": "2"},
        {"dialect": "ksense", "outcome": "accepted", "events": "1"},
        {"dialect": "rokt", "outcome": "bot", "events": "1"},
    ]
    assert count_events(rows, ["dt"]) == [{"dt": "2025-06-30", "events": "4"}]
    assert count_events(rows, [], outcome="bot") == [{"events": "1"}]
    assert count_events([], []) == [{"events": "0"}]


@pytest.mark.parametrize(
    "pixel_id",
    ["x' OR '1'='1", "px_one'--", "px_one\\' OR 1=1 --", "px;DROP TABLE events", "", "p" * 65, "px\n", "?"],
)
def test_a_hostile_pixel_id_is_refused_before_any_sql(pixel_id: str) -> None:
    with pytest.raises(InputError, match="not a pixel id"):
        Selection(parse_window("7d", None, NOW), pixel_id)


@pytest.mark.parametrize(
    "text", ["x' OR '1'='1", "\\' OR 1=1 --", "'; DROP TABLE events; --", "?", "''", "é—'\\''"]
)
def test_a_hostile_text_is_only_a_text(text: str) -> None:
    athena = AthenaOnDuckdb(make_event_table([make_row(1, name=text), make_row(2, name="other")]))
    rows = make_lake(athena).query(
        "SELECT e.name FROM events e WHERE e.name = ? AND e.type = ?", [text, "page_view"]
    )
    assert rows == [{"name": text}]


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("it's", "'it''s'"),
        ("", "''"),
        (-5, "-5"),
        (datetime(2025, 6, 30, 12, 0, 0, 1999, tzinfo=UTC), "TIMESTAMP '2025-06-30 12:00:00.001'"),
        (
            datetime(2025, 6, 30, 2, tzinfo=timezone(timedelta(hours=2))),
            "TIMESTAMP '2025-06-30 00:00:00.000'",
        ),
    ],
)
def test_values_become_literals(value: str | int | datetime, literal: str) -> None:
    assert quote(value) == literal


@pytest.mark.parametrize("value", [True, 1.5, None, "a\x00", "a\nb", datetime(2025, 6, 30)])  # noqa: DTZ001 - the bad case
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(BindingError):
        quote(value)


@pytest.mark.parametrize("values", [[], ["a", "b"]])
def test_values_and_placeholders_must_be_as_many(values: list[str]) -> None:
    with pytest.raises(BindingError, match="1 placeholders"):
        bind("SELECT ?", values)


@pytest.mark.parametrize("name", ["", "Events", 'e"x', "a.b", "a-b", "é"])
def test_a_strange_name_of_a_table_is_refused(name: str) -> None:
    assert quote_name("events_2") == '"events_2"'
    with pytest.raises(BindingError):
        quote_name(name)


def test_polling_slows_down_to_two_seconds() -> None:
    clock = Clock()
    athena = AthenaOnDuckdb(make_event_table([]), polls_until_done=7)
    make_lake(athena, clock).query("SELECT 1 AS one")
    assert clock.pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]


def test_a_query_that_takes_too_long_is_stopped() -> None:
    athena = AthenaOnDuckdb(make_event_table([]), polls_until_done=1000)
    with pytest.raises(QueryTimeoutError, match="10 s"):
        make_lake(athena).query("SELECT 1 AS one")
    assert athena.stopped == ["1"]


def test_an_interrupted_query_is_stopped() -> None:
    athena = AthenaOnDuckdb(make_event_table([]), polls_until_done=1)

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    lake = Lake(cast("AthenaClient", athena), "lake", "group", sleep=interrupt, monotonic=clock.monotonic)
    with pytest.raises(KeyboardInterrupt):
        lake.query("SELECT 1 AS one")
    assert athena.stopped == ["1"]


def test_a_failed_query_tells_its_reason() -> None:
    with pytest.raises(QueryFailedError, match="nowhere"):
        make_lake(AthenaOnDuckdb(make_event_table([]))).query("SELECT * FROM nowhere")


def test_all_pages_are_read_and_the_names_only_once() -> None:
    athena = AthenaOnDuckdb(make_event_table([make_row(n) for n in range(5)]), page_size=2)
    rows = make_lake(athena).query("SELECT e.event_id FROM events e ORDER BY e.event_id")
    assert [row["event_id"] for row in rows] == [f"event-{n:02}" for n in range(5)]


@pytest.mark.parametrize("limit", [1, 10_000])
def test_a_limit_in_range_is_taken(limit: int) -> None:
    assert len(list_events([make_row(1)], limit=limit)) == 1


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_limit_out_of_range_is_refused(limit: int) -> None:
    with pytest.raises(InputError, match="--limit"):
        write_list("events", Selection(parse_window("7d", None, NOW)), limit)


@pytest.mark.parametrize("by", ["password", "labels", "received_at", "dialect; DROP TABLE events"])
def test_counting_by_what_is_not_a_text_column_is_refused(by: str) -> None:
    with pytest.raises(InputError, match="--by"):
        write_count("events", Selection(parse_window("7d", None, NOW)), [by])


def test_every_statement_names_its_partitions() -> None:
    window: Window = parse_window("7d", None, NOW)
    for statement in (
        write_list("events", Selection(window), 1),
        write_count("events", Selection(window), []),
    ):
        assert 'e."dt" BETWEEN ? AND ?' in statement.sql
        assert statement.parameters[:2] == ("2025-06-22", "2025-07-01")
