"""`pixelweave goals backfill`: a goal over the past, held against a recount from nothing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave_cli.ledger_work import LedgerWork

from tests.functional.goal_stack import PURCHASES, YESTERDAY
from tests.functional.tool_stack import BUCKET, NOW

if TYPE_CHECKING:
    from pixelweave_aws.lake_object import LakeObject

    from tests.functional.goal_stack import GoalStack

NOTHING = {"added": 0, "changed": 0, "removed": 0}
DAY = timedelta(days=1)
ALL = ("--from", "2025-06-01")


@pytest.fixture
def stack(stack: GoalStack) -> GoalStack:
    for number in range(4):
        # Each order is repeated, a day later and in another object.
        for day in (YESTERDAY - 2 * DAY, YESTERDAY - DAY):
            stack.say(
                number, day, type="purchase", value=f"{number}.5", order_id=f"o{number}", visitor_id="v"
            )
    stack.say(9, YESTERDAY, type="lead", goals=[{"name": "Brochure"}])
    stack.land()
    return stack


def backfill(stack: GoalStack, *words: str, name: str = "Purchase") -> dict[str, Any]:
    """Count a goal over the past; what was done."""
    (told,) = stack.ask("goals", "backfill", name, *words, "--yes")
    return {key: told[key] for key in NOTHING}


def read_report(stack: GoalStack, name: str = "Purchase") -> list[tuple[Any, ...]]:
    """Return what the report has of the goal, by day."""
    rows = stack.ask("report", "goals", "--goal", name)
    return [(row["day"], row["conversions"], row["sessions"], row["values"]) for row in rows]


def check(stack: GoalStack) -> None:
    """Nothing differs from what the log and the windows give."""
    assert stack.ask("goals", "recount", "--check") == []


def test_the_past_is_counted_and_a_second_time_changes_nothing(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    assert read_report(stack) == []
    assert backfill(stack, *ALL) == {"added": 4, "changed": 0, "removed": 0}
    assert read_report(stack) == [("2025-06-27", 4, 4, {"EUR": "8"})]
    items = stack.read_items()
    assert backfill(stack, *ALL) == NOTHING
    assert stack.read_items() == items
    check(stack)


def test_the_estimate_says_what_it_takes_and_changes_nothing(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    before = stack.read_items(), stack.read_lines("definitions/goals/")
    (told,) = stack.ask("goals", "backfill", "Purchase", "--from", "2025-06-28", "--dry-run")
    assert (stack.read_items(), stack.read_lines("definitions/goals/")) == before
    sizes = [
        each.size
        for each in stack.runtime.log_objects.list_events(YESTERDAY.date() - 2 * DAY, YESTERDAY.date())
    ]
    assert {key: told[key] for key in ("from", "to", "objects", "bytes", "dry_run")} == {
        "from": "2025-06-28T00:00:00.000Z",
        "to": "2025-06-30T13:00:00.000Z",
        "objects": 3,
        "bytes": sum(sizes),
        "dry_run": True,
    }
    # The day before is listed for what Firehose may have put there, and all three objects are the sample.
    assert told["expected_conversions"] == 4
    assert told["write_units"] > told["expected_conversions"]
    assert told["usd"] == "0.00"


def test_nothing_is_estimated_of_a_log_without_objects(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    (told,) = stack.ask(
        "goals", "backfill", "Purchase", "--from", "2025-05-01", "--to", "2025-05-02", "--dry-run"
    )
    assert (told["objects"], told["expected_conversions"]) == (0, 0)


def test_what_lies_before_the_pixel_is_not_looked_for(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    log = stack.runtime.log_objects
    listed: list[date] = []
    list_events = log.list_events

    def remember(first: date, last: date) -> list[LakeObject]:
        listed.append(first)
        return list_events(first, last)

    monkeypatch.setattr(log, "list_events", remember)
    (told,) = stack.ask("goals", "backfill", "Purchase", "--from", "0001-01-01", "--dry-run")
    assert (told["from"], told["objects"]) == ("0001-01-01T00:00:00.000Z", 3)
    # The day before that of the pixel, for what Firehose may have put there.
    assert listed == [date(2025, 6, 24)]


def test_it_asks_first(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    result = stack.type("goals", "backfill", "Purchase", *ALL)
    assert (result.exit_code, "--dry-run shows the estimate" in result.stderr) == (2, True)
    assert "expected_conversions" in result.stdout
    assert read_report(stack) == []


def test_what_was_stored_but_not_published_is_published(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    backfill(stack, *ALL)
    published = stack.read_lines("definitions/goals/")
    stack.runtime.publication.publish_goals(stack.pixel_id, [])
    assert backfill(stack, *ALL) == NOTHING
    assert stack.read_lines("definitions/goals/") == published


def test_nothing_beyond_now_is_put_in_force(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES, "--to", "2025-06-30T13:30:00Z")
    (told,) = stack.ask(
        "goals", "backfill", "Purchase", "--from", "2025-06-30", "--to", "2025-08-01", "--dry-run"
    )
    assert told["to"] == "2025-06-30T13:00:00.000Z"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--from", "soon"), 2, "--from: 'soon' is not a time"),
        (("--from", "2025-07-01"), 2, "--from is not before --to, or not in the past"),
        (("--from", "2025-06-30T13:00:00Z"), 2, "--from is not before --to, or not in the past"),
        (("--from", "2025-06-02", "--to", "2025-06-02"), 2, "--from is not before --to"),
        (
            ("--from", "2025-06-02", "--to", "2025-06-03"),
            1,
            "the goal is not enabled at any time of that stretch",
        ),
    ],
)
def test_a_stretch_that_cannot_be_is_refused(
    stack: GoalStack, words: tuple[str, ...], code: int, sentence: str
) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES, "--from", "2025-06-03")
    result = stack.type("goals", "backfill", "Purchase", *words, "--yes")
    assert (result.exit_code, result.stdout) == (code, "")
    assert sentence in result.stderr


def test_only_the_stretch_is_counted_from_inclusive_to_exclusive(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    stretch = ("--from", "2025-06-28T12:01:00Z", "--to", "2025-06-28T12:03:00Z")
    assert backfill(stack, *stretch) == {"added": 2, "changed": 0, "removed": 0}
    assert read_report(stack) == [("2025-06-28", 2, 2, {"EUR": "4"})]
    check(stack)
    # An earlier stretch moves to the first event of each order.
    assert backfill(stack, "--from", "2025-06-27", "--to", "2025-06-28") == {
        "added": 2,
        "changed": 2,
        "removed": 0,
    }
    assert read_report(stack) == [("2025-06-27", 4, 4, {"EUR": "8"})]
    check(stack)


def write_file(stack: GoalStack, path: Any, *lines: str) -> None:
    """Define the goal by a file, an hour later."""
    stack.now += 3600
    path.write_text("\n".join([f"pixel: {stack.pixel_id}", "goals:", "  - name: Purchase", *lines]))
    stack.run_json("goals", "apply", str(path), "--yes")


def test_another_revision_takes_the_place_of_what_the_first_one_counted(
    stack: GoalStack, tmp_path: Any
) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    backfill(stack, *ALL)
    # Fewer events, and another value.
    write_file(
        stack,
        tmp_path / "goals.yaml",
        "    conditions: [{type: purchase}, {value: 2}]",
        "    once: order",
        "    value: 3 points",
    )
    assert read_report(stack) == [("2025-06-27", 4, 4, {"EUR": "8"})]
    assert backfill(stack, *ALL) == {"added": 0, "changed": 2, "removed": 2}
    assert read_report(stack) == [("2025-06-27", 2, 2, {"points": "6"})]
    assert backfill(stack, *ALL) == NOTHING
    check(stack)


def test_another_rule_for_what_counts_once_changes_every_key(stack: GoalStack, tmp_path: Any) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    backfill(stack, *ALL)
    write_file(stack, tmp_path / "goals.yaml", "    conditions: [{type: purchase}]", "    once: visitor")
    assert backfill(stack, *ALL) == {"added": 1, "changed": 0, "removed": 4}
    assert read_report(stack) == [("2025-06-27", 1, 1, {})]
    check(stack)


def test_what_no_event_of_the_stretch_gives_any_more_falls_to_the_next_one_after_it(
    stack: GoalStack, tmp_path: Any
) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    backfill(stack, *ALL)
    write_file(
        stack, tmp_path / "goals.yaml", "    conditions: [{type: purchase}, {value: 2}]", "    once: order"
    )
    # Of the first day only: on the second the first revision still counts all four orders.
    stretch = ("--from", "2025-06-27", "--to", "2025-06-28")
    assert backfill(stack, *stretch) == {"added": 0, "changed": 4, "removed": 0}
    assert read_report(stack) == [("2025-06-27", 2, 2, {}), ("2025-06-28", 2, 2, {"EUR": "2"})]
    assert backfill(stack, *stretch) == NOTHING
    check(stack)


def test_what_has_expired_stays_counted(stack: GoalStack, tmp_path: Any) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    backfill(stack, *ALL)
    (first, *_) = stack.runtime.log_objects.list_events(YESTERDAY.date() - 2 * DAY, YESTERDAY.date())
    stack.s3.delete_object(Bucket=BUCKET, Key=first.key)
    write_file(stack, tmp_path / "goals.yaml", "    conditions: [{type: nothing}]")
    assert backfill(stack, *ALL) == NOTHING
    assert read_report(stack) == [("2025-06-27", 4, 4, {"EUR": "8"})]


def test_an_unreadable_object_removes_nothing_and_is_exit_code_4(stack: GoalStack, tmp_path: Any) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    backfill(stack, *ALL)
    stack.s3.put_object(Bucket=BUCKET, Key="events/dt=2025-06-27/broken.parquet", Body=b"PAR1")
    write_file(stack, tmp_path / "goals.yaml", "    conditions: [{type: nothing}]")
    result = stack.type("goals", "backfill", "Purchase", *ALL, "--yes")
    assert result.exit_code == 4
    assert "1 objects cannot be read, the first is events/dt=2025-06-27/broken.parquet" in result.stderr
    assert read_report(stack) == [("2025-06-27", 4, 4, {"EUR": "8"})]


def test_interrupted_it_says_how_to_go_on_and_does(stack: GoalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.ask("goals", "add", "Pur chase", *PURCHASES)
    count = LedgerWork.count

    def interrupt(work: LedgerWork, key: str, scan: Any) -> None:
        count(work, key, scan)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LedgerWork, "count", interrupt)
        result = stack.type("goals", "backfill", "Pur chase", *ALL, "--yes", "--json")
    error = json.loads(result.stderr)["error"]
    assert result.exit_code == 4
    assert error["message"] == (
        f"interrupted; go on with: pixelweave goals backfill 'Pur chase' --pixel {stack.pixel_id} "
        "--from 2025-06-01T00:00:00.000Z --to 2025-06-30T13:00:00.000Z"
    )
    assert backfill(stack, *ALL, name="Pur chase")["added"] == 0
    assert read_report(stack, "Pur chase") == [("2025-06-27", 4, 4, {"EUR": "8"})]
    check(stack)


def test_what_comes_meanwhile_is_counted_once(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    stack.now = NOW + 7200
    stack.say(5, YESTERDAY + DAY, type="purchase", value="1", order_id="o0")
    stack.say(90, YESTERDAY + DAY, type="purchase", value="2", order_id="new")
    stack.land()
    assert read_report(stack) == [("2025-06-30", 1, 1, {"EUR": "2"})]
    assert backfill(stack, *ALL) == {"added": 4, "changed": 0, "removed": 0}
    assert read_report(stack) == [("2025-06-27", 4, 4, {"EUR": "8"}), ("2025-06-30", 1, 1, {"EUR": "2"})]
    check(stack)
