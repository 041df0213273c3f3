"""What the page of a pixel makes of the documents' own examples, and that the deployed collector keeps none of it."""

from __future__ import annotations

import gzip
import http.client
import json
import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from pixelweave.pixel import DIALECTS
from pixelweave.pixel_model import PixelSpec
from pixelweave.snippet import TagScript, write_snippet
from pixelweave.tag_script import INTEGRITY, VERSION
from pixelweave_aws.pixel_table import PixelTable

from tests.browser.pixel_page import PixelPage
from tests.browser.routed_collector import ORIGIN
from tests.browser.upstream import Upstream

if TYPE_CHECKING:
    from pixelweave_local.cloud import Cloud
    from playwright.sync_api import BrowserContext

PITCHTARGET = "https://tracking-api.pitchtarget.com/KEY"
PARAMS = "eyJtZXRob2QiOiJlbWFpbCIsInBhZ2UiOiJzaWdudXAuaHRtbCIsImVtYWlsIjoiam9obi5kb2VAZXhhbXBsZS5jb20ifQ=="
ROKT = "https://pixels.mparticle.com/v1/KEY/Pixel?"
SESSION = "9b2f3c1e-6a58-4f5e-9d2b-0a4b7f1f6c33"
VIEW = {
    "dt": "ScreenView",
    "ct": "NOW",
    "hn": "shop.example",
    "ttl": "Pricing",
    "ui_t": "other3",
    "ui_v": SESSION,
}
CONVERSION = {
    "dt": "AppEvent",
    "et": "Transaction",
    "n": "conversion",
    "ct": "NOW",
    "ui_t": "other3,email",
    "ui_v": f"{SESSION},j.smith@example.com",
    "attrs_k": "conversiontype,confirmationref,amount,currency",
    "attrs_v": "signup,54321,300.5,USD",
}
USER_INFO = {"internal_id": "", "email": "md5:00de5f451333e5d393cc49f1f0fd0200"}
PRODUCTS = [{"product_id": "1", "name": "Essentials Plan", "sku": "SKU-1", "price": 19.95, "quantity": 2}]
ORDER = {"total": 119.85, "currency": "USD", "products": PRODUCTS}


class Example(NamedTuple):
    """What is pasted (KEY and NOW filled in), some cells of its row, and who it is."""

    dialect: str
    text: str
    row: list[list[str]]
    who: tuple[list[str], ...] = ()


EXAMPLES = [
    Example(
        "pitchtarget",
        f'<img src="{PITCHTARGET}/event.gif?event_token=signup&params={PARAMS}" />',
        [["type", "custom"], ["name", "signup"], ["props", "method = email\npage = signup.html"]],
        (["email", "john.doe@example.com"],),
    ),
    Example(
        "pitchtarget",
        f'<img src="{PITCHTARGET}/revenue.gif?event_token=purchase&amount=2500" />',
        [["type", "purchase"], ["value", "25.00"], ["currency", "USD"]],
    ),
    Example(
        "rokt", ROKT + urlencode(VIEW), [["type", "page_view"], ["session_id", SESSION], ["title", "Pricing"]]
    ),
    Example(
        "rokt",
        ROKT + urlencode(CONVERSION),
        [["type", "conversion"], ["name", "signup"], ["order_id", "54321"], ["value", "300.50"]],
        (["email", "j.smith@example.com"],),
    ),
    Example("ksense", '{"track": "pv"}', [["type", "page_view"]]),
    Example("ksense", '{"track": "conversion"}', [["type", "conversion"]]),
    Example(
        "ksense",
        json.dumps({"track": "pv", "labels": ["section=listing_view", "user_segment=new_users"]}),
        [["labels", "section = listing_view\nuser_segment = new_users"]],
    ),
    Example(
        "ksense",
        json.dumps({"track": "user_info", "user_info": USER_INFO}),
        [["type", "identify"]],
        (["email_md5", "00de5f451333e5d393cc49f1f0fd0200"],),
    ),
    Example(
        "sendgrid",
        json.dumps({"type": "track", "event": "Purchase Completed", "properties": ORDER}),
        [["type", "purchase"], ["name", "Purchase Completed"], ["value", "119.85"]],
    ),
    Example(
        "sendgrid",
        json.dumps({"type": "track", "event": "Lead Captured", "properties": {"email": "mike@example.com"}}),
        [["type", "lead"]],
        (["email", "mike@example.com"],),
    ),
    Example("altcraft", "/altcraft/KEY", [["type", "page_view"]]),
    Example(
        "altcraft",
        "c.example/altcraft/KEY?goal=Brochure&value=10&unit=points&goal=Purchase&value=-12.5&unit=EUR",
        [
            ["type", "goal"],
            [
                "goals",
                '{"name":"Brochure","value":"10.00","unit":"points"}\n{"name":"Purchase","value":"-12.50","unit":"EUR"}',
            ],
        ],
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each.dialect} {each.text[:60]}")
def test_an_example_of_the_documents_is_accepted_and_shown(context: BrowserContext, example: Example) -> None:
    key = f"{example.dialect}-signals"
    page = PixelPage(context.new_page()).open(key)
    page.try_hit(example.text.replace("KEY", key).replace("NOW", str(int(time.time() * 1000))))
    page.expect_told("Tried, and nothing was stored: accepted.")
    shown = page.read_table("The row")
    assert [cells for cells in example.row if cells not in shown] == []
    assert page.problems == []
    if example.who:
        who = page.read_table("Who it is (kept apart from the row)")
        assert [cells for cells in example.who if cells not in who] == []
    told = page.page.locator("#results").inner_text()
    assert ("Only path and query were taken" in told) is (
        PITCHTARGET[:20] in example.text or ROKT in example.text
    )
    page.assert_no_trace()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("https://c.example/e/native-signals?debug=1", "/debug/e/native-signals"),
        ("https://c.example/debug/e/native-signals", "/debug/e/native-signals"),
        ("https://c.example/debug/../e/native-signals", "/debug/e/native-signals"),
        ("/debug/%2e%2e/%2E./e/native-signals", "/debug/e/native-signals"),
        ("\\\\evil.example\\e\\native-signals", "/debug/e/native-signals"),
        ("//evil.example/e/native-signals", "/debug/e/native-signals"),
        ("https://c.example@evil.example/e/native-signals#/../x", "/debug/e/native-signals"),
        ("/e/native-signals?type=custom&amp;name=a", "/debug/e/native-signals"),
        (
            '<IMG alt="<img" style="x:y" onload="x()" SRC=\'/e/native-signals?a=1&amp;b=">\'>',
            "/debug/e/native-signals",
        ),
    ],
)
def test_whatever_the_address_only_the_validator_is_asked(
    context: BrowserContext, text: str, path: str
) -> None:
    page = PixelPage(context.new_page()).open("native-signals")
    page.try_hit(text)
    page.expect_told("Tried, and nothing was stored: accepted.")
    assert [each.path for each in page.collector.asked[1:]] == [path]
    page.assert_no_trace()


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:,x", "file:///e/native-signals", "https://", "mailto:a@b.de"]
)
def test_what_is_no_address_of_the_web_is_not_asked(context: BrowserContext, text: str) -> None:
    page = PixelPage(context.new_page()).open("native-signals")
    page.try_hit(text)
    page.expect_told("Nothing was sent.")
    assert f"No address of http or https: {text}" in page.page.locator("#results").inner_text()
    assert len(page.collector.asked) == 1
    page.assert_no_trace()


def test_the_deployed_page_shows_the_tags_tries_hits_and_leaves_no_row(
    cloud: Cloud, context: BrowserContext
) -> None:
    table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
    pixels = {
        dialect: table.create(PixelSpec(dialect=dialect, name="Page", workspace_id="page"), time.time())
        for dialect in DIALECTS
    }
    for dialect, pixel in pixels.items():
        page = PixelPage(context.new_page(), Upstream(cloud.collector_url).answer).open(pixel.key)
        assert page.texts == write_snippet(dialect, ORIGIN, pixel.key, TagScript(VERSION, INTEGRITY))
        page.page.locator("[data-do=try][data-part=email]").click()
        page.expect_told("Tried, and nothing was stored")
        page.assert_no_trace()
    native = pixels["native"]
    page = PixelPage(context.new_page(), Upstream(cloud.collector_url).answer).open(native.key)
    page.try_hit(json.dumps([{"name": "a", "email": "page@mail.example"}, {"type": "x"}]))
    page.expect_told("Tried, and nothing was stored: accepted, rejected.")
    # The same hit at its real path shows that a row would have been seen.
    assert ask(cloud, "POST", f"/e/{native.key}", b'{"name": "real"}').status == 200
    cloud.settle()
    ids = ", ".join(f"'{pixel.pixel_id}'" for pixel in pixels.values())
    assert [row["name"] for row in cloud.query(f"SELECT name FROM events WHERE pixel_id IN ({ids})")] == [
        "real"
    ]
    assert cloud.query("SELECT * FROM links WHERE workspace_id = 'page'") == []


def test_the_deployed_page_comes_packed_and_a_head_without_it(cloud: Cloud) -> None:
    table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
    pixel = table.create(PixelSpec(dialect="rokt", name="Page", workspace_id="page"), time.time())
    packed = ask(cloud, "GET", f"/debug/{pixel.key}")
    assert (packed.status, packed.headers["Content-Encoding"]) == (200, "gzip")
    assert b"<h1>Rokt / mParticle pixel</h1>" in gzip.decompress(packed.body)
    head = ask(cloud, "HEAD", f"/debug/{pixel.key}")
    assert (head.status, head.body, head.headers["Content-Type"]) == (200, b"", "text/html; charset=utf-8")
    assert ask(cloud, "GET", "/debug/unknown").status == 404


class Got(NamedTuple):
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(cloud: Cloud, method: str, path: str, body: bytes | None = None) -> Got:
    connection = http.client.HTTPConnection(urlsplit(cloud.collector_url).netloc, timeout=30)
    try:
        connection.request(method, path, body, {"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return Got(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()
