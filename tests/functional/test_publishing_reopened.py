"""What makes closed days be computed again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.dashboard_index import PublishedFunnel

from tests.functional.goal_row import make_goal, make_step_rows, make_window_rows
from tests.functional.link_row import make_link, make_node
from tests.functional.published_lake import make_hit
from tests.functional.publishing_desk import NOW, PIXELS, Desk, open_desk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as desk:
        yield desk


def test_a_funnel_that_is_new_or_changed_is_told_of_closed_days_too(desk: Desk) -> None:
    names = ("basket", "form", "pay")
    goals = [make_goal(name, {"field": "path", "pattern": f"/{name}"}) for name in names]
    desk.lake.fill("goal_windows", make_window_rows(*goals))
    hits = [make_hit(f"10:0{place}", path=f"/{name}", day="2025-06-02") for place, name in enumerate(names)]
    desk.lake.fill("events", [*hits, make_hit("11:00", path="/form", session_id="t", day="2025-06-02")])

    def define(*steps: str) -> None:
        funnel = PublishedFunnel(name="way", by="session", within_ms=3_600_000, steps=steps)
        desk.pixels = [PIXELS[0].model_copy(update={"funnels": (funnel,)}), PIXELS[1]]
        desk.lake.fill("funnel_steps", make_step_rows(list(steps), timedelta(hours=1)))

    def show() -> Any:
        return desk.read("data/px_one/funnels/2025-06.json")["days"].get("2025-06-02")

    desk.run("funnels")
    assert show() is None
    define("basket", "pay")
    desk.run("activity", now=NOW + timedelta(days=1))
    desk.athena.broken["funnel_steps"] = "out of luck"
    desk.run("funnels", now=NOW + timedelta(days=2))
    desk.athena.broken.clear()
    desk.run("funnels", now=NOW + timedelta(days=3))
    assert show() == [["way", 1, "basket", 1], ["way", 2, "pay", 1]]
    define("form", "pay")
    desk.run("funnels", now=NOW + timedelta(days=4))
    assert show() == [["way", 1, "form", 2], ["way", 2, "pay", 1]]
    assert desk.run("funnels", now=NOW + timedelta(days=5))["funnels"].days == 3


def test_who_is_known_since_is_known_in_every_range_of_two_months(desk: Desk) -> None:
    earlier = make_hit("10:00", "2025-06-01", event_id="1")
    desk.lake.fill("events", [earlier])
    for day in (2, 3, 4, 5):
        desk.run("reach", now=datetime(2025, 6, day, 2, tzinfo=UTC))
    desk.lake.fill("events", [earlier, make_hit("10:00", event_id="2")])
    links = [make_link("A", "10:00", visitor="v"), make_node("A", "email_sha256", "d", "10:00")]
    desk.lake.fill("links", links)
    desk.run("reach", now=NOW)
    assert desk.read("data/px_one/reach/2025-06.json")["days"] == {
        "2025-06-01": [["known", None, 1], ["visitor", None, 1]],
        "2025-06-30": [["known", 29, 1], ["visitor", 29, 1]],
    }
