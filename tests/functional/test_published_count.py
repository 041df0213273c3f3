"""The dashboard's queries on rows with a known answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.functional.published_lake import BY_EMAIL, NEXT, THE_DAY, count_part, make_hit, publish
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.link_row import Row


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def test_activity_counts_accepted_hits_once_by_the_hour(lake: ViewLake) -> None:
    events = [
        make_hit("07:00", message_id="m"),
        make_hit("07:30", message_id="m"),
        make_hit("08:00", NEXT, message_id="m"),
        make_hit("07:59", type="lead"),
        make_hit("09:00", outcome="rejected"),
        make_hit("09:00", outcome="bot", event_id="b"),
        make_hit("09:00", pixel_id="px_two", event_id="c"),
    ]
    assert count_part(lake, "activity", events) == {THE_DAY: [[7, 2, 1]]}


def test_quality_counts_every_row_and_its_faults(lake: ViewLake) -> None:
    rejected = {"outcome": "rejected", "reason": "field_too_long", "message_id": "m"}
    late = make_hit("12:00")["received_at"] - timedelta(hours=1)
    events = [
        make_hit("07:00", message_id="m"),
        make_hit("08:00", NEXT, message_id="m"),
        make_hit("07:01", **rejected),
        make_hit("07:02", **rejected),
        make_hit("07:03", event_id="twice", outcome="bot", client_class="bot"),
        make_hit("07:03", event_id="twice", outcome="bot", client_class="bot"),
        make_hit("12:00", occurred_at=late),
        make_hit("12:00", occurred_at=late - timedelta(milliseconds=1), event_id="late"),
        make_hit("12:00", occurred_at=None, event_id="unknown"),
    ]
    assert count_part(lake, "quality", events) == {
        THE_DAY: [
            ["rokt", "accepted", None, None, 4, 0, 1],
            ["rokt", "bot", None, "bot", 2, 1, 0],
            ["rokt", "rejected", "field_too_long", None, 2, 0, 0],
        ],
        NEXT: [["rokt", "accepted", None, None, 1, 1, 0]],
    }


def test_a_conversion_stands_in_one_row_with_what_brought_its_session(lake: ViewLake) -> None:
    lead = {"type": "lead", "dialect": "native", "path": "/form"}
    events = [
        make_hit("10:00", **BY_EMAIL, device_type="desktop", path="/shop"),
        make_hit("10:01", **lead, value="1.5", currency="EUR"),
        make_hit("10:02", NEXT, **lead, value="2", currency="EUR"),
        make_hit("10:03", NEXT, **lead),
        make_hit(
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
    assert count_part(lake, "goals", events) == {
        THE_DAY: [
            ["Lead", "built-in", None, "social", "may", "BE", None, "tv", "shop.example/form", 1, 0, None],
            ["Lead", "built-in", "EUR", *brought, 1, 1, "1.5000"],
        ],
        NEXT: [
            ["Lead", "built-in", None, *brought, 1, 0, None],
            ["Lead", "built-in", "EUR", *brought, 1, 0, "2.0000"],
        ],
    }


def test_what_begins_after_a_conversion_did_not_bring_it(lake: ViewLake) -> None:
    repeated: Row = {"message_id": "m", "session_id": None, "visitor_id": None, "path": None}
    events = [
        make_hit("10:00", **repeated, type="lead", dialect="rokt"),
        make_hit("10:01", **repeated | {"session_id": "s"}, type="lead", dialect="native"),
        make_hit("10:00", NEXT, **BY_EMAIL),
    ]
    assert count_part(lake, "goals", events) == {
        THE_DAY: [["Lead", "built-in", None, *[None] * 6, 1, 1, None]]
    }


def test_an_order_that_converted_within_the_look_back_does_not_again(lake: ViewLake) -> None:
    order: Row = {"type": "purchase", "dialect": "native", "order_id": "1001", "session_id": None}
    lake.fill("events", [make_hit("10:00", "2025-06-10", **order), make_hit("10:00", **order)])
    first = date.fromisoformat(THE_DAY)
    counted = {back: publish(lake, "goals", first=first, last=first, days_back=back) for back in (19, 20)}
    assert [row[-3] for row in counted[19]["px_one"][THE_DAY]] == [1]
    assert counted[20] == {}


def test_content_knows_where_sessions_begin_and_end(lake: ViewLake) -> None:
    page = {"title": "Shop", "path": "/shop"}
    events = [
        make_hit("10:00", **page),
        make_hit("10:01", path="/item"),
        make_hit("10:02", type="custom", path="/form"),
        make_hit("10:00", NEXT, **page),
        make_hit("10:00", "2025-07-03", path="/item"),
        make_hit("10:00", session_id=None, path="/item", event_id="none"),
    ]
    assert count_part(lake, "content", events) == {
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
        make_hit("10:00", **firefox),
        make_hit("10:01", **firefox | {"browser_version": "128.1"}),
        make_hit("10:02", browser="Chrome", country="NL"),
        make_hit("10:00", NEXT, **firefox),
        make_hit("10:03", session_id=None, **firefox),
    ]
    assert count_part(lake, "technology", events) == {
        THE_DAY: [["Chrome", None, None, None, None, 0, 1], ["Firefox", "128", "Linux", None, None, 1, 3]],
        NEXT: [["Firefox", "128", "Linux", None, None, 0, 1]],
    }
    assert count_part(lake, "geography", events) == {
        THE_DAY: [["NL", None, None, None, 0, 1], ["NL", None, "Delft", None, 1, 3]],
        NEXT: [["NL", None, "Delft", None, 0, 1]],
    }


def test_interests_are_the_labels_of_events(lake: ViewLake) -> None:
    both, one = ({"key": keys, "value": ["x"] * len(keys)} for keys in (["a", "A"], ["a"]))
    events = [
        make_hit("10:00", labels=both),
        make_hit("10:01", labels=one),
        make_hit("10:02", session_id=None, labels=one),
        make_hit("10:03"),
    ]
    assert count_part(lake, "interests", events) == {THE_DAY: [["A", "x", 1, 1], ["a", "x", 3, 1]]}


def test_what_does_not_fit_is_folded_and_the_sums_stay(lake: ViewLake) -> None:
    events = [
        make_hit("10:00", path=f"/{number:03}", title=f"t{number}", event_id=str(number))
        for number in range(302)
    ]
    (rows,) = count_part(lake, "content", [*events, make_hit("11:00", path="/301", title="t301")]).values()
    assert len(rows) == 301
    assert rows[0] == ["(other)", "(other)", "(other)", 2, 0, 0]
    assert ["shop.example", "/301", "t301", 2, 0, 1] in rows
    assert [sum(int(str(row[place])) for row in rows) for place in (3, 4, 5)] == [303, 1, 1]
