"""`pixelweave goals recount`: the table held against the log, damaged in every way, and put right."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.functional.goal_cli.damage import (
    TODAY,
    add_entry,
    count_story,
    falsify_counters,
    falsify_entry,
    falsify_hits,
    find_items,
    list_purchases,
    lose_counters,
    lose_entry,
    lose_hits,
    read_numbers,
)
from tests.functional.goal_stack import YESTERDAY
from tests.functional.tool_stack import BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functional.goal_stack import GoalStack

DAY = timedelta(days=1)
DAMAGES = (
    lose_entry,
    falsify_entry,
    add_entry,
    falsify_counters,
    lose_counters,
    falsify_hits,
    lose_hits,
)


@pytest.fixture
def stack(stack: GoalStack) -> GoalStack:
    return count_story(stack)


def test_what_was_counted_well_has_no_differences(stack: GoalStack) -> None:
    items = stack.read_items()
    for words in (("--check",), ("--yes",)):
        assert stack.ask("goals", "recount", *words) == []
    assert stack.read_items() == items


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_every_damage_is_told_repaired_and_gone(
    stack: GoalStack, damage: Callable[[GoalStack], None]
) -> None:
    numbers, entries = read_numbers(stack), list_purchases(stack)
    damage(stack)
    items = stack.read_items()
    told = stack.type("goals", "recount", "--check", "--json")
    assert told.exit_code == 1
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert rows
    assert not any(row["repaired"] for row in rows)
    assert "differences; without --check they are put right" in json.loads(told.stderr)["error"]["message"]
    assert stack.read_items() == items
    repaired = stack.ask("goals", "recount", "--yes")
    assert repaired
    assert all(row["repaired"] for row in repaired)
    assert read_numbers(stack) == numbers
    assert list_purchases(stack) == entries
    assert stack.ask("goals", "recount", "--check") == []


def test_differences_name_goal_kind_and_numbers(stack: GoalStack) -> None:
    add_entry(stack)
    falsify_counters(stack)
    rows = stack.type("goals", "recount", "--check").stdout.splitlines()
    assert rows[0] == "kind\tgoal\tsource\tday\tunit\twhat\ttable\tlog\trepaired"
    assert rows[1] == "extra\tPurchase\tdefined\t\t\tconversions\t1\t0\tFalse"
    assert "counter\tPurchase\tdefined\t2025-06-30\tEUR\tv\t2000\t5.50\tFalse" in rows
    # The counters are held against the ledger as it is, with the entry that is too many.
    assert "counter\tPurchase\tdefined\t2025-06-30\t\tn\t0\t1\tFalse" in rows


def test_an_object_that_was_never_counted_is_counted(stack: GoalStack) -> None:
    stack.say(TODAY + 100, type="purchase", value="4", order_id="o4")
    stack.land(count=False)
    told = stack.type("goals", "recount", "--check")
    assert told.exit_code == 1
    assert "missing\tPurchase\tdefined\t\t\tconversions\t0\t1\tFalse" in told.stdout
    assert "counter\t\thits\t2025-06-30\t\taccepted\t5\t6\tFalse" in told.stdout
    assert stack.ask("goals", "recount", "--yes")[0]["kind"] == "missing"
    assert stack.ask("goals", "show", "Purchase")[0]["total"]["conversions"] == 4
    assert stack.ask("goals", "recount", "--check") == []


def test_an_earlier_event_in_an_object_that_was_never_counted_replaces_the_entry(stack: GoalStack) -> None:
    stack.say(TODAY + 61, type="purchase", value="4", order_id="o3")
    stack.land(count=False)
    rows = stack.ask("goals", "recount", "--yes")
    assert (rows[0]["kind"], rows[0]["table"], rows[0]["log"]) == ("different", "1", "1")
    assert stack.ask("goals", "show", "Purchase")[0]["total"]["values"] == {"EUR": "8"}
    assert stack.ask("goals", "recount", "--check") == []


def test_what_is_left_of_a_removed_definition_is_told_and_deleted(stack: GoalStack) -> None:
    (goal,) = stack.ask("goals", "list")
    table = stack.runtime.stack.pixel_table_name
    key = {"pk": {"S": f"PIXEL#{stack.pixel_id}"}, "sk": {"S": "GOAL#Purchase"}}
    stack.runtime.goals._client.delete_item(TableName=table, Key=key)
    assert [row["goal"] for row in stack.ask("report", "goals") if row["kind"] == "goal"] == ["Brochure"]
    told = stack.type("goals", "recount", "--check")
    assert f"dead\t{goal['goal_id']}\tdefined\t\t\tconversions\t3\t0\tFalse" in told.stdout
    assert stack.ask("goals", "recount", "--yes")[0]["kind"] == "dead"
    assert find_items(stack, "#d:") == []
    assert stack.ask("goals", "recount", "--check") == []


def test_what_has_expired_stays_counted(stack: GoalStack) -> None:
    numbers = read_numbers(stack)
    for each in stack.runtime.log_objects.list_events(YESTERDAY.date(), YESTERDAY.date()):
        stack.s3.delete_object(Bucket=BUCKET, Key=each.key)
    assert stack.ask("goals", "recount", "--yes") == []
    assert read_numbers(stack) == numbers
    for each in stack.runtime.log_objects.list_events(YESTERDAY.date(), YESTERDAY.date() + DAY):
        stack.s3.delete_object(Bucket=BUCKET, Key=each.key)
    assert stack.ask("goals", "recount", "--yes") == []
    assert read_numbers(stack) == numbers


def test_where_objects_expire_the_first_days_are_not_judged(stack: GoalStack) -> None:
    rule = {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "events/"}, "Expiration": {"Days": 30}}
    stack.s3.put_bucket_lifecycle_configuration(
        Bucket=BUCKET,
        LifecycleConfiguration={"Rules": [rule]},  # type: ignore[list-item] # the stubs want a literal status
    )
    add_entry(stack)
    told = stack.type("goals", "recount", "--check")
    assert not told.stdout.splitlines()[1].startswith("extra")


def test_an_unreadable_object_is_exit_code_4_and_nothing_is_removed(stack: GoalStack) -> None:
    add_entry(stack)
    stack.s3.put_object(Bucket=BUCKET, Key="events/dt=2025-06-30/broken.parquet", Body=b"PAR1")
    result = stack.type("goals", "recount", "--yes")
    assert result.exit_code == 4
    assert "1 objects cannot be read" in result.stderr
    assert len(list_purchases(stack)) == 4
