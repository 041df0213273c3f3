"""The demo's history on the page: what it shows is what can be counted in the rows themselves, without documents in between.

The documents are the truth of the history, which tests/e2e/test_history.py holds `publish` to.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pixelweave.dashboard_document import pack
from pixelweave.dashboard_index import KEY, Index, PartState, PublishedFunnel, PublishedPixel
from pixelweave.dashboard_part import PARTS
from pixelweave_local.history import MONTH, make_history
from pixelweave_local.history_pixel import FUNNELS, GOALS, SHOP, SPEC
from pixelweave_local.history_truth import Truth
from pixelweave_local.history_truth_people import People
from pixelweave_local.history_truth_visit import keep_first, list_happenings

from tests.browser.dashboard.oracle import write_count, write_money, write_share
from tests.browser.dashboard.site import DashboardSite
from tests.unit.local.shop_pixel import PIXEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_local.history import History

    from tests.browser.dashboard.screen import Screen

# The screen's morning is that of the first of July.
LAST_DAY = date(2025, 6, 30)
QUIET = "px_quiet"
OTHERS = ["funnels", "people", "content", "technology", "geography", "quality"]
NAMED = {"defined": "defined", "built-in": "built in", "hit": "named in the hit"}


@pytest.fixture(scope="module")
def past() -> History:
    return make_history(PIXEL, LAST_DAY, MONTH)


@pytest.fixture(scope="module")
def truth(past: History) -> Truth:
    return Truth(past)


@pytest.fixture(scope="module")
def documents(past: History, truth: Truth) -> dict[str, bytes]:
    """The bucket's objects."""
    made: dict[str, bytes] = {}
    for part in PARTS:
        columns = [column.name for column in part.columns]
        for month in {day[:7] for day in past.days}:
            days = {day: rows for day, rows in truth.parts[part.name].items() if day.startswith(month)}
            document = {"version": 1, "part": part.name, "columns": columns, "days": days}
            made[f"data/{SHOP.pixel_id}/{part.name}/{month}.json"] = pack(document)
    now = datetime(2025, 7, 1, 2, tzinfo=UTC)
    fresh = PartState(computed_at=now, through=LAST_DAY)
    first_day = date.fromisoformat(min(past.days))
    shop = PublishedPixel(
        pixel_id=SHOP.pixel_id,
        name=SPEC.name,
        workspace_id=SPEC.workspace_id,
        dialect=SPEC.dialect,
        first_day=first_day,
        goals=tuple(goal.name for goal in GOALS),
        funnels=tuple(
            PublishedFunnel(
                name=funnel.name,
                by=funnel.by,
                within_ms=funnel.within // timedelta(milliseconds=1),
                steps=funnel.steps,
            )
            for funnel in FUNNELS
        ),
    )
    quiet = shop.model_copy(update={"pixel_id": QUIET, "name": "No hit yet", "first_day": None})
    index = Index(
        published_at=now,
        first_day=first_day,
        last_day=LAST_DAY,
        pixels=(shop, quiet),
        parts={part.name: fresh for part in PARTS},
    )
    return made | {KEY: index.pack()}


@pytest.fixture
def served(documents: dict[str, bytes]) -> Iterator[DashboardSite]:
    made = DashboardSite(documents).start()
    yield made
    made.stop()


def count_numbers(past: History, truth: Truth, first: str, last: str) -> dict[str, str]:
    """What the cards must show of the days from `first` to `last`."""
    rows = [row for day, own in past.days.items() if first <= day <= last for row in own]
    everything = keep_first(list_happenings(past.days))
    hits = [hit for hit in everything if first <= hit.day <= last]
    people = People(past.identified)
    persons = {people.find_person(hit.row, hit.moment) for hit in hits} - {None}
    nobody = {hit.leaf for hit in hits if people.find_person(hit.row, hit.moment) is None} - {None}
    begun: dict[str | None, str] = {}
    for hit in everything:
        begun.setdefault(hit.session_id, hit.day)
    reached = [each for each in truth.conversions if first <= each.day <= last]
    values: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in reached:
        if each.unit is not None and each.value is not None:
            values[each.unit] += each.value
    counts = {
        "Visitors": len({hit.leaf for hit in hits} - {None}),
        "Sessions": sum(first <= day <= last for session, day in begun.items() if session is not None),
        "Page views": sum(hit.is_page_view for hit in hits),
        "Events": len(hits),
        "Hits answered": len(rows),
        "People known": len(persons),
        "Anonymous": len(nobody),
        "Conversions": len(reached),
    }
    money = {f"Value, {unit}": write_money(values[unit]) for unit in ("EUR", "USD") if unit in values}
    points = {"Points": write_money(values["points"], 0)} if "points" in values else {}
    return {name: write_count(count) for name, count in counts.items()} | money | points


@pytest.mark.parametrize(
    ("shown", "first", "last"),
    [
        ("30d", "2025-06-01", "2025-06-30"),
        ("7d", "2025-06-24", "2025-06-30"),
        ("yesterday", "2025-06-30", "2025-06-30"),
        ("2025-06-09..2025-06-22", "2025-06-09", "2025-06-22"),
    ],
)
def test_the_overview_shows_what_is_in_the_rows(
    screen: Screen, past: History, truth: Truth, shown: str, first: str, last: str
) -> None:
    cards = screen.go(range=shown, pixel=SHOP.pixel_id).cards("#numbers")
    assert cards == count_numbers(past, truth, first, last)


def test_the_goals_are_those_that_were_reached(screen: Screen, past: History, truth: Truth) -> None:
    shown = screen.go("goals", range="30d").rows("goals-table")
    conversions: defaultdict[str, int] = defaultdict(int)
    sessions: defaultdict[str, set[str]] = defaultdict(set)
    for each in truth.conversions:
        name = f"{each.goal} {NAMED[each.source]}"
        conversions[name] += 1
        sessions[name] |= {each.hit.session_id} if each.hit.session_id is not None else set()
    visits = {hit.session_id for hit in keep_first(list_happenings(past.days))} - {None}
    assert {row["Goal"]: row["Conversions"] for row in shown} == {
        name: write_count(count) for name, count in conversions.items()
    }
    for row in shown:
        own = len(sessions[row["Goal"]])
        assert row["Unique sessions"] == write_count(own)
        assert row["Conversion rate"] == write_share(own, len(visits))


@pytest.mark.parametrize("page", ["overview", "goals", *OTHERS])
@pytest.mark.parametrize("shown", ["", "13m", "today", "2025-04-20..2025-06-30"])
def test_no_page_asks_for_what_is_not_there(screen: Screen, page: str, shown: str) -> None:
    missing: list[str] = []
    said: list[str] = []
    screen.page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
    screen.page.on("console", lambda message: said.append(message.text))
    for pixel in ("", SHOP.pixel_id):
        screen.go(page, range=shown, pixel=pixel)
    assert (missing, said) == ([], [])


@pytest.mark.parametrize("page", OTHERS)
def test_every_page_has_something_to_show(screen: Screen, page: str) -> None:
    screen.go(page, range="30d")
    assert screen.page.locator("#main table tbody tr").count() > 1
