"""The history of a believable shop: a month of rows for the log and identify messages, the same ones for the same seed and last day.

People and their visits are drawn from `Random(seed)`; what their tags send goes through the real collector and the real enrichment,
so that each row is what the stack would have made of the hit.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from pixelweave.collector import Collector
from pixelweave.enrichment import Enricher
from pixelweave.geo import Place
from pixelweave.hit import Hit
from pixelweave_lookup.client_reader import build_client_reader

from pixelweave_local.history_arrival import DAY, HOUR, Arrival, arrive, arrive_beside, open_letter
from pixelweave_local.history_source import choose_source
from pixelweave_local.history_visit import Visit
from pixelweave_local.history_visitor import Crowd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave.pixel import Pixel

type Row = dict[str, Any]

SEED = 20_250_601
# Monday to Sunday, and hours of the day in UTC: the shop's customers look around in the evening, most of them in central Europe.
WEEKDAYS = (1.0, 0.95, 0.97, 1.0, 1.06, 1.2, 1.32)
HOURS = (3, 2, 2, 1, 1, 2, 4, 6, 8, 9, 10, 11, 11, 10, 9, 10, 11, 12, 14, 17, 18, 15, 9, 5)
GROWTH = 0.008  # a day
LETTER_EVERY = 7  # days
LETTER_HOUR = 8
SALE_DAYS = 9  # the last ones
_COLLECT_SECONDS = 10.0


class Size(NamedTuple):
    """How much history: how many days, and visits in all of them."""

    days: int
    visits: int


MONTH = Size(days=30, visits=4000)


class History(NamedTuple):
    """A shop's past: `days` has the rows of the log by their day of receipt, in the order they were received, as enrich writes them;
    `identified` the hits of the identify messages, in that order too."""

    days: dict[str, list[Row]]
    identified: list[Row]


def make_history(pixel: Pixel, last_day: date, size: Size = MONTH, seed: int = SEED) -> History:
    """The history of `pixel` that ends with `last_day` (UTC)."""
    random = Random(seed)  # noqa: S311 - a story, not a secret
    first_day = last_day - timedelta(days=size.days - 1)
    begin, end = _to_ms(first_day), _to_ms(last_day) + DAY
    arrivals = [each for each in _send(random, first_day, size) if begin <= each.received_at < end]
    arrivals.sort(key=lambda each: each.received_at)
    return _collect(random, pixel, arrivals)


def _send(random: Random, first_day: date, size: Size) -> Iterator[Arrival]:
    """What everybody sends, in no order."""
    crowd = Crowd(random)
    days = [first_day + timedelta(days=number) for number in range(size.days)]
    for at in _draw_starts(random, days, size.visits):
        number = (at - _to_ms(first_day)) // DAY
        browser, customer = crowd.pick(at)
        letter = number // LETTER_EVERY + 1 if number % LETTER_EVERY == 1 else None
        source = choose_source(random, letter=letter, is_sale=number >= size.days - SALE_DAYS)
        yield from arrive(random, browser, Visit(crowd, browser, customer, at).walk(source))
    begin = _to_ms(first_day)
    yield from arrive_beside(random, crowd, begin, begin + size.days * DAY, size.visits)
    for number in range(1, size.days, LETTER_EVERY):
        sent_at = begin + number * DAY + LETTER_HOUR * HOUR
        yield from open_letter(random, number // LETTER_EVERY + 1, sent_at, size.visits)


def _draw_starts(random: Random, days: list[date], visits: int) -> list[int]:
    """When the visits begin (Unix milliseconds), sorted."""
    weights = [WEEKDAYS[day.weekday()] * (1 + GROWTH * number) for number, day in enumerate(days)]
    hours = range(len(HOURS))
    return sorted(
        _to_ms(day) + random.choices(hours, HOURS)[0] * HOUR + random.randrange(HOUR)
        for day in random.choices(days, weights, k=visits)
    )


def _collect(random: Random, pixel: Pixel, arrivals: list[Arrival]) -> History:
    """What collect and enrich make of the hits."""
    records: list[bytes] = []
    bodies: list[str] = []

    def store(sent: list[bytes], messages: list[str], remaining_seconds: float) -> int:
        del remaining_seconds
        records.extend(sent)
        bodies.extend(messages)
        return 0

    collector = Collector(lambda key, seconds: pixel, store, random.randbytes)
    for each in arrivals:
        hit = Hit(
            method="GET" if each.body is None else "POST",
            path=f"/e/{pixel.key}",
            query=each.query,
            headers=each.headers,
            received_at=each.received_at,
            body=each.body,
            client=each.client,
        )
        collector.answer(hit, _COLLECT_SECONDS)
    enrich = Enricher(build_client_reader(), lambda network: Place()).enrich
    days: dict[str, list[Row]] = {}
    for record in records:
        row = enrich(json.loads(record))
        days.setdefault(str(row["received_at"])[:10], []).append(row)
    return History(days, [hit for body in bodies for hit in json.loads(body)["hits"]])


def _to_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
