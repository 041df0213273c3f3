"""The demo shop as somebody sees it who clicks through it: what each pixel sent, how it came out, and whose it was."""

from __future__ import annotations

import os
from collections import Counter
from decimal import Decimal
from hashlib import md5, sha256
from typing import TYPE_CHECKING

import pytest
from pixelweave.node import Leaf, Node
from pixelweave_aws.identity_table import IdentityTable
from pixelweave_aws.sql import bind
from pixelweave_local.pixel import WORKSPACE
from pixelweave_local.shop_walk import launch_browser, open_visit
from playwright.sync_api import expect

from tests.browser.shop_tour import ADDRESS, Tour
from tests.e2e.live_shop import run_shop
from tests.e2e.live_stitching import read_roots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_aws.lake import Row
    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel
    from playwright.sync_api import Browser

HOSTILE = "<script>window.hostile=1</script><img src=x onerror=window.hostile=1> \u202egnp.exe"
LOG = """
SELECT dialect, pixel_id, type, name, path, outcome, reason, session_id FROM {table}
WHERE visitor_id = ? OR session_id IN ({sessions}) ORDER BY received_at DESC, event_id DESC
"""
PERSONS = "SELECT dialect, person_id FROM events_stitched WHERE visitor_id = ? OR session_id IN ({sessions})"
USD = {"USD": Decimal("49.9")}
POINTS = {"points": Decimal(5)}
ORDERED = {
    ("ksense", "Conversion"): (1, {}),
    ("pitchtarget", "Revenue"): (1, USD),
    ("altcraft", "order"): (1, USD),
    ("rokt", "purchase"): (1, USD),
    ("sendgrid", "Purchase"): (1, USD),
    ("native", "Purchase"): (1, USD),
}
SUBSCRIBED = ORDERED | {
    ("altcraft", "newsletter"): (1, POINTS),
    ("sendgrid", "Lead"): (1, {}),
    ("native", "newsletter"): (1, POINTS),
}
END = SUBSCRIBED | {
    ("ksense", "brochure"): (1, {}),
    ("altcraft", "brochure"): (1, POINTS),
    ("native", "brochure"): (1, POINTS),
}


@pytest.fixture(scope="module")
def tour(cloud: Cloud, pixels: dict[str, DemoPixel], chromium: Browser) -> Iterator[Tour]:
    """The tour, taken; its page is still open."""
    with run_shop() as shop_url:
        browser = launch_browser(chromium.browser_type, os.environ)
        visit = open_visit(browser, {"width": 1280, "height": 900})
        made = Tour(cloud, pixels, visit, shop_url)
        made.take(HOSTILE)
        yield made
        browser.close()


def read_log(tour: Tour, sql: str) -> list[Row]:
    """Rows of the log of this tour's browser."""
    table, sessions = tour.cloud.outputs["EventsTableName"], ", ".join("?" * len(tour.sessions))
    return tour.cloud.query(
        bind(sql.format(table=table, sessions=sessions), [tour.visitor_id, *tour.sessions])
    )


def test_all_five_dialects_and_the_native_one_tell_what_was_done(tour: Tour) -> None:
    made = Counter((str(row["dialect"]), row["type"]) for row in read_log(tour, LOG))
    # Eight pages were loaded, two of them the thank-you page, and four chapters were shown without a load.
    pages = 8 + 4
    assert made == {
        ("ksense", "page_view"): pages,
        ("ksense", "conversion"): 2 + 1,
        ("ksense", "identify"): 2 + 1,
        ("pitchtarget", "custom"): pages + 2,
        ("pitchtarget", "purchase"): 2 + 1,
        ("altcraft", "page_view"): pages,
        ("altcraft", "goal"): 2 + 3,
        # Its script has no word for a chapter, and on the thank-you page another for the page.
        ("rokt", "page_view"): 8 - 2,
        ("rokt", "purchase"): 2,
        ("sendgrid", "page_view"): pages,
        ("sendgrid", "purchase"): 2,
        ("sendgrid", "lead"): 1,
        ("sendgrid", "identify"): 2 + 1,
        ("native", "page_view"): pages,
        ("native", "purchase"): 2,
        ("native", "goal"): 2,
        ("native", "custom"): 2,
        ("native", "identify"): 2 + 1,
    }


def test_the_panel_shows_the_rows_of_the_log_and_every_hit_that_was_asked_for(tour: Tour) -> None:
    rows = read_log(tour, LOG)
    assert [
        (each.dialect, each.what.split(" · ")[0], each.path, each.outcome, each.reason)
        for each in tour.panels["end"]
    ] == [(row["dialect"], row["type"], row["path"], row["outcome"], row["reason"]) for row in rows]
    assert len(rows) == tour.hits_asked


def test_nobody_is_known_before_the_order_and_all_of_it_is_hers_afterwards(tour: Tour) -> None:
    before = tour.panels["anonymous"]
    assert {(each.person, each.is_afterwards) for each in before} == {(None, False)}
    later = tour.panels["ordered"][-len(before) :]
    assert [each[:5] for each in later] == [each[:5] for each in before]
    assert {(each.person, each.is_afterwards) for each in later} == {(ADDRESS, True)}


def test_once_she_is_known_every_hit_is_hers_at_once(tour: Tour) -> None:
    since = tour.panels["end"][: len(tour.panels["end"]) - len(tour.panels["ordered"])]
    assert {(each.person, each.is_afterwards) for each in since} == {(ADDRESS, False)}


def test_one_person_owns_all_that_is_said_of_the_visitor(tour: Tour, pixels: dict[str, DemoPixel]) -> None:
    rows = read_log(tour, PERSONS)
    assert {row["dialect"] for row in rows} == set(pixels)
    (person_id,) = {row["person_id"] for row in rows}
    table = IdentityTable(tour.cloud.outputs["IdentityTableName"], tour.cloud.client("dynamodb"))
    address = ADDRESS.encode()
    customer = sha256(md5(address).hexdigest()[:12].encode()).hexdigest()
    nodes = [
        Node(WORKSPACE, "email_sha256", "", sha256(address).hexdigest()),
        Node(WORKSPACE, "email_md5", "", md5(address).hexdigest()),
        Node(WORKSPACE, "user_id", pixels["sendgrid"].pixel_id, customer),
        Node(WORKSPACE, "user_id", pixels["native"].pixel_id, customer),
    ]
    roots = read_roots(table, nodes)
    assert {node: root.person_id for node, root in roots.items()} == dict.fromkeys(nodes, person_id)
    sessions = {
        (str(row["pixel_id"]), str(row["session_id"])) for row in read_log(tour, LOG) if row["session_id"]
    }
    leaves = [
        Leaf(WORKSPACE, "visitor", "", tour.visitor_id),
        *(Leaf(WORKSPACE, "session", *each) for each in sessions),
    ]
    _, found = table.read([], leaves)
    assert {leaf: {link.person_id for link in found[leaf].links} for leaf in leaves} == {
        leaf: {person_id} for leaf in leaves
    }
    assert len(sessions) == 4


def test_an_order_is_counted_by_every_pixel_and_once_though_its_page_was_loaded_twice(tour: Tour) -> None:
    assert tour.count_goals("anonymous") == {}
    assert tour.count_goals("ordered") == ORDERED
    assert len(tour.panels["reloaded"]) == len(tour.panels["ordered"]) + 14
    assert tour.count_goals("reloaded") == ORDERED
    assert [(each.dialect, each.what) for each in tour.panels["end"] if each.is_repeat] == [
        ("altcraft", "goal · order 49.90 USD")
    ]


def test_a_subscription_and_a_brochure_are_goals_too(tour: Tour) -> None:
    assert tour.count_goals("subscribed") == SUBSCRIBED
    assert tour.count_goals("end") == END


def test_a_wrong_hit_is_shown_with_its_reason_and_a_test_as_one(tour: Tour) -> None:
    assert [each[:5] for each in tour.panels["end"] if each.outcome != "accepted"] == [
        ("altcraft", "goal · try", "/guide/care", "test", None),
        ("pitchtarget", "purchase", "/guide/care", "rejected", "missing_amount"),
    ]


def test_the_basket_and_the_order_are_the_shops(tour: Tour) -> None:
    assert tour.texts["basket"] == "1 × Heron scarf, USD 49.90"
    assert tour.texts["thanks"].startswith("Thank you, Jane!")
    assert "over USD 49.90 is on the loom" in tour.texts["thanks"]


# Both sides of what fits into one block of MD5, and more than one byte a character.
@pytest.mark.parametrize(
    "text", ["", "a" * 55, "a" * 56, "a" * 64, "a" * 119, "a" * 120, "zoë@mail.example€"]
)
def test_an_address_for_ksense_is_hashed_as_rfc_1321_has_it(tour: Tour, text: str) -> None:
    made = tour.page.evaluate("async (text) => (await import('/assets/md5.js')).md5(text)", text)
    assert made == md5(text.encode()).hexdigest()


def test_hostile_text_is_text(tour: Tour) -> None:
    cell = tour.page.locator("#panel tbody tr").first.locator("td").nth(2)
    expect(cell.locator("bdi").first).to_have_text(HOSTILE)
    expect(cell.locator("bdi").first).to_have_css("unicode-bidi", "isolate")
    assert cell.evaluate("cell => [...cell.querySelectorAll('*')].map((each) => each.localName)") == [
        "span",
        "bdi",
        "small",
        "bdi",
    ]
    assert tour.page.evaluate("() => window.hostile") is None


def test_the_panel_is_opened_and_closed_by_keys(tour: Tour) -> None:
    panel, toggle = tour.page.locator("#panel"), tour.page.locator("#panel-toggle")
    tour.page.locator("h1").click()
    tour.page.keyboard.press("Escape")
    expect(panel).to_be_visible()
    for close in ("Alt+Shift+P", "Escape"):
        tour.page.keyboard.press(close)
        expect(panel).to_be_hidden()
        expect(toggle).to_be_focused()
        expect(toggle).to_have_attribute("aria-expanded", "false")
        tour.page.keyboard.press("Alt+Shift+P")
        expect(panel).to_be_focused()


def test_who_is_forgotten_in_the_tab_begins_other_sessions_and_the_panel_keeps_those_before(
    tour: Tour,
) -> None:
    tour.page.get_by_role("button", name="Forget me in this tab").click()
    tour.walk.open_listing()
    assert len(tour.read_sessions()) == len(tour.sessions) == 4
    assert set(tour.sessions).isdisjoint(tour.read_sessions())


def test_no_page_had_an_error_or_asked_anybody_but_the_shop_and_the_collector(tour: Tour) -> None:
    assert tour.watch.errors == []
    assert tour.watch.origins == {tour.shop_url, tour.cloud.collector_url}
    pages = {
        "/",
        "/listing",
        "/product/heron-scarf",
        "/checkout",
        "/thank-you",
        "/newsletter",
        "/guide",
    }
    assert set(tour.watch.pages) == pages
