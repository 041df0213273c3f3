"""What the counters of a ledger must be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given, settings
from pixelweave.goal_store import CounterKey
from pixelweave.goal_sum import sum_entries

from tests.unit.goal.oracle import count_entries
from tests.unit.goal.sample import DAY, GOALS, HOUR, NEXT_DAY, T0, draw_conversions, enter, make

if TYPE_CHECKING:
    from pixelweave.conversion import Conversion


@settings(deadline=None)
@given(conversions=draw_conversions(40))
def test_sums_are_those_of_the_oracle(conversions: list[Conversion]) -> None:
    entries = enter(*conversions)
    assert sum_entries(entries.items()) == count_entries(entries)


def test_an_empty_ledger_has_no_counters() -> None:
    assert sum_entries([]) == {}


def test_values_add_up_by_unit_and_sessions_over_all_units() -> None:
    entries = enter(
        make(1, "order:1", session="a", value="0.1", unit="EUR"),
        make(2, "order:2", session="a", value="0.2", unit="EUR"),
        make(3, "order:3", session="a", at=T0 + 2 * HOUR, value="-4", unit="points"),
        make(4, "order:4", session="b"),
    )
    goal = GOALS[0]
    sums = sum_entries(entries.items())
    assert sums[CounterKey(goal, None, "EUR")] == {"n": Decimal(2), "v": Decimal("0.3")}
    assert sums[CounterKey(goal, NEXT_DAY, "points")] == {
        "n": Decimal(1),
        "n00": Decimal(1),
        "v": Decimal(-4),
        "v00": Decimal(-4),
    }
    assert sums[CounterKey(goal, None, "")] == {"n": Decimal(1), "s": Decimal(2)}
    assert sums[CounterKey(goal, DAY, "")] == {
        "n": Decimal(1),
        "n22": Decimal(1),
        "s": Decimal(2),
        "s22": Decimal(2),
    }


def test_what_adds_up_to_nothing_is_left_out() -> None:
    entries = enter(make(1, "order:1", value="5"), make(2, "order:2", value="-5"))
    assert sum_entries(entries.items())[CounterKey(GOALS[0], None, "points")] == {"n": Decimal(2)}
