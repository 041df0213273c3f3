"""The reporting table and the view agree: the same objects, counted as the goals function counts them and read by `goals_report`."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from pixelweave.goal_counting import choose_shard, count_conversions
from pixelweave_aws.goal_table import GoalTable
from pixelweave_parquet.object_scan import ObjectScan

from tests.functional.aws_part import create_key_table
from tests.functional.goal_draw import draw_log, to_columns
from tests.functional.goal_row import make_goal, make_window_rows
from tests.functional.link_row import make_event
from tests.functional.view_lake import ViewLake
from tests.unit.goal.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pixelweave.conversion import GoalRef
    from pixelweave.goal import GoalRecord
    from pixelweave.goal_store import GoalStore

    from tests.functional.link_row import Row

type Sums = Iterable[tuple[GoalRef, str | None, str, Mapping[str, Decimal]]]
type Report = dict[tuple[Any, ...], tuple[Any, ...]]

HOURS = [f"{hour:02}" for hour in range(24)]


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def count_objects(
    lake: ViewLake,
    store: GoalStore,
    goals: Sequence[GoalRecord],
    objects: Sequence[Sequence[Row]],
    order: Sequence[int],
) -> None:
    """Write the objects as Parquet and count them in this order; in the end the view has the rows of all of them."""
    lake.fill("goal_windows", make_window_rows(*goals))
    records: defaultdict[str, list[GoalRecord]] = defaultdict(list)
    for goal in goals:
        records[goal.pixel_id].append(goal)
    with TemporaryDirectory() as folder:
        for number, rows in enumerate(objects):
            lake.fill("events", [to_columns(row) for row in rows])
            lake.write_partition(Path(folder) / str(number))
        for number in order:
            path = Path(folder) / str(number) / "part.parquet"
            with ObjectScan(path, spill=Path(folder)) as scan:
                count_conversions(
                    store, scan.find_conversions(records), choose_shard(str(number)), lambda _: None
                )
    lake.fill("events", [to_columns(row) for rows in objects for row in rows])


def read_view(lake: ViewLake) -> Report:
    columns = ["pixel_id", "goal_key", "period", "starts_at", "unit", "conversions", "sessions", "value"]
    return {tuple(row.values())[:5]: tuple(row.values())[5:] for row in lake.read("goals_report", columns)}


def list_periods(day: str | None) -> list[tuple[str, str | None, str]]:
    """The periods that a counter has: their names, starts and what stands behind its attributes."""
    if day is None:
        return [("total", None, "")]
    return [("day", day, ""), *(("hour", f"{day} {hour}:00", hour) for hour in HOURS)]


def read_table(sums: Sums) -> Report:
    """The counters as rows of the view: without a unit all conversions and the unique sessions, by unit conversions and value."""
    rows: Report = {}
    for goal, day, unit, values in sums:
        for period, start, slot in list_periods(day):
            place = goal.pixel_id, goal.key, period, start and datetime.fromisoformat(start)
            number, unique = int(values.get(f"n{slot}", 0)), int(values.get(f"s{slot}", 0))
            conversions, sessions, _ = rows.get((*place, None), (0, 0, None))
            if number or unique:
                rows[*place, None] = conversions + number, sessions + unique, None
            if number and unit:
                rows[*place, unit] = number, None, values.get(f"v{slot}", 0)
    return rows


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=draw_log(), data=st.data())
def test_the_table_and_the_view_agree_on_any_log_in_any_order(
    lake: ViewLake, log: tuple[list[GoalRecord], list[Row]], data: st.DataObject
) -> None:
    goals, events = log
    split = [data.draw(st.integers(0, 2)) for _ in events]
    objects = [
        [event for event, number in zip(events, split, strict=True) if number == place] for place in range(3)
    ]
    order = data.draw(st.permutations([0, 1, 2, data.draw(st.integers(0, 2))]))
    store = MemoryStore()
    count_objects(lake, store, goals, objects, order)
    sums = ((key.goal, key.day, key.unit, values) for key, values in store.sums().items())
    assert read_view(lake) == read_table(sums)


def test_the_table_on_dynamodb_and_the_view_agree_by_hour_day_and_in_total(lake: ViewLake) -> None:
    shop = {"dialect": "altcraft", "goals": [{"name": "Sale, big", "value": "-2.5", "unit": "EUR"}]}
    objects = [
        [
            make_event("10:00", event_id="1", session_id="s", path="/a"),
            make_event("10:10", event_id="2", session_id="s", path="/a", **shop),
            make_event("11:00", event_id="3", session_id="t", type="purchase", name="Buy", order_id="o", value="9.99", currency="EUR"),
        ],
        [
            make_event("09:00", event_id="4", session_id="s", path="/a"),
            make_event("10:59", event_id="5", session_id="u", type="purchase", name="Buy", order_id="o", value="7"),
            make_event("10:10", event_id="2", session_id="s", path="/a", **shop),
            make_event("12:00", event_id="6", path="/a", outcome="bot"),
        ],
    ]  # fmt: skip
    page = {"field": "path", "pattern": "/a"}
    goals = [make_goal("visit", page, once="session", value={"amount": "0.1"}), make_goal("page", page)]
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_key_table(client, "goals")
        table = GoalTable("goals", client)
        count_objects(
            lake,
            table,
            goals,
            [[row | {"labels": None, "props": None} for row in rows] for rows in objects],
            [0, 1, 0],
        )
        counters = (
            table.read_days("px_one", "2025-06-30", "2025-07-01").goals + table.read_totals("px_one").goals
        )
    report = read_table((each.goal, each.day, each.unit, each.values) for each in counters)
    assert read_view(lake) == report
    # The order's first event, and the session's, came in the second object.
    assert {(key[1], key[4]): row for key, row in report.items() if key[2] == "total"} == {
        ("d:page", None): (3, 1, None),
        ("d:visit", None): (1, 1, None),
        ("d:visit", "points"): (1, None, Decimal("0.1")),
        ("h:Sale, big", None): (1, 1, None),
        ("h:Sale, big", "EUR"): (1, None, Decimal("-2.5")),
        ("b:Buy", None): (1, 1, None),
        ("b:Buy", "points"): (1, None, Decimal(7)),
    }
