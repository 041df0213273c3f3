"""How the hits of the history reach the collector: late, twice, from robots, wrong, or as they should."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from pixelweave.cookie import NAME as COOKIE

from pixelweave_local.history_catalogue import HOME, PRODUCTS
from pixelweave_local.history_client import EUROPE, MAIL_PROXY, ROBOTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from pixelweave_local.history_visit import Body, Told
    from pixelweave_local.history_visitor import Browser, Crowd

HOUR = 3_600_000
DAY = 24 * HOUR
# Of all visits: those without a connection, told hours later; those whose last hit only comes the next time the browser runs; those by
# a clock that is ahead.
OFFLINE, INTERRUPTED, AHEAD = 0.02, 0.01, 0.01
# Of all hits: those that are sent again at once, and those that a browser sends again on another day.
AGAIN, AGAIN_NEXT_DAY = 0.012, 0.002
RELOADED = 0.15  # of orders, those whose page is loaded again
# For each hundred visits.
ROBOT_HITS, WRONG_HITS, TEST_HITS, TRANSLATED_HITS, SERVER_ORDERS = 22, 6, 2, 1.5, 0.6
OPENED_LETTERS = 0.012  # of a letter, for each visit of the whole history
WRONG: tuple[Body, ...] = (
    {"type": "purchase", "name": "order", "value": "lots", "currency": "EUR"},
    {"type": "purchase", "name": "order", "value": "10", "currency": "EURO"},
    {"type": "add-to-cart"},
    {"type": "custom"},
    {"type": "goal"},
    {"type": "page_view", "occurred_at": "yesterday"},
)


class Arrival(NamedTuple):
    """A request of the tag at the collector: a POST of `body`, or a GET of `query`."""

    received_at: int
    headers: dict[str, str]
    client: dict[str, str]
    body: bytes | None = None
    query: str = ""


def arrive(random: Random, browser: Browser, told: Sequence[Told]) -> Iterator[Arrival]:
    """What a visit of `browser` sends, and when that is received."""
    fate = random.random()
    delay = random.randrange(2 * HOUR, 30 * HOUR) if fate < OFFLINE else 0
    ahead = random.randrange(60_000, 600_000) if OFFLINE <= fate < OFFLINE + AHEAD else 0
    interrupted = OFFLINE + AHEAD <= fate < OFFLINE + AHEAD + INTERRUPTED
    for at, body in told:
        sent = dict(body, occurred_at=at + ahead)
        received_at = at + delay + random.randrange(20, 400)
        if interrupted and at == told[-1].at and len(told) > 1:
            received_at += random.randrange(8 * HOUR, 20 * HOUR)
        yield _post(browser, sent, received_at)
        if random.random() < AGAIN:
            yield _post(browser, sent, received_at + random.randrange(400, 20_000))
        if random.random() < AGAIN_NEXT_DAY:
            yield _post(browser, sent, received_at + DAY + random.randrange(6 * HOUR))
        if body["type"] == "purchase" and random.random() < RELOADED:
            later = random.randrange(20_000, 2 * HOUR)
            again = sent | {"message_id": f"{random.getrandbits(96):024x}", "occurred_at": at + later}
            yield _post(browser, again, received_at + later)


def arrive_beside(random: Random, crowd: Crowd, first: int, last: int, visits: int) -> Iterator[Arrival]:
    """What nobody's visit sends, between two moments (Unix milliseconds): robots, wrong and test hits, a page that somebody reads in
    translation, and orders that a server tells. `crowd` and `visits` are those of the whole history."""

    def moments(rate: float) -> list[int]:
        return [random.randrange(first, last) for _ in range(max(1, round(visits * rate / 100)))]

    for at in moments(ROBOT_HITS):
        page = random.choice(PRODUCTS).page
        seen: Body = {"type": "page_view", "url": page.url, "title": page.title}
        yield _post_as(random.choices(ROBOTS, (6, 3, 2))[0], seen, at)
    for at in moments(WRONG_HITS):
        yield _post(random.choice(crowd.browsers), random.choice(WRONG) | {"url": HOME.url}, at)
    for at in moments(TEST_HITS):
        order: Body = {
            "type": "purchase",
            "value": "1.00",
            "currency": "EUR",
            "order_id": "TEST",
            "is_test": True,
        }
        yield _post(random.choice(crowd.browsers), order | {"url": HOME.url}, at)
    for at in moments(TRANSLATED_HITS):
        copied: Body = {
            "type": "page_view",
            "url": "https://www-shop-example.translate.goog/rugs",
            "title": "Teppiche",
        }
        yield _post(random.choice(crowd.browsers), copied, at)
    for at in moments(SERVER_ORDERS):
        product, customer = random.choice(PRODUCTS), random.choice(crowd.customers)
        by_phone: Body = {
            "type": "purchase", "name": "phone order", "value": str(product.eur), "currency": "EUR",
            "order_id": f"P-{random.getrandbits(40)}", "email": customer.email, "consent": "granted",
        }  # fmt: skip
        yield Arrival(at, {"content-type": "application/json"}, {}, _encode(by_phone))


def open_letter(random: Random, letter: int, sent_at: int, visits: int) -> Iterator[Arrival]:
    """The pictures of letter number `letter` (sent at a moment) that a mail provider's proxy fetches for its readers."""
    for _ in range(max(1, round(visits * OPENED_LETTERS))):
        at = sent_at + int(random.expovariate(1 / (3 * HOUR)))
        query = {
            "type": "custom",
            "name": "email_open",
            "url": f"https://{HOME.host}/letters/{letter}",
            "utm_source": "newsletter",
            "utm_medium": "email",
            "utm_campaign": f"letter-{letter}",
            "message_id": f"{random.getrandbits(96):024x}",
        }
        yield Arrival(at, {"user-agent": MAIL_PROXY}, {"country": "US"}, query=urlencode(query))


def _post(browser: Browser, body: Body, received_at: int) -> Arrival:
    headers = _write_headers(browser.user_agent) | {"cookie": f"{COOKIE}={browser.cookie}"}
    if browser.consent == "gpc":
        headers["sec-gpc"] = "1"
    return Arrival(received_at, headers, browser.home.client, _encode(body))


def _post_as(user_agent: str, body: Body, received_at: int) -> Arrival:
    return Arrival(received_at, _write_headers(user_agent), EUROPE[0].client, _encode(body))


def _write_headers(user_agent: str) -> dict[str, str]:
    # text/plain is what the tag sends, to spare browsers a preflight.
    return {"user-agent": user_agent, "origin": f"https://{HOME.host}", "content-type": "text/plain"}


def _encode(body: Body) -> bytes:
    return json.dumps(body).encode()
