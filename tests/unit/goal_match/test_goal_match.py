"""What an event says about goals, in plain Python."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pixelweave.conversion import make_digest
from pixelweave.goal import Condition
from pixelweave.goal_match import hold_conditions, keep_least, list_conversions, matches, read_moment

from tests.unit.goal_match.rule_case import CASES, NOON, Case, describe, make_event, make_record


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_the_rules_hold(case: Case) -> None:
    found = [each for event in case.events for each in list_conversions(event, case.records)]
    assert describe(keep_least(found).values(), case.events) == case.expected


def test_a_conversion_says_when_where_and_in_which_session() -> None:
    event = make_event(session_id="s", message_id="m")
    (found,) = list_conversions(event, [make_record()])
    assert (found.goal.pixel_id, found.received_at, found.workspace_id) == ("px_one", NOON, "acme")
    assert (found.session, found.once) == (make_digest("s"), make_digest("message:m"))
    (sessionless,) = list_conversions(make_event(workspace_id=None), [make_record()])
    assert (sessionless.session, sessionless.workspace_id) == (None, "")


def test_goals_of_hits_and_dialects_can_be_left_out() -> None:
    event = make_event(dialect="native", type="lead", goals=[{"name": "a"}])
    assert [each.goal.key for each in list_conversions(event, [make_record()], implied=False)] == ["d:g1"]


def test_each_condition_is_told_by_itself() -> None:
    record = make_record(
        Condition(field="type", pattern="page*"),
        Condition(field="label", key="plan", pattern="pro"),
        Condition(field="value", minimum=Decimal("-1")),
    )
    event = make_event(labels={"plan": "free"}, value="-1")
    assert hold_conditions(record.spec, event) == [True, False, True]
    assert not matches(record.spec, event)
    assert matches(record.spec.model_copy(update={"match": "any"}), event)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON, NOON),
        ("2025-06-01 12:00:00.007", NOON + 7),
        ("2025-06-01 12:00:00", NOON),
        (datetime(2025, 6, 1, 12, 0, 0, 7_999), NOON + 7),  # noqa: DTZ001 - the log's timestamps have no zone
        (datetime(2025, 6, 1, 12, tzinfo=UTC), NOON),
    ],
)
def test_a_moment_is_read_in_any_form(moment: Any, expected: int) -> None:
    assert read_moment(moment) == expected


def test_amounts_may_be_text() -> None:
    event = make_event(
        dialect="native", type="purchase", value="10.5", goals=[{"name": "a", "value": "1", "unit": "EUR"}]
    )
    values = [(each.value, each.unit) for each in list_conversions(event, [])]
    assert values == [(Decimal("10.5000"), "points"), (Decimal("1.0000"), "EUR")]
