"""What the dashboard's queries say of sessions, on rows with a known answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.functional.goal_row import make_goal, make_window_rows
from tests.functional.link_row import at, make_link, make_node
from tests.functional.published_lake import BY_EMAIL, NEXT, THE_DAY, THIRD, count_part, make_hit, publish
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.link_row import Row


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def test_a_session_counts_on_its_first_day_by_what_it_did_until_the_next(lake: ViewLake) -> None:
    lake.fill("goal_windows", make_window_rows(make_goal("Thanks", {"field": "path", "pattern": "/thanks"})))
    events = [
        make_hit("23:00", channel="internal", path=None),
        make_hit("23:30", **BY_EMAIL, browser="Firefox", path="/shop"),
        make_hit("01:00", NEXT, path="/thanks", type="custom", os="Linux", device_type="mobile"),
        make_hit("02:00", THIRD, path="/more"),
        make_hit("03:00", session_id="alone", path="/only"),
        make_hit("03:00", session_id=None, event_id="none"),
        make_hit("03:00", NEXT, session_id="bought", path="/thanks", type="custom"),
        make_hit("03:00", session_id="late", type="custom", path="/x", event_id="l1"),
        make_hit("03:00", THIRD, session_id="late", type="custom", path="/thanks", event_id="l2"),
    ]
    links = [make_link("A", "10:00", session="s"), make_node("A", "phone_digits", "d")]
    rows = count_part(lake, "sessions", events, links)
    lake.fill("goal_windows", [])
    unknown = [None] * 6
    assert rows == {
        THE_DAY: [
            [*unknown, "shop.example/only", False, 1, 0, 1, 0],
            [*unknown, "shop.example/x", False, 1, 0, 0, 0],
            ["email", "june", "NL", "Firefox", "Linux", "mobile", "shop.example/shop", True, 1, 1, 2, 7200],
        ],
        NEXT: [[*unknown, "shop.example/thanks", False, 1, 1, 0, 0]],
    }


def test_a_link_of_the_site_itself_brings_nobody(lake: ViewLake) -> None:
    lead: Row = {"type": "lead", "dialect": "native", "path": "/form", "channel": "internal"}
    events = [
        make_hit("10:00", channel="internal", path="/shop"),
        make_hit("10:01", **lead, utm_campaign="june"),
        make_hit("10:02", session_id=None, **lead),
    ]
    by_session, alone = ([None] * 5 + [f"shop.example{path}"] for path in ("/shop", "/form"))
    sessions = count_part(lake, "sessions", events)
    assert sessions == {THE_DAY: [[*[None] * 6, "shop.example/shop", False, 1, 1, 1, 60]]}
    assert count_part(lake, "goals", events) == {
        THE_DAY: [
            ["Lead", "built-in", None, *alone, 1, 0, None],
            ["Lead", "built-in", None, *by_session, 1, 1, None],
        ]
    }


def test_sessions_are_counted_by_each_dimension_for_itself(lake: ViewLake) -> None:
    events = [
        make_hit("10:00", **BY_EMAIL, device_type="desktop"),
        make_hit("10:01", NEXT, browser="Firefox", country="FR"),
        make_hit("10:02", session_id="t", device_type="desktop"),
        make_hit("10:03", session_id=None, channel="social"),
    ]
    assert count_part(lake, "dimensions", events) == {
        THE_DAY: [
            ["browser", None, 1],
            ["browser", "Firefox", 1],
            ["campaign", None, 1],
            ["campaign", "june", 1],
            ["channel", None, 1],
            ["channel", "email", 1],
            ["country", None, 1],
            ["country", "NL", 1],
            ["device", "desktop", 2],
        ]
    }
    lake.fill("events", [make_hit("10:00", "2025-06-10"), make_hit("10:00")])
    first = date.fromisoformat(THE_DAY)
    counted = {
        back: publish(lake, "dimensions", first=first, last=first, days_back=back) for back in (19, 20)
    }
    assert [row[2] for row in counted[19]["px_one"][THE_DAY]] == [1] * 5
    assert counted[20] == {}


@pytest.mark.parametrize(("days_back", "sessions"), [(19, 1), (20, 0)])
@pytest.mark.parametrize(
    ("part", "place"),
    [("sessions", 8), ("content", 4), ("technology", 5), ("geography", 4)],
)
def test_a_session_that_was_there_within_the_look_back_does_not_begin_again(
    lake: ViewLake, part: str, place: int, days_back: int, sessions: int
) -> None:
    rejected = make_hit("09:00", "2025-06-20", session_id="t", outcome="rejected")
    lake.fill(
        "events",
        [
            make_hit("10:00", "2025-06-10"),
            rejected,
            make_hit("10:00"),
            make_hit("10:00", session_id="t", event_id="t"),
        ],
    )
    day = date.fromisoformat(THE_DAY)
    rows = publish(lake, part, first=day, last=day, days_back=days_back)["px_one"][THE_DAY]
    assert sum(int(str(row[place])) for row in rows) == sessions + 1


def test_the_limits_of_what_a_session_did(lake: ViewLake) -> None:
    events = [
        make_hit("13:00", session_id="two", path="/a"),
        make_hit("13:01", session_id="two", path="/b"),
        # Sent at once, an hour after the first of them happened.
        make_hit("14:30", session_id="late", path="/c", occurred_at=at("13:30")),
        make_hit(
            "14:30", session_id="late", type="custom", path="/c", event_id="l2", occurred_at=at("13:40")
        ),
        make_hit("15:00", session_id="again", path="/d"),
        make_hit("15:00", THIRD, session_id="again", visitor_id="k", path="/e"),
    ]
    links = [make_link("A", "10:00", visitor="k"), make_node("A", "user_id", "u")]
    unknown = [None] * 6
    assert count_part(lake, "sessions", events, links) == {
        THE_DAY: [
            [*unknown, "shop.example/a", False, 1, 1, 2, 60],
            [*unknown, "shop.example/c", False, 1, 0, 1, 600],
            [*unknown, "shop.example/d", False, 1, 0, 1, 0],
        ]
    }
    assert [row[0] for row in count_part(lake, "activity", events)[THE_DAY]] == [13, 14, 15]
