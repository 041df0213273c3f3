"""The audiences that `make up` creates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave.audience_condition import GoalCondition
from pixelweave.audience_member import Evaluation, Member
from pixelweave_cli.audience_book import fill_template
from pixelweave_local.audience import (
    AUDIENCES,
    AudienceCount,
    CommandError,
    count,
    create_missing,
    run_command,
)
from pixelweave_local.history_pixel import GOALS, WORKSPACE
from pixelweave_local.report import describe_audiences

if TYPE_CHECKING:
    from collections.abc import Sequence

BUYERS = [
    ("audiences", "create", "--workspace", WORKSPACE, "--template", "buyers", "--goal", "Revenue=Purchase"),
    ("audiences", "schedule", "buyers", "on", "--workspace", WORKSPACE),
]
HIGH_INTENT = [
    ("audiences", "create", "--workspace", WORKSPACE, "--template", "high-intent"),
    ("audiences", "schedule", "high-intent-not-converted", "on", "--workspace", WORKSPACE),
]


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        (set(), HIGH_INTENT + BUYERS),
        ({"high-intent-not-converted", "another"}, BUYERS),
        ({"high-intent-not-converted", "buyers"}, []),
    ],
)
def test_what_is_missing_is_created_and_then_scheduled_and_what_is_there_left_alone(
    known: set[str], wanted: list[tuple[str, ...]]
) -> None:
    told: list[tuple[str, ...]] = []

    def run(arguments: Sequence[str]) -> None:
        told.append(tuple(arguments))

    assert create_missing(known, run) == len(wanted) // 2
    assert sorted(told) == sorted(wanted)
    for create, schedule in (HIGH_INTENT, BUYERS):
        assert create not in told or told.index(create) < told.index(schedule)


def test_a_failure_of_one_is_heard_of() -> None:
    def run(arguments: Sequence[str]) -> None:
        if "buyers" in arguments:
            raise CommandError("no")

    with pytest.raises(CommandError):
        create_missing(set(), run)


@pytest.mark.parametrize(("slug", "options"), AUDIENCES.items())
def test_each_is_of_a_template_by_goals_that_the_shop_has(slug: str, options: tuple[str, ...]) -> None:
    told = dict(zip(options[::2], options[1::2], strict=True))
    goals = dict([told["--goal"].split("=")]) if "--goal" in told else {}
    spec = fill_template(told["--template"], WORKSPACE, goals=goals)
    assert spec.slug == slug
    wanted = {condition.goal for condition in spec.conditions if isinstance(condition, GoalCondition)}
    assert wanted
    assert wanted <= {"Purchase", *(goal.name for goal in GOALS)}


def test_what_the_command_refuses_is_told_with_what_it_said() -> None:
    with pytest.raises(CommandError, match=r"^pixelweave audiences create: .*expected one of the two$"):
        run_command(("audiences", "create"))


def test_members_are_counted_and_each_address_once() -> None:
    members = (
        Member("a", "a", is_known=True, country=None, digests={"email_sha256": "1" * 64}),
        Member("b", "b", is_known=True, country=None, digests={"email_sha256": "1" * 64}),
        Member("c", None, is_known=False, country="DE", digests={}),
    )
    assert count("Some", Evaluation(0, (), members)) == AudienceCount("Some", 3, 1)


def test_the_report_tells_them_in_one_line() -> None:
    told = describe_audiences([AudienceCount("High intent", 7, 2), AudienceCount("Buyers", 1, 0)])
    assert told == "High intent: 7 in it, 2 may be exported · Buyers: 1 in it, 0 may be exported"
