"""Demo traffic: requests in every dialect, most of them good, some deliberately bad, from a test, or from a robot.

The good ones are the examples of the five source documents. Each request says which outcome it must
have, so that the demo can hold the log against what was sent.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
MAIL_PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


class Request(NamedTuple):
    """One request of a tag, and the outcomes of its hits in their order (a batch has several).

    Requests with the same `visitor` come from one browser, which keeps its cookies; those without from any.
    """

    dialect: str
    path: str
    outcomes: tuple[str, ...] = ("accepted",)
    query: str = ""
    body: str | None = None
    user_agent: str = ""
    content_type: str = "application/json"
    visitor: str = ""


def requests(keys: Mapping[str, str], now_ms: int) -> list[Request]:
    """The demo traffic for pixels with these keys (dialect → key), as of `now_ms` (Unix milliseconds)."""
    return [
        *_ksense(f"/ksense/{keys['ksense']}"),
        *_pitchtarget(f"/{keys['pitchtarget']}"),
        *_altcraft(f"/altcraft/{keys['altcraft']}"),
        *_rokt(f"/v1/{keys['rokt']}/Pixel", now_ms),
        *_sendgrid(f"/sendgrid/{keys['sendgrid']}"),
        *_native(f"/e/{keys['native']}"),
        Request("native", f"/i/{keys['native']}", query="type=page_view"),
    ]


def _ksense(path: str) -> Iterator[Request]:
    known = {
        "internal_id": "50b5337b-819f-4407-8bf1-a9f15e1d0504",
        "email": "md5:00de5f451333e5d393cc49f1f0fd0200",
    }
    called = {
        "internal_id": "",
        "email": "md5:00de5f451333e5d393cc49f1f0fd0200",
        "phone": "md5:614bb59e05c10c0aee2adb60c1d7cd42",
    }
    labels = ["section=listing_view", "user_segment=new_users"]
    yield Request("ksense", path, query="track=pv")
    yield Request("ksense", path, query="track=conversion&conversion_name=callback")
    with_info = {"track": "pv", "user_info": json.dumps(known), "labels": json.dumps(labels)}
    yield Request("ksense", path, query=urlencode(with_info))
    yield Request("ksense", path, query=urlencode({"track": "user_info", "user_info": json.dumps(called)}))
    yield Request("ksense", path, ("rejected",), query="track=scroll")
    yield Request("ksense", path, ("bot",), query="track=pv", user_agent=ROBOT)


def _pitchtarget(path: str) -> Iterator[Request]:
    signup = json.dumps({"method": "email", "page": "signup.html", "email": "john.doe@example.com"})
    encoded = base64.b64encode(signup.encode()).decode()
    yield Request("pitchtarget", f"{path}/event.gif", query=f"event_token=signup&params={encoded}")
    yield Request("pitchtarget", f"{path}/event.gif", query=f"event_token=signup&params={quote(signup)}")
    yield Request("pitchtarget", f"{path}/revenue.gif", query="event_token=purchase&amount=2500")
    yield Request("pitchtarget", f"{path}/event.gif", query="event_token=open", user_agent=MAIL_PROXY)
    yield Request("pitchtarget", f"{path}/event.gif", ("rejected",))
    yield Request(
        "pitchtarget", f"{path}/revenue.gif", ("rejected",), query="event_token=purchase&amount=25.00"
    )


def _altcraft(path: str) -> Iterator[Request]:
    yield Request("altcraft", path)
    yield Request("altcraft", path, query="goal=newsletter&value=5&unit=points")
    yield Request(
        "altcraft", path, query="goal=request&value=-2.5&unit=points&goal=brochure&value=10&unit=points"
    )
    yield Request("altcraft", path, query="goal=purchase&value=119.85&unit=EUR&user_id=123456")
    yield Request("altcraft", path, ("rejected",), query="goal=purchase&value=much&unit=EUR")


def _rokt(path: str, now_ms: int) -> Iterator[Request]:
    page = {"dt": "ScreenView", "ct": str(now_ms), "hn": "www.shop.example", "ttl": "Shop"}
    session = {"ui_t": "other3", "ui_v": "demo-session-1"}
    sold = {
        "dt": "AppEvent", "et": "Transaction", "n": "conversion", "ct": str(now_ms),
        "ui_t": "other3,email", "ui_v": "demo-session-1,j.smith@example.com",
        "ua_k": "firstname,lastname,zip,mobile", "ua_v": "John,Doe,98103,3125551515",
        "attrs_k": "conversiontype,confirmationref,amount,currency", "attrs_v": "signup,54321,300.5,USD",
    }  # fmt: skip
    yield Request("rokt", path, query=urlencode(page | session))
    yield Request(
        "rokt", path, query=urlencode(page) + "&ui_t=other3,email&ui_v=demo-session-2,j.smith%40example.com"
    )
    yield Request("rokt", path, query=urlencode(sold))
    yield Request("rokt", path, ("test",), query=urlencode(sold | {"dbg": "true"}))
    yield Request("rokt", path, ("rejected",), query=urlencode(page | session | {"ct": "yesterday"}))
    yield Request("rokt", path, ("rejected",), query=urlencode(sold | {"attrs_k": "conversiontype,amount"}))
    yield Request("rokt", path, ("bot",), query=urlencode(page | session), user_agent=ROBOT)


def _sendgrid(path: str) -> Iterator[Request]:
    products = [
        {"product_id": "1", "name": "Essentials Plan", "sku": "SKU-1", "price": 19.95, "quantity": 2,
         "category": "Transactional Email"},
        {"product_id": "2", "name": "Pro Plan", "sku": "SKU-2", "price": 79.95, "quantity": 1,
         "category": "Marketing Email"},
    ]  # fmt: skip
    page = {"title": "Pricing and Plans", "url": "https://shop.example/pricing", "path": "/pricing"}
    calls = (
        {"type": "page", "name": "Pricing and Plans", "properties": page},
        {"type": "identify", "userId": "123456", "traits": {"email": "mike@example.com"}},
        {"type": "track", "event": "Purchase Completed",
         "properties": {"total": 119.85, "currency": "USD", "products": products}},
        {"type": "track", "event": "Purchase"},
        {"type": "track", "event": "Lead Captured",
         "properties": {"email": "mike@example.com", "source": "Landing Page 1"}},
    )  # fmt: skip
    for call in calls:
        yield Request("sendgrid", path, body=json.dumps(call), content_type="text/plain")
    yield Request("sendgrid", path, query="type=page&name=Pricing")
    yield Request(
        "sendgrid", path, ("rejected",), body=json.dumps({"type": "track", "event": "Lead Captured"})
    )
    yield Request("sendgrid", path, ("bot",), query="type=page", user_agent=ROBOT)


def _native(path: str) -> Iterator[Request]:
    order = {
        "type": "purchase",
        "name": "checkout",
        "value": "49.90",
        "currency": "EUR",
        "order_id": "A-1001",
    }
    batch = {"batch": [{"type": "page_view"}, {"type": "custom", "name": "scroll"}, {"type": "unheard-of"}]}
    yield Request("native", path, query="type=page_view&title=Home")
    yield Request("native", path, body=json.dumps(order | {"labels": {"plan": "pro"}}))
    yield Request("native", path, ("accepted", "accepted", "rejected"), body=json.dumps(batch))
    yield Request("native", path, ("test",), query="type=page_view&is_test=true")
    yield Request("native", path, ("rejected",), query="type=purchase&value=lots")


def expected(sent: Iterable[Request]) -> dict[tuple[str, str], int]:
    """How many rows of each (dialect, outcome) the requests must make."""
    counts: dict[tuple[str, str], int] = {}
    for request in sent:
        for outcome in request.outcomes:
            counts[request.dialect, outcome] = counts.get((request.dialect, outcome), 0) + 1
    return counts
