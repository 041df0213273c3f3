"""From the page to the report: a real browser, the deployed collector, the log, the identity table and the goals table."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import pytest
from pixelweave.goal_report import TOTAL, list_goal_rows
from pixelweave.node import Leaf, Node
from pixelweave.pixel import DIALECTS
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.goal_table import GoalTable
from pixelweave_aws.identity_table import IdentityTable
from pixelweave_aws.pixel_table import PixelTable

from tests.browser.upstream import Upstream
from tests.browser.visit import Visit
from tests.e2e.live_stitching import read_roots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave.pixel_model import PixelRecord
    from pixelweave_local.cloud import Cloud
    from playwright.sync_api import Browser, Cookie

    from tests.browser.stub_site import StubSite

WORKSPACE = "journey"
ADDRESS = "mike@mail.example"
PERSON = """
SELECT type, name, person_id, attributed, is_back_attributed, order_id, visitor_id, session_id, outcome
FROM events_stitched WHERE pixel_id = '{}' ORDER BY occurred_at, event_id
"""
# A hit whose answer is lost comes again under the same message_id; Rokt's has none of its own, and is never sent again.
HITS = "SELECT dialect, type, outcome, count(DISTINCT message_id) AS hits FROM events WHERE pixel_id IN ({}) GROUP BY 1, 2, 3"


class Journey(NamedTuple):
    """What is left of it: the pixels by dialect, and the browser's cookies."""

    pixels: dict[str, PixelRecord]
    cookies: list[Cookie]


@pytest.fixture(scope="module")
def journey(cloud: Cloud, site: StubSite, chromium: Browser, agent: str) -> Iterator[Journey]:
    """What a visitor did in the shop and on a page of each language, all of it delivered."""
    table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
    pixels = {
        dialect: table.create(PixelSpec(dialect=dialect, name="Journey", workspace_id=WORKSPACE), time.time())
        for dialect in DIALECTS
    }
    site.collector.reset(Upstream(cloud.collector_url).answer)
    site.texts = {f"{dialect}-signals": pixel.key for dialect, pixel in pixels.items()}
    context = chromium.new_context(user_agent=agent)
    visit = Visit(context.new_page(), site.collector)
    try:
        visit.open("shop").sent(1)
        visit.page.evaluate("history.pushState({}, '', '/shop/shoes')")
        visit.sent(2)
        visit.page.fill("input", ADDRESS)
        visit.page.click("button")
        visit.sent(3)
        visit.page.click("a")
        visit.page.wait_for_url("**/thanks")
        visit.sent(5)
        visit.page.reload()
        visit.sent(7)
        for path, hits in (("ksense", 4), ("sendgrid", 7), ("rokt-view", 1), ("rokt-conversion", 1)):
            before = len(site.collector.received)
            visit.open(path).sent(before + hits)
        assert visit.errors == []
        assert {each.status for each in site.collector.received} == {200}
        cloud.settle()
        yield Journey(pixels, context.cookies())
    finally:
        context.close()
        site.collector.reset()
        site.texts = {}


def test_every_hit_of_every_language_is_an_accepted_row(cloud: Cloud, journey: Journey) -> None:
    ids = ", ".join(f"'{pixel.pixel_id}'" for pixel in journey.pixels.values())
    rows = {
        (row["dialect"], row["type"], row["outcome"]): row["hits"] for row in cloud.query(HITS.format(ids))
    }
    assert rows == {
        ("native", "page_view", "accepted"): "4",
        ("native", "identify", "accepted"): "1",
        ("native", "purchase", "accepted"): "2",
        ("ksense", "page_view", "accepted"): "2",
        ("ksense", "conversion", "accepted"): "1",
        ("ksense", "identify", "accepted"): "1",
        ("sendgrid", "page_view", "accepted"): "2",
        ("sendgrid", "identify", "accepted"): "1",
        ("sendgrid", "purchase", "accepted"): "2",
        ("sendgrid", "lead", "accepted"): "2",
        ("rokt", "page_view", "accepted"): "1",
        ("rokt", "conversion", "accepted"): "1",
    }


def test_who_looked_around_before_signing_up_is_one_person(cloud: Cloud, journey: Journey) -> None:
    rows = cloud.query(PERSON.format(journey.pixels["native"].pixel_id))
    assert len({row["person_id"] for row in rows}) == 1
    assert rows[0]["person_id"]
    assert len({row["session_id"] for row in rows}) == len({row["visitor_id"] for row in rows}) == 1
    assert [(row["type"], row["is_back_attributed"]) for row in rows[:2]] == [("page_view", "true")] * 2


def test_the_identity_table_has_the_visitors_session_under_the_person_of_the_address(
    cloud: Cloud, journey: Journey
) -> None:
    table = IdentityTable(cloud.outputs["IdentityTableName"], cloud.client("dynamodb"))
    pixel_id = journey.pixels["native"].pixel_id
    address = Node(WORKSPACE, "email_sha256", "", sha256(ADDRESS.encode()).hexdigest())
    customer = Node(WORKSPACE, "user_id", pixel_id, sha256(b"customer-7").hexdigest())
    roots = {root.person_id for root in read_roots(table, [address, customer]).values()}
    (row,) = cloud.query(f"SELECT DISTINCT session_id FROM events WHERE pixel_id = '{pixel_id}'")
    leaf = Leaf(WORKSPACE, "session", pixel_id, str(row["session_id"]))
    _, leaves = table.read([], [leaf])
    assert {link.person_id for link in leaves[leaf].links} == roots
    assert len(roots) == 1


def test_a_purchase_counts_once_though_the_thank_you_page_was_loaded_twice(
    cloud: Cloud, journey: Journey
) -> None:
    table = GoalTable(cloud.outputs["GoalsTableName"], cloud.client("dynamodb"))
    rows = list_goal_rows(table.read_totals(journey.pixels["native"].pixel_id), {}, TOTAL)
    assert [
        (row.goal, row.conversions, {unit: str(value) for unit, value in row.values.items()}) for row in rows
    ] == [("Purchase", 1, {"EUR": "59.9"})]


def test_the_visitor_of_the_rows_is_the_cookie_of_the_pages_own_site(cloud: Cloud, journey: Journey) -> None:
    (row,) = cloud.query(
        f"SELECT DISTINCT visitor_id FROM events WHERE pixel_id = '{journey.pixels['native'].pixel_id}'"
    )
    (own,) = [cookie for cookie in journey.cookies if cookie["domain"] == "px.shop.example"]
    assert (own["name"], own["value"], own["sameSite"]) == ("pw_vid", row["visitor_id"], "Lax")
