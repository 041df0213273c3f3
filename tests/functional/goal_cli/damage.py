"""A pixel with everything that is counted, and ways to damage what was."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pixelweave.conversion import GoalRef
from pixelweave.goal_store import Entry, EntryKey
from pixelweave_aws.goal_item import read_entry, read_entry_key, write_entry

from tests.functional.goal_stack import PURCHASES
from tests.functional.tool_stack import GOALS_TABLE

if TYPE_CHECKING:
    from tests.functional.goal_stack import GoalStack

# Minutes from the noon of yesterday to that of today.
TODAY = 1440


def count_story(stack: GoalStack) -> GoalStack:
    """Count three orders and a goal of a hit, and hits of every outcome but test, beside a hit of another pixel."""
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    # An earlier event of the second order comes in a later object.
    for number, order in ((70, "o1"), (80, "o2"), (90, "o3")):
        stack.say(TODAY + number, type="purchase", value="1.5", order_id=order)
    stack.say(TODAY + 95, goals=[{"name": "Brochure", "value": "5", "unit": "points"}], session_id="s")
    stack.land()
    stack.say(TODAY + 75, type="purchase", value="2.5", order_id="o2")
    stack.say(TODAY + 76, outcome="bot")
    stack.say(TODAY + 77, type="purchase", order_id="o1", pixel_id="px_other")
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
    """Delete an entry."""
    delete(stack, list_purchases(stack)[0])


def falsify_entry(stack: GoalStack) -> None:
    """Give an entry another value."""
    item = list_purchases(stack)[0]
    goal = GoalRef(stack.pixel_id, item["pk"]["S"].split("#")[2])
    entry = read_entry(item)
    put(stack, write_entry(read_entry_key(goal, item), replace(entry, value=Decimal(99))))


def add_entry(stack: GoalStack) -> None:
    """Put an entry of an event that nobody knows."""
    (item, *_) = list_purchases(stack)
    entry = Entry("nobody", int(item["at"]["N"]), None, None, "")
    goal = GoalRef(stack.pixel_id, item["pk"]["S"].split("#")[2])
    put(stack, write_entry(EntryKey(goal, "f" * 32), entry))


def falsify_counters(stack: GoalStack) -> None:
    """Set wrong numbers."""
    for item in find_items(stack, "#C#EUR#d:"):
        put(stack, item | {"v": {"N": "1000"}, "n": {"N": "7"}})


def lose_counters(stack: GoalStack) -> None:
    """Delete all counters of goals."""
    for item in find_items(stack, "#C#"):
        delete(stack, item)


def falsify_hits(stack: GoalStack) -> None:
    """Set wrong numbers of hits."""
    for item in find_items(stack, "#H"):
        put(stack, item | {"accepted": {"N": "7"}, "accepted13": {"N": "7"}})


def lose_hits(stack: GoalStack) -> None:
    """Delete all counters of hits."""
    for item in find_items(stack, "#H"):
        delete(stack, item)
