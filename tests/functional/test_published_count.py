"""The dashboard's queries on rows with a known answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.goal_row import make_goal, make_step_rows, make_window_rows
from tests.functional.link_row import make_event, make_forget, make_link, make_merge, make_node
from tests.functional.published_lake import publish
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelweave.dashboard_document import DayRows

    from tests.functional.link_row import Row

THE_DAY, NEXT, THIRD = "2025-06-30", "2025-07-01", "2025-07-02"


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def hit(clock: str, day: str = THE_DAY, **changes: Any) -> Row:
    """Return a page view of the session `s` that was received on a day."""
    row = make_event(
        clock, **{"session_id": "s", "visitor_id": "v", "host": "shop.example", "path": "/"} | changes
    )
    moved = timedelta(days=(date.fromisoformat(day) - date.fromisoformat(THE_DAY)).days)
    row |= {name: row[name] + moved for name in ("occurred_at", "received_at") if name not in changes}
    return row | {"event_id": changes.get("event_id", f"{day} {clock}"), "dt": day}


def count(
    lake: ViewLake, part: str, events: Sequence[Row], links: Sequence[Row] = (), *, pixel: str = "px_one"
) -> DayRows:
    lake.fill("events", events)
    lake.fill("links", links)
    return publish(lake, part).get(pixel, {})


def test_activity_counts_accepted_hits_once_by_the_hour(lake: ViewLake) -> None:
    events = [
        hit("07:00", message_id="m"),
        hit("07:30", message_id="m"),
        hit("08:00", NEXT, message_id="m"),
        hit("07:59", type="lead"),
        hit("09:00", outcome="rejected"),
        hit("09:00", outcome="bot", event_id="b"),
        hit("09:00", pixel_id="px_two", event_id="c"),
    ]
    assert count(lake, "activity", events) == {THE_DAY: [[7, 2, 1]]}


def test_quality_counts_every_row_and_its_faults(lake: ViewLake) -> None:
    rejected = {"outcome": "rejected", "reason": "field_too_long", "message_id": "m"}
    late = hit("12:00")["received_at"] - timedelta(hours=1)
    events = [
        hit("07:00", message_id="m"),
        hit("08:00", NEXT, message_id="m"),
        hit("07:01", **rejected),
        hit("07:02", **rejected),
        hit("07:03", event_id="twice", outcome="bot", client_class="bot"),
        hit("07:03", event_id="twice", outcome="bot", client_class="bot"),
        hit("12:00", occurred_at=late),
        hit("12:00", occurred_at=late - timedelta(milliseconds=1), event_id="late"),
        hit("12:00", occurred_at=None, event_id="unknown"),
    ]
    assert count(lake, "quality", events) == {
        THE_DAY: [
            ["rokt", "accepted", None, None, 4, 0, 1],
            ["rokt", "bot", None, "bot", 2, 1, 0],
            ["rokt", "rejected", "field_too_long", None, 2, 0, 0],
        ],
        NEXT: [["rokt", "accepted", None, None, 1, 1, 0]],
    }


SESSION = {"utm_campaign": "june", "channel": "email", "country": "NL"}


def test_a_session_counts_on_its_first_day_by_what_it_did_until_the_next(lake: ViewLake) -> None:
    lake.fill("goal_windows", make_window_rows(make_goal("Thanks", {"field": "path", "pattern": "/thanks"})))
    events = [
        hit("23:00", channel="internal", path=None),
        hit("23:30", **SESSION, browser="Firefox", path="/shop"),
        hit("01:00", NEXT, path="/thanks", type="custom", os="Linux", device_type="mobile"),
        hit("02:00", THIRD, path="/more"),
        hit("03:00", session_id="alone", path="/only"),
        hit("03:00", session_id=None, event_id="none"),
        hit("03:00", NEXT, session_id="bought", path="/thanks", type="custom"),
        hit("03:00", session_id="late", type="custom", path="/x", event_id="l1"),
        hit("03:00", THIRD, session_id="late", type="custom", path="/thanks", event_id="l2"),
    ]
    links = [make_link("A", "10:00", session="s"), make_node("A", "phone_digits", "d")]
    rows = count(lake, "sessions", events, links)
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


def test_a_conversion_stands_in_one_row_with_what_brought_its_session(lake: ViewLake) -> None:
    lead = {"type": "lead", "dialect": "native", "path": "/form"}
    events = [
        hit("10:00", **SESSION, device_type="desktop", path="/shop"),
        hit("10:01", **lead, value="1.5", currency="EUR"),
        hit("10:02", NEXT, **lead, value="2", currency="EUR"),
        hit("10:03", NEXT, **lead),
        hit(
            "10:04",
            session_id=None,
            **lead,
            channel="social",
            country="BE",
            utm_campaign="may",
            device_type="tv",
        ),
    ]
    brought = ["email", "june", "NL", None, "desktop", "shop.example/shop"]
    assert count(lake, "goals", events) == {
        THE_DAY: [
            ["Lead", "built-in", None, "social", "may", "BE", None, "tv", "shop.example/form", 1, 0, None],
            ["Lead", "built-in", "EUR", *brought, 1, 1, "1.5000"],
        ],
        NEXT: [
            ["Lead", "built-in", None, *brought, 1, 0, None],
            ["Lead", "built-in", "EUR", *brought, 1, 0, "2.0000"],
        ],
    }


def test_an_order_that_converted_within_the_look_back_does_not_again(lake: ViewLake) -> None:
    order: Row = {"type": "purchase", "dialect": "native", "order_id": "1001", "session_id": None}
    lake.fill("events", [hit("10:00", "2025-06-10", **order), hit("10:00", **order)])
    first = date.fromisoformat(THE_DAY)
    counted = {back: publish(lake, "goals", first=first, last=first, days_back=back) for back in (19, 20)}
    assert [row[-3] for row in counted[19]["px_one"][THE_DAY]] == [1]
    assert counted[20] == {}


@pytest.mark.parametrize(("days_back", "sessions"), [(19, 1), (20, 0)])
@pytest.mark.parametrize(
    ("part", "place"), [("sessions", 8), ("content", 4), ("technology", 5), ("geography", 4)]
)
def test_a_session_that_was_there_within_the_look_back_does_not_begin_again(
    lake: ViewLake, part: str, place: int, days_back: int, sessions: int
) -> None:
    rejected = hit("09:00", "2025-06-20", session_id="t", outcome="rejected")
    lake.fill(
        "events",
        [hit("10:00", "2025-06-10"), rejected, hit("10:00"), hit("10:00", session_id="t", event_id="t")],
    )
    day = date.fromisoformat(THE_DAY)
    rows = publish(lake, part, first=day, last=day, days_back=days_back)["px_one"][THE_DAY]
    assert sum(int(str(row[place])) for row in rows) == sessions + 1


def test_content_knows_where_sessions_begin_and_end(lake: ViewLake) -> None:
    page = {"title": "Shop", "path": "/shop"}
    events = [
        hit("10:00", **page),
        hit("10:01", path="/item"),
        hit("10:02", type="custom", path="/form"),
        hit("10:00", NEXT, **page),
        hit("10:00", "2025-07-03", path="/item"),
        hit("10:00", session_id=None, path="/item", event_id="none"),
    ]
    assert count(lake, "content", events) == {
        THE_DAY: [["shop.example", "/item", None, 2, 0, 0], ["shop.example", "/shop", "Shop", 1, 1, 0]],
        NEXT: [["shop.example", "/shop", "Shop", 1, 0, 1]],
        "2025-07-03": [["shop.example", "/item", None, 1, 0, 1]],
    }


def test_technology_and_geography_count_a_session_at_its_first_event(lake: ViewLake) -> None:
    firefox = {
        "browser": "Firefox",
        "browser_version": "128.0.1",
        "os": "Linux",
        "country": "NL",
        "city": "Delft",
    }
    events = [
        hit("10:00", **firefox),
        hit("10:01", **firefox | {"browser_version": "128.1"}),
        hit("10:02", browser="Chrome", country="NL"),
        hit("10:00", NEXT, **firefox),
        hit("10:03", session_id=None, **firefox),
    ]
    assert count(lake, "technology", events) == {
        THE_DAY: [["Chrome", None, None, None, None, 0, 1], ["Firefox", "128", "Linux", None, None, 1, 3]],
        NEXT: [["Firefox", "128", "Linux", None, None, 0, 1]],
    }
    assert count(lake, "geography", events) == {
        THE_DAY: [["NL", None, None, None, 0, 1], ["NL", None, "Delft", None, 1, 3]],
        NEXT: [["NL", None, "Delft", None, 0, 1]],
    }


def test_interests_are_the_labels_of_events(lake: ViewLake) -> None:
    both, one = ({"key": keys, "value": ["x"] * len(keys)} for keys in (["a", "A"], ["a"]))
    events = [
        hit("10:00", labels=both),
        hit("10:01", labels=one),
        hit("10:02", session_id=None, labels=one),
        hit("10:03"),
    ]
    assert count(lake, "interests", events) == {THE_DAY: [["A", "x", 1, 1], ["a", "x", 3, 1]]}


def test_people_are_known_anonymous_or_gone(lake: ViewLake) -> None:
    events = [
        hit("10:00", visitor_id=visitor, session_id=session, event_id=f"{visitor}{session}{day}", day=day)
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
    assert count(lake, "reach", events, links) == {
        THE_DAY: [["known", None, 1], ["visitor", None, 3]],
        NEXT: [["anonymous", None, 2], ["visitor", None, 2]],
        THIRD: [["known", 2, 1], ["visitor", 2, 1]],
    }


def test_a_funnel_is_told_on_the_day_it_was_entered(lake: ViewLake) -> None:
    steps = {name: make_goal(name, {"field": "path", "pattern": f"/{name}"}) for name in ("basket", "pay")}
    lake.fill("goal_windows", make_window_rows(*steps.values()))
    lake.fill("funnel_steps", make_step_rows(["basket", "pay"], timedelta(hours=3)))
    events = [
        hit("23:00", path="/basket"),
        hit("23:10", path="/basket", session_id="t"),
        hit("01:00", NEXT, path="/pay"),
        hit("03:00", NEXT, path="/pay", session_id="t"),
        hit("04:00", NEXT, path="/basket"),
    ]
    rows = count(lake, "funnels", events)
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
    assert count(lake, "identity", [], links, pixel="acme") == {
        THE_DAY: [
            ["forgotten", None, 1],
            ["identifier", "email_sha256", 1],
            ["merge", None, 1],
            ["person", None, 2],
            ["refusal", "unique_conflict", 1],
        ]
    }


def test_what_does_not_fit_is_folded_and_the_sums_stay(lake: ViewLake) -> None:
    events = [
        hit("10:00", path=f"/{number:03}", title=f"t{number}", event_id=str(number)) for number in range(302)
    ]
    (rows,) = count(lake, "content", [*events, hit("11:00", path="/301", title="t301")]).values()
    assert len(rows) == 301
    assert rows[0] == ["(other)", "(other)", "(other)", 2, 0, 0]
    assert ["shop.example", "/301", "t301", 2, 0, 1] in rows
    assert [sum(int(str(row[place])) for row in rows) for place in (3, 4, 5)] == [303, 1, 1]
