"""A month of a small shop, by hand: eight visits in June 2025, some mails opened, and around them what must not be counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.functional.event_table import make_row
from tests.functional.goal_row import make_map
from tests.functional.link_row import make_link, make_node

if TYPE_CHECKING:
    from tests.functional.link_row import Row

VIEW, BUY, LEAD = {"type": "page_view"}, {"type": "purchase", "path": "/thanks"}, {"type": "lead"}
BASKET, CHECKOUT, NEWSLETTER = (
    {"type": "conversion", "name": name} for name in ("Add to basket", "Checkout", "Newsletter")
)
SHOE = {"product_id": "p-1", "name": "shoe", "sku": None, "price": "10", "quantity": "2", "category": None}
SOCK = SHOE | {"name": "sock", "quantity": "1"}
ONE_SHOE = SHOE | {"price": "12", "quantity": None}
NAMELESS = ONE_SHOE | {"product_id": "p-9", "name": None, "price": "8"}


def happen(when: str, **changes: Any) -> Row:
    """Return an event of a person's browser at a moment such as `06-02 10:00` of 2025, received as it happened."""
    moment = datetime.fromisoformat(f"2025-{when}")
    own = {"event_id": when, "received_at": moment, "occurred_at": moment, "dt": f"{moment:%Y-%m-%d}"}
    return make_row(0) | own | {"dialect": "native", "client_class": "human"} | changes


def visit(session: str, visitor: str, began: str, source: Row, *events: Row) -> list[Row]:
    """Return a session; `source` is what brought it and what holds for all of it, an event's `after` is in minutes."""
    rows = []
    for place, event in enumerate(events):
        moment = datetime.fromisoformat(f"2025-{began}") + timedelta(minutes=event.get("after", 0))
        whose = {
            "session_id": session,
            "visitor_id": visitor,
            "event_id": f"{session}-{place}",
            "path": "/cart",
        }
        inner = {"channel": "internal", "utm_campaign": None} if place else {}
        content = {name: value for name, value in event.items() if name != "after"}
        rows.append(happen(f"{moment:%m-%d %H:%M}", **whose | source | inner | content))
    return rows


def label(name: str, value: str) -> Row:
    """Return the column `labels` with one label."""
    return {"labels": make_map({name: value})}


def pay(order_id: str, value: str, currency: str = "EUR", *products: Row) -> Row:
    """Return what a purchase says."""
    return BUY | {
        "order_id": order_id,
        "value": value,
        "currency": currency,
        "products": list(products) or None,
    }


def do_everything(order_id: str) -> list[Row]:
    """Return the events of somebody who leaves nothing out."""
    return [
        VIEW | {"path": "/shoes", "device_type": "tv"} | label("plan", "pro"), VIEW | {"path": "/pricing", "after": 1},
        BASKET | {"after": 2}, CHECKOUT | {"after": 3}, pay(order_id, "77", "EUR", SHOE) | {"after": 4},
        LEAD | {"after": 5}, NEWSLETTER | {"after": 6},
    ]  # fmt: skip


MAIL = {"channel": "email", "utm_campaign": "june", "country": "NL"}
SEARCH = {"channel": "paid_search", "utm_campaign": "brand", "country": "DE", "device_type": "mobile"}
DIRECT, REFERRAL = {"channel": "direct"}, {"channel": "referral"}

VISITS = [
    # A buys on a computer, and again on a phone: the second order is reloaded.
    visit(
        "s1", "a-1", "06-02 10:00", MAIL | {"device_type": "desktop"},
        VIEW | {"path": "/shoes"} | label("plan", "pro"), VIEW | {"after": 5}, BASKET | {"after": 6},
        CHECKOUT | {"after": 7}, pay("o1", "30", "EUR", SHOE, SOCK) | {"after": 8},
    ),
    visit(
        "s2", "a-2", "06-10 23:00", DIRECT | {"device_type": "mobile"},
        VIEW | {"path": "/"} | label("plan", "pro"), pay("o2", "12", "EUR", ONE_SHOE) | {"after": 10},
        pay("o2", "12", "EUR", ONE_SHOE) | {"after": 11},
    ),
    # B leaves an address of no use, and a basket after the checkout.
    visit(
        "s3", "b", "06-03 09:00", SEARCH,
        VIEW | {"path": "/shoes"} | label("plan", "free"), VIEW | {"path": "/pricing", "after": 1},
        VIEW | {"path": "/shoes", "after": 2}, CHECKOUT | {"after": 4},
        BASKET | {"after": 5, "value": "9", "currency": "EUR"}, LEAD | {"after": 10},
        VIEW | {"path": "/thanks", "after": 11},
    ),
    # C was here in May, and nobody knows who it is.
    visit("s0", "c", "05-20 12:00", {"channel": "organic_search", "device_type": "desktop"}, VIEW | {"path": "/blog"}),
    visit(
        "s4", "c", "06-15 12:00", MAIL | {"device_type": "desktop"},
        VIEW | {"path": "/blog"} | label("plan", "free"), VIEW | {"path": "/pricing", "after": 5}, LEAD | {"after": 6},
        NEWSLETTER | {"after": 7}, BASKET | {"after": 8}, CHECKOUT | {"after": 9},
    ),
    # D takes two and a half hours, and then buys twice; F looks once, in the last minute of the month.
    visit(
        "s5", "d", "06-16 08:00", DIRECT | {"country": "NL", "device_type": "mobile"},
        VIEW | {"path": "/"} | label("tier", "gold"), pay("o3", "3", "USD") | {"after": 150}, pay("o4", "2", "USD") | {"after": 151},
    ),
    visit("s6", "f", "06-30 23:59", REFERRAL, VIEW | {"path": "/"} | label("plan", "pro")),
    # G buys, and then fills a basket again.
    visit(
        "s7", "g", "06-03 11:00", MAIL | {"device_type": "tablet"},
        VIEW | {"path": "/"}, pay("o5", "8", "EUR", NAMELESS) | {"after": 2}, BASKET | {"after": 5, "products": [SOCK]},
    ),
    # E bought in January and comes back to look.
    visit("s9", "e", "01-10 09:00", DIRECT, VIEW | {"path": "/"}, pay("o0", "40") | {"after": 5}),
    visit("s8", "e", "06-20 09:00", REFERRAL, VIEW | {"path": "/"}),
    visit("s10", "e-2", "05-20 09:00", REFERRAL, VIEW | {"path": "/"}),
    visit("s14", "e-3", "07-02 09:00", REFERRAL, VIEW | {"path": "/"}),
    # Too early, too late, and on another pixel: B there.
    visit("s11", "n", "05-31 23:50", MAIL, *do_everything("o6")),
    visit("s12", "x", "07-01 00:00", MAIL, *do_everything("o7")),
    visit("s13", "b", "06-05 09:00", MAIL | {"pixel_id": "px_two"}, *do_everything("o8")),
    visit("s15", "z", "06-06 09:00", MAIL | {"pixel_id": "px_two"}, VIEW),
]  # fmt: skip

PROXY = {"client_class": "proxy", "device_type": "other"}
OPENED = {"utm_campaign": "june", "channel": "email"}
BARE = [
    happen("06-04 08:00", **PROXY | OPENED, message_id="m"),
    happen("06-05 08:00", **PROXY | OPENED, message_id="m"),
    happen("06-04 08:01", **OPENED),
    happen("06-04 08:02", **PROXY),
    # Somebody who withholds every id.
    happen("06-12 10:00", **pay("o9", "7"), channel="internal"),
    *(happen(f"{day} 23:55", **PROXY | OPENED) for day in ("05-31", "07-01")),
    happen("06-06 08:00", **PROXY | OPENED, pixel_id="px_two"),
    happen("06-07 08:00", outcome="rejected", reason="missing_amount", visitor_id="q"),
    happen("06-07 08:01", outcome="rejected", reason="missing_amount"),
    happen("06-08 08:00", outcome="rejected", reason="missing_dt", visitor_id="b", device_type="tv"),
    happen("06-09 08:00", outcome="bot", **OPENED),
    happen("06-09 08:01", outcome="bot"),
    happen("06-09 08:02", outcome="bot"),
    happen("06-11 08:00", outcome="test", **BUY),
]
# The stream delivered the first order twice.
EVENTS = [*(row for rows in VISITS for row in rows), VISITS[0][4], *BARE]


def know(person: str, node_type: str) -> Row:
    """Return the row that says a person had an identifier long ago."""
    long_ago = datetime.fromisoformat("2025-01-10 09:00")
    return make_node(person, node_type, f"digest of {person}") | {"since": long_ago}


LINKS = [
    *(make_link(cookie[0].upper(), "10:00", visitor=cookie) for cookie in ("a-1", "a-2", "b", "e", "e-2", "e-3", "g")),
    know("A", "email_sha256"), know("G", "email_sha256"), know("B", "user_id"), know("E", "phone_e164"),
]  # fmt: skip
