"""A ledger held against the log."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.conversion import HIT, Conversion, GoalRef
from pixelweave.goal_audit import Audit, Verdict
from pixelweave.goal_plan import make_entry
from pixelweave.goal_store import Entry, EntryKey

GOAL = GoalRef.make("px", HIT, "Lead")


def make_conversion(at: int, once: str = "k", event: str = "e") -> Conversion:
    """Return a conversion worth its moment."""
    return Conversion(GOAL, once, at, f"{event}{at}", f"s{at}", Decimal(at), "points")


def judge(
    standing: list[Conversion], found: list[Conversion], starts_at: int = 10, ends_at: int | None = 20
) -> tuple[Verdict, dict[EntryKey, Entry]]:
    """Return what an audit of moments 10 to 20 says, and what it finds stale."""
    entries = {EntryKey(each.goal, each.once): make_entry(each) for each in standing}
    audit = Audit(entries, starts_at, ends_at)
    audit.see(found)
    return audit.judge(), audit.list_stale()


KEY = EntryKey(GOAL, "k")
EARLY, LATE = make_conversion(12), make_conversion(15)


def test_an_entry_that_the_log_gives_stands() -> None:
    verdict, stale = judge([EARLY], [LATE, EARLY])
    assert verdict.is_clean
    assert stale == {}


def test_what_the_ledger_lacks_is_missing_by_its_earliest_event() -> None:
    verdict, stale = judge([], [LATE, EARLY])
    assert verdict == Verdict({KEY: EARLY}, {}, {})
    assert not verdict.is_clean
    assert stale == {}


def test_an_earlier_event_than_the_entrys_is_for_counting_alone() -> None:
    for found in ([EARLY, LATE], [LATE, EARLY], [EARLY]):
        verdict, stale = judge([LATE], found)
        assert verdict == Verdict({}, {KEY: EARLY}, {})
        assert stale == {}


def test_an_entry_whose_event_is_gone_makes_way_for_a_later_one() -> None:
    verdict, stale = judge([EARLY], [LATE])
    assert verdict == Verdict({}, {KEY: LATE}, {})
    assert stale == {KEY: make_entry(EARLY)}


def test_an_entry_of_another_revision_makes_way_for_the_same_event() -> None:
    for other in (replace(EARLY, value=Decimal(1)), replace(EARLY, unit="EUR"), replace(EARLY, session=None)):
        verdict, stale = judge([other], [EARLY])
        assert verdict == Verdict({}, {KEY: EARLY}, {})
        assert stale == {KEY: make_entry(other)}


def test_an_entry_that_nothing_gives_is_extra() -> None:
    verdict, stale = judge([EARLY], [])
    assert verdict == Verdict({}, {}, {KEY: make_entry(EARLY)})
    assert stale == {KEY: make_entry(EARLY)}


@pytest.mark.parametrize(("at", "is_judged"), [(9, False), (10, True), (19, True), (20, False)])
def test_only_entries_of_the_stretch_are_judged(at: int, is_judged: bool) -> None:
    entry = make_conversion(at)
    assert bool(judge([entry], [])[0].extra) is is_judged
    later = make_conversion(at + 1)
    assert bool(judge([entry], [later])[0].different) is is_judged


def test_a_stretch_without_end_has_none() -> None:
    assert judge([make_conversion(10**12)], [], ends_at=None)[0].extra


def test_an_entry_after_the_stretch_makes_way_for_an_event_in_it() -> None:
    verdict, stale = judge([make_conversion(25)], [EARLY])
    assert verdict == Verdict({}, {KEY: EARLY}, {})
    assert stale == {}


EVENTS = st.lists(
    st.builds(make_conversion, st.integers(0, 30), st.sampled_from("abc"), st.sampled_from("ef")), max_size=12
)


@given(st.lists(st.integers(0, 30), unique=True, max_size=3), EVENTS, st.permutations(range(12)))
def test_the_order_in_which_the_log_is_read_changes_nothing(
    moments: list[int], events: list[Conversion], order: list[int]
) -> None:
    standing = [make_conversion(at, once) for at, once in zip(moments, "abc", strict=False)]
    shuffled = [events[place] for place in order if place < len(events)]
    assert judge(standing, events) == judge(standing, shuffled)
