"""`pixelweave goals recount`: the table held against the log, damaged in every way, and put right."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.conversion import GoalRef
from pixelweave.goal_store import CountConflictError, Entry, EntryKey
from pixelweave_aws.goal_item import read_entry, read_entry_key, write_entry
from pixelweave_aws.goal_table import GoalTable
from pixelweave_cli.ledger_work import LedgerWork

from tests.functional.goal_stack import PURCHASES, YESTERDAY
from tests.functional.tool_stack import BUCKET, GOALS_TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functional.goal_stack import GoalStack

# Minutes from the noon of yesterday to that of today.
TODAY = 1440
DAY = timedelta(days=1)


@pytest.fixture
def stack(stack: GoalStack) -> GoalStack:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    # An earlier event of the second order comes in a later object.
    for number, order in ((70, "o1"), (80, "o2"), (90, "o3")):
        stack.say(TODAY + number, type="purchase", value="1.5", order_id=order)
    stack.say(TODAY + 95, goals=[{"name": "Brochure", "value": "5", "unit": "points"}], session_id="s")
    stack.land()
    stack.say(TODAY + 75, type="purchase", value="2.5", order_id="o2")
    stack.say(TODAY + 76, outcome="bot")
    stack.land()
    stack.say(1, outcome="rejected")
    stack.land()
    stack.now += 7200
    return stack


def read_numbers(stack: GoalStack) -> list[list[dict[str, Any]]]:
    """Return what reports say."""
    return [stack.ask("report", "goals", "--by", by) for by in ("hour", "day", "total")]


def find_items(stack: GoalStack, part: str) -> list[dict[str, Any]]:
    """Return the items that have this in their keys."""
    return [item for item in stack.read_items() if part in f"{item['pk']['S']} {item['sk']['S']}"]


def put(stack: GoalStack, item: dict[str, Any]) -> None:
    """Write an item of the goals table by hand."""
    stack.runtime.goals._client.put_item(TableName=GOALS_TABLE, Item=item)


def delete(stack: GoalStack, item: dict[str, Any]) -> None:
    """Delete an item of the goals table by hand."""
    stack.runtime.goals._client.delete_item(
        TableName=GOALS_TABLE, Key={name: item[name] for name in ("pk", "sk")}
    )


def list_purchases(stack: GoalStack) -> list[dict[str, Any]]:
    """Return the entries of the defined goal."""
    return [item for item in find_items(stack, "#d:") if item["sk"]["S"].startswith("C#")]


def lose_entry(stack: GoalStack) -> None:
    delete(stack, list_purchases(stack)[0])


def falsify_entry(stack: GoalStack) -> None:
    item = list_purchases(stack)[0]
    goal = GoalRef(stack.pixel_id, item["pk"]["S"].split("#")[2])
    entry = read_entry(item)
    put(stack, write_entry(read_entry_key(goal, item), replace(entry, value=Decimal(99))))


def add_entry(stack: GoalStack) -> None:
    (item, *_) = list_purchases(stack)
    entry = Entry("nobody", int(item["at"]["N"]), None, None, "")
    goal = GoalRef(stack.pixel_id, item["pk"]["S"].split("#")[2])
    put(stack, write_entry(EntryKey(goal, "f" * 32), entry))


def falsify_counters(stack: GoalStack) -> None:
    for item in find_items(stack, "#C#EUR#d:"):
        put(stack, item | {"v": {"N": "1000"}, "n": {"N": "7"}})


def lose_counters(stack: GoalStack) -> None:
    for item in find_items(stack, "#C#"):
        delete(stack, item)


def falsify_hits(stack: GoalStack) -> None:
    for item in find_items(stack, "#H"):
        put(stack, item | {"accepted": {"N": "7"}, "accepted13": {"N": "7"}})


def lose_hits(stack: GoalStack) -> None:
    for item in find_items(stack, "#H"):
        delete(stack, item)


DAMAGES = (
    lose_entry,
    falsify_entry,
    add_entry,
    falsify_counters,
    lose_counters,
    falsify_hits,
    lose_hits,
)


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


def test_it_asks_first_unless_it_only_checks(stack: GoalStack) -> None:
    result = stack.type("goals", "recount")
    assert (result.exit_code, "--check only prints the differences" in result.stderr) == (2, True)


def test_a_counter_that_others_write_meanwhile_is_set_in_another_round(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = read_numbers(stack)
    falsify_counters(stack)
    set_counters = GoalTable.set_counters
    conflicts = iter([True, False])

    def meet(table: GoalTable, key: Any, values: Any, seen: Any) -> None:
        if next(conflicts, False):
            raise CountConflictError
        set_counters(table, key, values, seen)

    with monkeypatch.context() as patch:
        patch.setattr(GoalTable, "set_counters", meet)
        stack.ask("goals", "recount", "--yes")
    assert read_numbers(stack) == numbers


def test_counters_that_never_stand_still_are_exit_code_4(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    falsify_counters(stack)

    def meet(*_: Any) -> None:
        raise CountConflictError

    monkeypatch.setattr(GoalTable, "set_counters", meet)
    result = stack.type("goals", "recount", "--yes")
    assert (result.exit_code, "others were at the counters; run it again" in result.stderr) == (4, True)


def test_an_object_that_comes_while_hits_are_summed_is_looked_at_too(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    falsify_hits(stack)
    judge, is_first = LedgerWork.judge, iter([True])

    def land(work: LedgerWork) -> Any:
        if next(is_first, False):
            stack.say(TODAY + 120)
            stack.land()
        return judge(work)

    with monkeypatch.context() as patch:
        patch.setattr(LedgerWork, "judge", land)
        stack.ask("goals", "recount", "--yes")
    assert stack.ask("goals", "recount", "--check") == []
    (hits,) = [row for row in stack.ask("report", "goals", "--by", "total") if row["kind"] == "hits"]
    assert (hits["accepted"], hits["rejected"], hits["bot"]) == (6, 1, 1)


def test_interrupted_it_is_exit_code_4_and_goes_on(stack: GoalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_entry(stack)

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LedgerWork, "finish", interrupt)
        result = stack.type("goals", "recount", "--yes")
    assert (result.exit_code, "run it again for the rest" in result.stderr) == (4, True)
    stack.ask("goals", "recount", "--yes")
    assert len(list_purchases(stack)) == 3
    assert stack.ask("goals", "recount", "--check") == []
