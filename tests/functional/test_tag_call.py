"""Each call of the tag, run by its script, as the row that the collector makes of it: posted, and as an image."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pixelweave.tag_script import PLAIN
from pixelweave_local.tag_build import install

from tests.unit.collecting import KEY, NOW_MS, Bench, identifiers, make_pixel

PAGE = Path(__file__).parent / "tag_page.cjs"
BOTH_WAYS = pytest.mark.parametrize("is_still", [False, True], ids=["posted", "image"])
MD5 = "00de5f451333e5d393cc49f1f0fd0200"


@pytest.fixture(scope="module", autouse=True)
def _node() -> None:
    install()


def send(file: str, dialect: str, calls: str, *, is_still: bool = False) -> Bench:
    """The collector after the requests that `calls` make the script send."""
    # The clock of the collector's tests stands still.
    calls = f"Date.now = () => {NOW_MS}; {calls}"
    given = {"script": b64decode(PLAIN).decode(), "file": file, "calls": calls, "isStill": is_still}
    done = subprocess.run(["node", PAGE], input=json.dumps(given), text=True, capture_output=True, check=True)
    bench = Bench(make_pixel(dialect))
    for request in json.loads(done.stdout):
        url = urlsplit(request["url"].replace("KEY", KEY))
        bench.send(url.path, url.query, method=request["method"], body=request.get("body"))
    return bench


@BOTH_WAYS
def test_every_hit_says_where_when_and_in_which_session(is_still: bool) -> None:
    (row,) = send("callbacks.js", "ksense", "kpix('track', 'pv')", is_still=is_still).rows
    assert (row["type"], row["outcome"], row.get("reason")) == ("page_view", "accepted", None)
    assert (row["url"], row["title"]) == ("https://shop.example/pricing?plan=pro", "Pricing")
    assert row["referrer"] == "https://shop.example/"
    assert (row["session_id"], row["message_id"]) == ("s1", "6f1ed002-ab55-4598-9014-ebf0951522d9")
    assert row["occurred_at"] == NOW_MS
    assert row["time_zone"]


@BOTH_WAYS
@pytest.mark.parametrize(
    "labels",
    [
        '["section=listing_view", "user_segment=new_users"]',
        '{"section": "listing_view", "user_segment": "new_users"}',
    ],
)
def test_ksense_takes_labels_as_a_list_and_as_an_object(labels: str, is_still: bool) -> None:
    call = (
        f"kpix('track', 'pv', {{ user_info: {{ internal_id: 'i1', email: 'md5:{MD5}' }}, labels: {labels} }})"
    )
    bench = send("callbacks.js", "ksense", call, is_still=is_still)
    assert bench.rows[0]["labels"] == {"section": "listing_view", "user_segment": "new_users"}
    assert identifiers(bench.messages[0]) == {("user_id", "i1"), ("email_md5", MD5)}


@BOTH_WAYS
def test_ksense_converts_under_a_name_and_tells_who_it_is(is_still: bool) -> None:
    calls = (
        "kpix('track', 'conversion', { conversion_name: 'signup', user_id: 'u1' });"
        f"kpix('user_info', {{ internal_id: '', email: 'md5:{MD5}', phone: 'md5:{MD5}' }})"
    )
    bench = send("callbacks.js", "ksense", calls, is_still=is_still)
    conversion, told = bench.rows
    assert (conversion["type"], conversion["name"], told["type"]) == ("conversion", "signup", "identify")
    assert identifiers(bench.messages[0]) == {("user_id", "u1")}
    assert identifiers(bench.messages[1]) == {("email_md5", MD5), ("phone_md5", MD5)}


@BOTH_WAYS
def test_sendgrid_pages_identifies_and_sells(is_still: bool) -> None:
    calls = """
        sendgrid.page('Plans', { title: 'Plans | Shop', url: 'https://shop.example/plans', path: '/plans' });
        sendgrid.identify('123456', { email: 'mike@example.com' });
        sendgrid.track('Purchase Completed', { total: 119.85, currency: 'USD', products: [
          { product_id: '1', name: 'Essentials', sku: 'SKU-1', price: 19.95, quantity: 2, category: 'Mail' }] });
        sendgrid.track('Purchase');
        sendgrid.track('Lead Captured', { email: 'ann@example.com', source: 'Landing Page 1' });
    """
    bench = send("sendgrid.js", "sendgrid", calls, is_still=is_still)
    page, identified, purchase, least, lead = bench.rows
    assert {row["outcome"] for row in bench.rows} == {"accepted"}
    assert (page["name"], page["title"], page["url"]) == (
        "Plans",
        "Plans | Shop",
        "https://shop.example/plans",
    )
    assert identified["type"] == "identify"
    assert (purchase["type"], purchase["value"], purchase["currency"]) == ("purchase", "119.85", "USD")
    assert purchase["products"][0]["sku"] == "SKU-1"
    assert (least["type"], lead["type"], lead["props"]) == (
        "purchase",
        "lead",
        {"source": "Landing Page 1"},
    )
    assert identifiers(bench.messages[0]) == {("user_id", "123456"), ("email", "mike@example.com")}
    assert identifiers(bench.messages[1]) == {("email", "ann@example.com")}


@BOTH_WAYS
@pytest.mark.parametrize("file", ["sendgrid.js", "pixel.js"])
def test_traits_alone_identify(file: str, is_still: bool) -> None:
    name, dialect = ("sendgrid", "sendgrid") if file == "sendgrid.js" else ("pixelweave", "native")
    bench = send(
        file, dialect, f"{name}.identify({{ email: 'mike@example.com', plan: 'pro' }})", is_still=is_still
    )
    assert identifiers(bench.messages[0]) == {("email", "mike@example.com")}
    assert bench.messages[0]["traits"] == {"plan": "pro"}


@BOTH_WAYS
def test_the_native_language_in_both_forms(is_still: bool) -> None:
    calls = """
        pixelweave('page', 'Pricing', { labels: { section: 'plans' } });
        pixelweave.identify(77, { email: 'ann@example.com', name: 'Ann', title: 'Dr' });
        pixelweave.track('signup', { props: { plan: 'pro' } });
        pixelweave('track', 'purchase', { value: 9.9, currency: 'EUR', order_id: 'o1', products: [{ sku: 'A', price: 9.9 }] });
        pixelweave.goal('Trial', -2.5);
        pixelweave.goal([{ name: 'Brochure, printed', value: 10 }, { name: 'Purchase', value: 12.5, unit: 'EUR' }]);
    """
    bench = send("pixel.js", "native", calls, is_still=is_still)
    page, identified, signup, purchase, trial, goals = bench.rows
    assert {(row["outcome"], row.get("reason")) for row in bench.rows} == {("accepted", None)}
    assert (page["type"], page["name"], page["labels"]) == ("page_view", "Pricing", {"section": "plans"})
    # What a person is called is no name of an event, and no title of a page.
    assert (identified["type"], identified.get("name"), identified["title"]) == ("identify", None, "Pricing")
    assert identifiers(bench.messages[0]) == {("user_id", "77"), ("email", "ann@example.com")}
    assert (signup["type"], signup["name"], signup["props"]) == ("custom", "signup", {"plan": "pro"})
    assert (purchase["type"], purchase["value"], purchase["order_id"]) == ("purchase", "9.90", "o1")
    assert purchase["products"] == [{"sku": "A", "price": "9.90"}]
    assert trial["goals"] == [{"name": "Trial", "value": "-2.50", "unit": "points"}]
    assert goals["goals"] == [
        {"name": "Brochure, printed", "value": "10.00", "unit": "points"},
        {"name": "Purchase", "value": "12.50", "unit": "EUR"},
    ]


def test_what_is_too_long_for_an_address_is_not_tried_as_one() -> None:
    calls = "setTimeout = () => {}; pixelweave('track', 'signup', { props: { text: 'x'.repeat(8000) } })"
    assert send("pixel.js", "native", calls, is_still=True).rows == []
    assert len(send("pixel.js", "native", calls.replace("8000", "1000"), is_still=True).rows) == 1
