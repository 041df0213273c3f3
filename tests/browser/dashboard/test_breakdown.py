"""Channels, people, content, technology, geography, traffic quality: tables whose rows add up to the log's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.browser.dashboard.documents import BUSY, SMALL, TODAY
from tests.browser.dashboard.oracle import (
    JUNE,
    MAY,
    count_people,
    group,
    list_days,
    name_channel,
    sum_column,
    write_change,
    write_count,
    write_share,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.oracle import Days
    from tests.browser.dashboard.screen import Screen

COUNTRIES = {"DE": "Germany", "FR": "France", "US": "United States", "JP": "Japan"}


class Table(NamedTuple):
    """Where a breakdown stands, what its rows are of, and its first count."""

    page: str
    name: str
    first: str
    part: str
    key: Callable[[dict[str, Any]], str | None]
    label: str = "Sessions"
    column: str = "sessions"


def value(column: str) -> Callable[[dict[str, Any]], str | None]:
    return lambda row: row[column]


TABLES = [
    Table("overview", "channels", "Channel", "sessions", lambda row: name_channel(row["channel"])),
    Table(
        "content",
        "pages",
        "Page",
        "content",
        lambda row: f"{row['host']}{row['path']}",
        "Page views",
        "page_views",
    ),
    Table("technology", "browsers", "Browser", "technology", value("browser")),
    Table("technology", "systems", "System", "technology", value("os")),
    Table("technology", "devices", "Device", "technology", value("device")),
    Table("geography", "countries", "Country", "geography", lambda row: COUNTRIES.get(row["country"])),
    Table("geography", "time-zones", "Time zone", "geography", value("time_zone")),
    Table("quality", "reasons", "Outcome", "quality", value("outcome"), "Hits", "hits"),
    Table("quality", "clients", "Client", "quality", value("client_class"), "Hits", "hits"),
]


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_a_breakdown_has_every_value_with_its_sum_share_and_change(
    screen: Screen, history: History, table: Table
) -> None:
    rows = screen.go(table.page).rows(f"{table.name}-table")
    now, before = (group(history, table.part, days, table.key, table.column) for days in (JUNE, MAY))
    total = sum(count for (count,) in now.values())
    found = {next(iter(row.values())): row for row in rows}
    assert next(iter(rows[0])).startswith(table.first)
    assert set(found) == {"unknown" if value is None else value for value in now}
    for each, (count,) in now.items():
        row = found["unknown" if each is None else each]
        (past,) = before.get(each, (0,))
        assert (row[table.label], row["Share"]) == (write_count(count), write_share(count, total))
        assert (row["Before"], row["Change"]) == (write_count(past), write_change(count, past))
    counts = [int(row[table.label].replace(",", "")) for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_countries_open_into_regions_and_cities(screen: Screen, history: History) -> None:
    screen.go("geography").open_all("countries-table")
    rows = screen.rows("countries-table")
    expected = group(history, "geography", JUNE, lambda row: row["city"], "sessions", "events")
    for city in ("Berlin", "München", "Paris"):
        (row,) = [row for row in rows if row["Country / Region / City"] == city]
        assert (row["Sessions"], row["Events"]) == tuple(write_count(count) for count in expected[city])


@pytest.mark.parametrize(("by", "label"), [("host", "Host / Path"), ("title", "Title / Page")])
def test_content_is_shown_by_host_and_by_title(screen: Screen, history: History, by: str, label: str) -> None:
    screen.go("content").page.select_option("#by", by)
    rows = screen.ready().rows("pages-table")
    key = {"host": "host", "title": "title"}[by]
    expected = group(history, "content", JUNE, lambda row: row[key], "page_views", "entries", "exits")
    found = {row[label]: (row["Page views"], row["Entries"], row["Exits"]) for row in rows}
    assert found == {value: tuple(map(write_count, counts)) for value, counts in expected.items()}


def test_interests_are_labels_and_their_values(screen: Screen, history: History) -> None:
    screen.go("content").open_all("interests-table")
    rows = screen.rows("interests-table")
    expected = group(history, "interests", JUNE, lambda row: row["value"], "sessions", "events")
    found = {row["Label / Value"]: (row["Sessions, by day"], row["Events"]) for row in rows}
    assert {value: found[value] for value in expected} == {
        value: tuple(map(write_count, counts)) for value, counts in expected.items()
    }


def count_hits(history: History, days: Days) -> dict[str, int]:
    rows = [row for _, row in history.list_rows("quality", *days)]
    fate = {
        outcome: sum(row["hits"] for row in rows if row["outcome"] == outcome)
        for outcome in ("accepted", "rejected", "bot", "test")
    }
    repeats = sum(row["duplicates"] for row in rows)
    counted = fate.pop("accepted") - repeats
    return fate | {
        "repeats": repeats,
        "counted": counted,
        "answered": sum(row["hits"] for row in rows),
        "late": sum(row["late"] for row in rows),
    }


def test_hits_that_were_answered_and_do_not_count_are_seen(screen: Screen, history: History) -> None:
    cards = screen.go("quality").cards("#fate")
    fate = count_hits(history, JUNE)
    assert cards == {
        "Answered": write_count(fate["answered"]),
        "Counted": write_count(fate["counted"]),
        "Answered, not counted": write_count(fate["answered"] - fate["counted"]),
        "Share counted": write_share(fate["counted"], fate["answered"]),
        "Late": write_count(fate["late"]),
    }
    names = {
        "Counted": "counted",
        "Repeats of a hit": "repeats",
        "Rejected": "rejected",
        "Bots": "bot",
        "Tests": "test",
    }
    rows = {row["What became of it"]: row["Hits"] for row in screen.rows("fate-table")}
    assert rows == {label: write_count(fate[name]) for label, name in names.items()}
    assert sum(fate[name] for name in names.values()) == fate["answered"]


def test_dropped_hits_are_followed_by_day(screen: Screen, history: History) -> None:
    rows = screen.go("quality").series("fate-chart")
    fates = [count_hits(history, (day, day)) for day in list_days(JUNE)]
    assert [row["Answered, not counted"] for row in rows] == [
        write_count(fate["answered"] - fate["counted"]) for fate in fates
    ]


def test_a_reason_says_what_it_means(screen: Screen) -> None:
    screen.go("quality").open_all("reasons-table")
    text = screen.page.locator("#reasons-table").inner_text()
    assert "a Rokt conversion needs the attribute confirmationref, its deduplication key" in text


def test_known_and_anonymous_people(screen: Screen, history: History) -> None:
    known, anonymous = (count_people(history, JUNE, known=is_known) for is_known in (True, False))
    assert screen.go("people").cards("#known") == {
        "Known": write_count(known), "Anonymous": write_count(anonymous), "Share known": write_share(known, known + anonymous),
    }  # fmt: skip
    shares = []
    for day in list_days(JUNE):
        of_day = count_people(history, (day, day), known=True)
        shares.append(write_share(of_day, of_day + count_people(history, (day, day), known=False)))
    assert [row["Share known"] for row in screen.series("known-chart")] == shares


@pytest.mark.parametrize("pixel", ["", BUSY, SMALL])
def test_identity_counts_a_workspace_once_whatever_pixels_it_has(
    screen: Screen, history: History, pixel: str
) -> None:
    cards = screen.go("people", pixel=pixel).cards("#identity")
    kinds = {
        "New persons": "person",
        "New identifiers": "identifier",
        "Merges": "merge",
        "Refusals": "refusal",
        "Forgotten": "forgotten",
    }
    rows = history.list_rows("identity", *JUNE, BUSY)
    assert cards == {
        label: write_count(sum(row["count"] for _, row in rows if row["kind"] == kind))
        for label, kind in kinds.items()
    }
    assert sum_column(history, "identity", "count", JUNE) == 2 * sum(row["count"] for _, row in rows)


def test_refusals_have_their_reasons(screen: Screen, history: History) -> None:
    rows = screen.go("people").rows("refusal-table")
    found = {row["Reason"].partition("\n")[0]: row["Count"] for row in rows}
    expected = {
        reason: sum(
            row["count"] for _, row in history.list_rows("identity", *JUNE, BUSY) if row["detail"] == reason
        )
        for reason in ("blocked_value", "unique_conflict")
    }
    assert found == {reason: write_count(count) for reason, count in expected.items()}
    assert "the value stands for nobody" in rows[0]["Reason"]


def test_as_many_pages_as_the_documents_may_name_are_shown(screen: Screen) -> None:
    # Two pixels that a crawler asks for new paths: 300 rows a day each, no path twice (docs/dashboard.md, «Top rows»).
    days = [TODAY - timedelta(days=number) for number in range(220)]
    for pixel in (BUSY, SMALL):
        months: dict[str, dict[str, Any]] = {}
        for day in days:
            rows = [["shop.example", f"/{pixel}/{day}/{number}", None, 1, 0, 0] for number in range(300)]
            months.setdefault(f"{day:%Y-%m}", {})[day.isoformat()] = rows
        for month, found in months.items():
            screen.site.put_month(pixel, "content", month, found)
    with screen.site.change_index() as index:
        for pixel in index["pixels"]:
            pixel["first_day"] = days[-1].isoformat()
    screen.go("content", range=f"{days[-1]}..{TODAY}", compare="0")
    assert "cannot be shown" not in screen.text()
    assert len(screen.rows("pages-table")) == 50
