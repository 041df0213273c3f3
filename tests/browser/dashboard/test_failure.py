"""What is missing or broken is told where it would stand, and blanks nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.browser.dashboard.documents import BUSY, COLUMNS, SMALL
from tests.browser.dashboard.oracle import JUNE, sum_column, write_count

if TYPE_CHECKING:
    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.screen import Screen

SESSIONS = f"data/{BUSY}/sessions/2025-06.json"
GEOGRAPHY = f"data/{BUSY}/geography/2025-06.json"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "damaged"),
        (b"{", "damaged"),
        (b"<html>sign in</html>", "damaged"),
        (b"\x1f\x8bbroken", "damaged"),
        (b"null", None),
        (b"[]", "not of the form"),
        (b'"text"', "not of the form"),
        (b'{"version": 2, "part": "geography", "columns": [], "days": {}}', "not of the form"),
        (b'{"version": 1, "part": "sessions", "columns": ["country"], "days": {}}', "not of the form"),
        (
            b'{"version": 1, "part": "geography", "columns": ["country"], "days": {}}',
            "lacks region, city, time_zone, sessions, events",
        ),
    ],
)
def test_a_broken_document_is_told_and_the_others_are_shown(
    screen: Screen, history: History, body: bytes, words: str | None
) -> None:
    screen.site.documents[GEOGRAPHY] = body
    screen.go("geography", range="2025-05-31..2025-06-01", pixel=BUSY, compare="0")
    text = screen.text()
    assert ("Busy shop, Jun 2025, geography:" in text) is (words is not None)
    assert (words or "") in text
    day = date(2025, 5, 31)
    rows = screen.rows("countries-table")
    assert sum(int(row["Sessions"].replace(",", "")) for row in rows) == sum_column(
        history, "geography", "sessions", (day, day), BUSY
    )


@pytest.mark.parametrize(
    ("status", "is_told"), [(403, False), (404, False), (400, True), (401, True), (500, True), (503, True)]
)
def test_a_month_that_is_not_there_has_no_rows_and_any_other_answer_is_told(
    screen: Screen, status: int, is_told: bool
) -> None:
    screen.site.statuses[GEOGRAPHY] = status
    text = screen.go("geography", pixel=BUSY, range="yesterday").text()
    assert (f"the server answered {status}" in text) is is_told
    assert "Nothing in these days." in text


def test_what_failed_is_asked_for_again_and_nothing_else(screen: Screen) -> None:
    screen.site.statuses[GEOGRAPHY] = 500
    screen.go("geography", pixel=BUSY)
    del screen.site.statuses[GEOGRAPHY]
    screen.site.asked.clear()
    screen.page.get_by_role("button", name="Try again").first.click()
    screen.ready()
    assert "could not be read" not in screen.text()
    # The browser asks for the icon when it likes.
    assert [path for path in screen.site.asked if path != "app/icon.svg"] == [GEOGRAPHY]


def test_a_part_that_failed_says_so_where_it_is_shown_and_nowhere_else(screen: Screen) -> None:
    error = {"reason": "the scan limit of 1 GiB was reached", "since": "2025-06-29T02:00:00Z"}
    with screen.site.change_index() as index:
        index["parts"]["geography"].update(error=error, through="2025-06-28")
    told = "«geography» could not be computed since 29 Jun 2025, 02:00 UTC: the scan limit of 1 GiB was reached. What is shown is older."
    assert told in screen.go("geography").text()
    assert "through 28 Jun 2025" in screen.text()
    assert "could not be computed" not in screen.go("technology").text()


def test_what_cannot_be_read_stands_above_the_numbers(screen: Screen) -> None:
    screen.site.documents[GEOGRAPHY] = b"{"
    screen.go("geography", pixel=BUSY)
    problem, table = (
        screen.page.locator(f"#countries {each}").bounding_box() for each in (".problem", ".table")
    )
    assert problem is not None
    assert table is not None
    assert problem["y"] < table["y"]


@pytest.mark.parametrize("page", ["overview", "goals", "technology", "people", "quality"])
def test_where_a_document_of_the_days_before_is_broken_nothing_is_compared(screen: Screen, page: str) -> None:
    for part in ("activity", "reach", "quality", "sessions", "goals", "technology", "identity"):
        screen.site.documents[f"data/{BUSY}/{part}/2025-05.json"] = b"{"
    text = screen.go(page, pixel=BUSY).text()
    assert "May 2025" in text
    assert "new from" not in text
    assert set(screen.changes().values()) <= {""}
    assert "cannot be shown" not in text


@pytest.mark.parametrize("part", ["sessions", "goals"])
@pytest.mark.parametrize("measure", ["conversions", "rate"])
def test_one_goal_is_shown_though_one_of_its_parts_lacks_the_days_before(
    screen: Screen, part: str, measure: str
) -> None:
    screen.site.documents[f"data/{BUSY}/{part}/2025-05.json"] = b"{"
    screen.go("goals", pixel=BUSY, goal='["built-in","Purchase"]', metric=measure)
    assert "cannot be shown" not in screen.text()
    assert len(screen.series("goal-chart")) == 30


def test_one_broken_part_leaves_the_other_numbers(screen: Screen, history: History) -> None:
    screen.site.documents[SESSIONS] = b"{"
    screen.site.documents.pop(f"data/{SMALL}/sessions/2025-06.json")
    cards = screen.go(compare="0").cards("#numbers")
    assert cards["Sessions"] == "0"
    assert cards["Events"] == write_count(sum_column(history, "activity", "events", JUNE))
    assert "Busy shop, Jun 2025, sessions: the document is damaged" in screen.text()


def test_a_part_that_was_never_published_says_so(screen: Screen) -> None:
    with screen.site.change_index() as index:
        index["parts"].pop("geography")
    assert "«geography» has not been published yet." in screen.go("geography").text()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"", "Nothing has been published yet"),
        (403, b"", "Nothing has been published yet"),
        (500, b"", "the server answered 500"),
        (None, b"{", "the document is damaged"),
        (None, b"{}", "not of the form that this page reads"),
        (None, b'{"version": 2, "pixels": []}', "not of the form that this page reads"),
        (None, b'{"version": 1, "pixels": []}', "No pixel yet"),
    ],
)
def test_without_an_index_the_page_says_why_and_what_to_do(
    screen: Screen, status: int | None, body: bytes, words: str
) -> None:
    if status:
        screen.site.statuses["data/index.json"] = status
    screen.site.documents["data/index.json"] = body
    text = screen.go().text()
    assert words in text
    assert "pixelweave publish" in text


def test_once_the_index_is_there_trying_again_shows_the_page(screen: Screen) -> None:
    screen.site.statuses["data/index.json"] = 500
    screen.go()
    screen.site.statuses.clear()
    screen.page.get_by_role("button", name="Try again").click()
    screen.page.wait_for_selector("#numbers")
    assert "Visitors" in screen.ready().cards("#numbers")


def test_days_without_any_publication_lead_to_those_that_have_one(screen: Screen) -> None:
    text = screen.go(range="2023-01-01..2023-01-31").text()
    assert "Nothing was published of these days. There is data from 1 Jun 2024 to 1 Jul 2025." in text
    screen.page.get_by_role("link", name="Show the latest days").click()
    screen.page.get_by_role("heading", name="Visitors by day").wait_for()
    assert "range=2025-06-25..2025-07-01" in screen.fragment


@pytest.mark.parametrize(
    ("first", "shown", "words"),
    [
        ("2025-06-01", "2025-06-01..2025-06-30", None),
        ("2025-06-02", "2025-06-01..2025-06-30", "There is data from 2 Jun 2025 on"),
        ("2025-06-02", "2025-05-01..2025-05-31", "There is data from 2 Jun 2025 on"),
        (None, "2025-06-01..2025-06-30", "Nothing was published of this pixel yet"),
    ],
)
def test_days_before_a_pixels_first_hit_are_told(
    screen: Screen, first: str | None, shown: str, words: str | None
) -> None:
    with screen.site.change_index() as index:
        (pixel,) = [pixel for pixel in index["pixels"] if pixel["pixel_id"] == SMALL]
        pixel["first_day"] = first
    told = screen.go(pixel=SMALL, range=shown).page.locator("#main > .note").all_inner_texts()
    assert [words in note for note in told] == [True] if words else told == []


def test_days_before_all_data_are_told_of_all_pixels(screen: Screen) -> None:
    assert "There is data from 1 Jun 2024 on" in screen.go(range="2024-05-31..2024-06-30").text()
    assert "There is data from" not in screen.go(range="2024-06-01..2024-06-30").text()


def test_where_everything_began_today_today_is_shown(screen: Screen) -> None:
    with screen.site.change_index() as index:
        index.update(first_day="2025-07-01")
    screen.go()
    assert screen.page.locator("#range").input_value() == "today"


def test_a_number_that_cannot_be_had_is_not_asked_for_in_other_parts(screen: Screen) -> None:
    screen.go("technology", pixel=BUSY)
    assert {path.split("/")[2] for path in screen.site.asked if path.startswith(f"data/{BUSY}/")} == {
        "technology"
    }
    assert set(COLUMNS) > {"technology"}
