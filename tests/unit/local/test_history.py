"""The generated history of the demo shop."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.event_model import EventRow
from pixelweave_local.history import MONTH, History, Size, make_history
from pixelweave_local.history_pixel import SHOP
from pixelweave_local.history_truth_people import People
from pixelweave_local.history_truth_visit import read_ms

from tests.unit.local.shop_pixel import PIXEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave_local.history import Row

LAST_DAY = date(2025, 6, 30)
SIZE = Size(days=10, visits=900)


@pytest.fixture(scope="module")
def history() -> History:
    return make_history(PIXEL, LAST_DAY, SIZE)


@pytest.fixture(scope="module")
def rows(history: History) -> list[Row]:
    return [row for day in sorted(history.days) for row in history.days[day]]


@pytest.fixture(scope="module")
def accepted(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["outcome"] == "accepted"]


def test_it_is_the_same_for_a_seed_and_a_last_day_and_another_one_for_others(history: History) -> None:
    assert make_history(PIXEL, LAST_DAY, SIZE) == history
    assert make_history(PIXEL, LAST_DAY, SIZE, seed=7) != history
    assert make_history(PIXEL, date(2025, 6, 29), SIZE) != history


def test_it_has_the_days_that_are_asked_for_and_each_row_on_the_day_it_was_received(history: History) -> None:
    assert sorted(history.days) == [f"2025-06-{day}" for day in range(21, 31)]
    for day, rows in history.days.items():
        received = [row["received_at"] for row in rows]
        assert {moment[:10] for moment in received} == {day}
        assert received == sorted(received)


def test_each_row_is_one_that_enrich_writes(rows: list[Row]) -> None:
    for row in rows:
        EventRow.model_validate(row)
    assert len({row["event_id"] for row in rows}) == len(rows)
    assert {row["pixel_id"] for row in rows} == {SHOP.pixel_id}


def test_a_month_has_thousands_of_sessions_and_some_twenty_thousand_rows_merges_and_refusals() -> None:
    month = make_history(PIXEL, LAST_DAY, MONTH)
    rows = [row for day in month.days.values() for row in day]
    assert len(month.days) == 30
    assert 20_000 <= len(rows) <= 30_000
    assert 3_000 <= len({row["session_id"] for row in rows if "session_id" in row}) <= 4_000
    assert "vip" in {WANTED["segment"](row) for row in rows}
    learned = Counter(fact.kind for fact in People(month.identified).facts)
    assert learned["person"] > 300
    assert min(learned["merge"], learned["refusal"]) >= 5


def test_no_address_and_no_name_is_in_a_row(history: History, rows: list[Row]) -> None:
    said = {each["value"] for hit in history.identified for each in hit["identifiers"]}
    names = {text for hit in history.identified for text in hit.get("traits", {}).values()}
    assert min(len(said), len(names)) > 5
    text = repr(rows)
    assert [value for value in said if f"'{value}'" in text] == []
    assert [name for name in names if f"'{name}'" in text] == []
    assert "@" not in text


WANTED: dict[str, Callable[[Row], Any]] = {
    "outcome": lambda row: row["outcome"],
    "type": lambda row: row.get("type"),
    "consent": lambda row: row.get("consent"),
    "client_class": lambda row: row.get("client_class"),
    "device_type": lambda row: row.get("device_type"),
    "currency": lambda row: row.get("currency"),
    "segment": lambda row: row.get("labels", {}).get("segment"),
}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("outcome", {"accepted", "rejected", "bot", "test"}),
        ("type", {"page_view", "identify", "custom", "lead", "purchase", "goal"}),
        ("consent", {"granted", "denied", None}),
        ("client_class", {"human", "bot", "proxy"}),
        ("device_type", {"desktop", "mobile", "tablet"}),
        ("currency", {"EUR", "USD"}),
        ("segment", {"new", "returning", "customer"}),
    ],
)
def test_it_has_something_of_everything(rows: list[Row], name: str, values: set[str | None]) -> None:
    assert values <= {WANTED[name](row) for row in rows}


def test_what_is_refused_says_why(rows: list[Row]) -> None:
    reasons = Counter(row["reason"] for row in rows if row["outcome"] == "rejected")
    assert len(reasons) == 6
    assert {row.get("reason") for row in rows if row["outcome"] == "accepted"} == {None, "host_not_allowed"}


def test_many_channels_campaigns_countries_and_time_zones_are_there(accepted: list[Row]) -> None:
    for column, least in (
        ("channel", 10),
        ("utm_campaign", 7),
        ("country", 8),
        ("city", 12),
        ("time_zone", 8),
        ("browser", 6),
    ):
        assert len({row[column] for row in accepted if column in row}) >= least, column


def test_who_denies_consent_leaves_no_id(accepted: list[Row]) -> None:
    denied = [row for row in accepted if row.get("consent") == "denied"]
    assert len(denied) > 50
    assert [row for row in denied if {"session_id", "visitor_id", "click_id", "city"} & row.keys()] == []
    assert {"purchase", "page_view"} <= {row["type"] for row in denied}


def test_most_grant_consent_but_not_before_they_have_seen_a_page(accepted: list[Row]) -> None:
    said: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for row in accepted:
        # What nobody's visit sends has no session.
        if {"session_id", "visitor_id"} <= row.keys():
            said[row["visitor_id"]].append((row["occurred_at"], row.get("consent")))
    told = [[consent for _, consent in sorted(each, key=lambda hit: hit[0])] for each in said.values()]
    assert {each[0] for each in told} == {None}
    granting = [each for each in told if "granted" in each]
    assert [each for each in granting if None in each[each.index("granted") :]] == []
    assert 0.5 < len(granting) / len(told) < 0.75
    denied = sum(row.get("consent") == "denied" for row in accepted)
    assert denied / len(accepted) < 0.2


def test_hits_come_twice_also_on_another_day(accepted: list[Row]) -> None:
    days: defaultdict[str, list[str]] = defaultdict(list)
    for row in accepted:
        days[row["message_id"]].append(row["received_at"][:10])
    repeated = [each for each in days.values() if len(each) > 1]
    assert len(repeated) > 20
    assert any(len(set(each)) > 1 for each in repeated)


def test_hits_come_late_and_from_clocks_that_are_ahead(accepted: list[Row]) -> None:
    delays = [read_ms(row["received_at"]) - read_ms(row["occurred_at"]) for row in accepted]
    assert any(delay > 3_600_000 for delay in delays)
    assert any(delay < -60_000 for delay in delays)


def test_an_order_page_is_loaded_again(accepted: list[Row]) -> None:
    orders: defaultdict[str, set[str]] = defaultdict(set)
    for row in accepted:
        if "order_id" in row:
            orders[row["order_id"]].add(row["message_id"])
    assert any(len(messages) > 1 for messages in orders.values())


def test_visitors_come_again_and_some_are_known_only_later(history: History, accepted: list[Row]) -> None:
    visits: defaultdict[str, set[str]] = defaultdict(set)
    for row in accepted:
        if "session_id" in row and "visitor_id" in row:
            visits[row["visitor_id"]].add(row["session_id"])
    assert sum(len(sessions) > 1 for sessions in visits.values()) > 30
    first_known: dict[str, int] = {}
    for hit in history.identified:
        if "visitor_id" in hit:
            first_known.setdefault(hit["visitor_id"], hit["received_at"])
    before = [
        row
        for row in accepted
        if read_ms(row["received_at"]) < first_known.get(row.get("visitor_id", ""), 0) - 86_400_000
    ]
    assert len(before) > 5


def test_a_device_has_two_people_and_somebody_two_devices(history: History) -> None:
    people: defaultdict[str, set[str]] = defaultdict(set)
    devices: defaultdict[str, set[str]] = defaultdict(set)
    for hit in history.identified:
        for each in hit["identifiers"]:
            if each["type"] == "user_id" and "visitor_id" in hit:
                people[hit["visitor_id"]].add(each["value"])
                devices[each["value"]].add(hit["visitor_id"])
    assert any(len(own) > 1 for own in people.values())
    assert any(len(own) > 1 for own in devices.values())


def test_an_order_is_told_by_a_server_without_any_browser(history: History, accepted: list[Row]) -> None:
    phoned = [row for row in accepted if row.get("name") == "phone order"]
    assert phoned
    assert [row for row in phoned if {"session_id", "visitor_id", "user_agent"} & row.keys()] == []
    named = {hit["event_id"] for hit in history.identified}
    assert {row["event_id"] for row in phoned} <= named


def test_money_is_decimal_text_and_an_order_is_worth_its_products(accepted: list[Row]) -> None:
    orders = [row for row in accepted if row.get("name") == "order"]
    assert len(orders) > 10
    for row in orders:
        total = sum(Decimal(each["price"]) * Decimal(each["quantity"]) for each in row["products"])
        assert Decimal(row["value"]) == total > 0
