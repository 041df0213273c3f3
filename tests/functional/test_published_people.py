"""What the dashboard says of people, funnels and identities, on rows with a known answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.functional.goal_row import make_goal, make_step_rows, make_window_rows
from tests.functional.link_row import make_event, make_forget, make_link, make_merge, make_node
from tests.functional.published_lake import NEXT, THE_DAY, THIRD, count_part, make_hit
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def test_people_are_known_anonymous_or_gone(lake: ViewLake) -> None:
    events = [
        make_hit("10:00", visitor_id=visitor, session_id=session, event_id=f"{visitor}{session}{day}", day=day)
        for visitor, session, day in (
            ("a", "1", THE_DAY), ("b", "2", THE_DAY), ("b", "2", THIRD), ("c", "3", THE_DAY),
            ("d", "4", NEXT), (None, "5", NEXT), (None, None, NEXT),
        )
    ]  # fmt: skip
    links = [
        make_link("A", "09:00", visitor="a"),
        make_link("B", "09:00", visitor="b"),
        make_merge("B", "A"),
        make_node("B", "user_id", "u"),
        make_link("C", "09:00", visitor="c"),
        make_forget("C"),
        make_link("D", "09:00", visitor="d"),
        make_node("D", "uuid", "x"),
    ]
    assert count_part(lake, "reach", events, links) == {
        THE_DAY: [["known", None, 1], ["visitor", None, 3]],
        NEXT: [["anonymous", None, 2], ["visitor", None, 2]],
        THIRD: [["known", 2, 1], ["visitor", 2, 1]],
    }


def test_a_funnel_is_told_on_the_day_it_was_entered(lake: ViewLake) -> None:
    steps = {name: make_goal(name, {"field": "path", "pattern": f"/{name}"}) for name in ("basket", "pay")}
    lake.fill("goal_windows", make_window_rows(*steps.values()))
    lake.fill("funnel_steps", make_step_rows(["basket", "pay"], timedelta(hours=3)))
    events = [
        make_hit("23:00", path="/basket"),
        make_hit("23:10", path="/basket", session_id="t"),
        make_hit("01:00", NEXT, path="/pay"),
        make_hit("03:00", NEXT, path="/pay", session_id="t"),
        make_hit("04:00", NEXT, path="/basket"),
    ]
    rows = count_part(lake, "funnels", events)
    lake.fill("goal_windows", [])
    lake.fill("funnel_steps", [])
    assert rows == {
        THE_DAY: [["way", 1, "basket", 2], ["way", 2, "pay", 1]],
        NEXT: [["way", 1, "basket", 1]],
    }


def test_identity_is_told_by_workspace_and_each_row_once(lake: ViewLake) -> None:
    refusal = make_node("X", "email_md5", "", "11:00") | {
        "kind": "refusal", "person_id": None, "digest": None, "reason": "unique_conflict", "link_id": "r",
    }  # fmt: skip
    node = make_node("A", "email_sha256", "d", "10:00")
    links = [
        node,
        node | {"recorded_at": node["recorded_at"] + timedelta(days=1)},
        make_link("A", "09:00"),
        make_link("A", "09:30", event="e")
        | {"since": make_event("10:00")["received_at"] + timedelta(days=1)},
        make_link("B", "10:00", session="s"),
        make_merge("B", "A"),
        refusal,
        make_forget("A"),
        make_forget("Z") | {"workspace_id": None},
    ]
    assert count_part(lake, "identity", [], links, pixel="acme") == {
        THE_DAY: [
            ["forgotten", None, 1],
            ["identifier", "email_sha256", 1],
            ["merge", None, 1],
            ["person", None, 2],
            ["refusal", "unique_conflict", 1],
        ]
    }
