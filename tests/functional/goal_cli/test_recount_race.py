"""`pixelweave goals recount` among others: who counts meanwhile, and who interrupts it."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.goal_store import CountConflictError
from pixelweave_aws.goal_table import GoalTable
from pixelweave_cli.ledger_work import LedgerWork
from pixelweave_cli.log_scan import LogScan

from tests.functional.goal_cli.damage import (
    TODAY,
    count_story,
    falsify_counters,
    falsify_hits,
    list_purchases,
    lose_entry,
    read_numbers,
)

if TYPE_CHECKING:
    from tests.functional.goal_stack import GoalStack


@pytest.fixture
def stack(stack: GoalStack) -> GoalStack:
    return count_story(stack)


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


@pytest.mark.parametrize("words", [("--check",), ("--yes",)])
def test_what_others_count_while_the_log_is_read_is_no_difference(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    list_received, calls = LogScan.list_received, count()

    def land(scan: LogScan, *moments: int) -> Any:
        # The second time the ledger has been read.
        if next(calls) == 1:
            stack.say(TODAY + 60, type="purchase", value="1", order_id="o2")
            stack.say(TODAY + 100, type="purchase", value="2", order_id="new")
            stack.land()
        return list_received(scan, *moments)

    monkeypatch.setattr(LogScan, "list_received", land)
    assert stack.ask("goals", "recount", *words) == []
    assert len(list_purchases(stack)) == 4


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
