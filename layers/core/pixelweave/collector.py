"""The collector: from a request to an answer, by way of exactly one row a hit.

It decides; looking up pixels, storing and randomness are handed in.
"""

from __future__ import annotations

from pixelweave.answer import (
    Answer,
    answer_gif,
    answer_head,
    answer_preflight,
    answer_text,
)
from pixelweave.body import BodyError, read_entries
from pixelweave.consent import DENIED
from pixelweave.context import read_context
from pixelweave.cookie import clear_visitor, is_same_site, read_visitor, write_visitor
from pixelweave.dialect import READERS
from pixelweave.errors import PixelOutageError
from pixelweave.event import Event, conclude
from pixelweave.ident import EVENT_ID_BYTES, VISITOR_ID_BYTES, mint_event_id, mint_visitor_id
from pixelweave.identify import pack
from pixelweave.params import Params, QueryParams
from pixelweave.reading import Reading
from pixelweave.route import Route, find_page, find_route, find_tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.hit import Hit
    from pixelweave.pixel import Pixel

_METHODS = ("GET", "POST", "HEAD")


class Collector:
    """Answers requests.

    `find_pixel(key, remaining_seconds)` raises PixelOutageError when it cannot tell; `store(records, bodies,
    remaining_seconds)` returns how many pieces were lost; `random(n)` gives n random bytes.
    """

    def __init__(
        self,
        find_pixel: Callable[[str, float], Pixel | None],
        store: Callable[[list[bytes], list[str], float], int],
        random: Callable[[int], bytes],
        *,
        partitioned: bool = False,
    ) -> None:
        self._find_pixel = find_pixel
        self._store = store
        self._random = random
        self._partitioned = partitioned

    def answer(self, hit: Hit, remaining_seconds: float) -> Answer:
        """Answer one request within `remaining_seconds`: the GIF whenever the key is known, whatever the hit says."""
        if hit.method == "OPTIONS":
            return answer_preflight(hit.headers)
        route = find_route(hit.path)
        if route is None:
            return self._answer_elsewhere(hit, remaining_seconds)
        if hit.method not in _METHODS:
            return answer_text(hit.headers, 405, "GET, HEAD, POST or OPTIONS")
        try:
            pixel = self._find_pixel(route.key, remaining_seconds)
        except PixelOutageError:
            return answer_gif(hit.headers, 503)
        if pixel is None or not pixel.is_live(hit.received_at / 1000):
            return answer_text(hit.headers, 404, "no such pixel")
        if hit.method == "HEAD":
            return answer_head()
        known = read_visitor(hit.headers.get("cookie", ""))
        minted = (
            mint_visitor_id(self._random(VISITOR_ID_BYTES)) if known is None and _is_browser(hit) else None
        )
        events = self._read(hit, route, pixel, known, minted)
        if route.is_debug:
            # Only the rare validator pays for describing its findings.
            from pixelweave.validator import answer_findings  # noqa: PLC0415

            return answer_findings(events)
        messages = [event.message for event in events if event.message is not None]
        lost = self._store([event.record for event in events], pack(messages), remaining_seconds)
        answer = answer_gif(hit.headers, 503 if lost else 200)
        self._set_cookie(answer, hit, events, known, minted)
        if is_debugged(hit):
            answer.headers |= debug_headers(events)
        return answer

    def _answer_elsewhere(self, hit: Hit, remaining_seconds: float) -> Answer:
        """The answer to a path that takes no hits: the tag's script, the page of a pixel, or none."""
        # Both are rare; no hit pays for having them at hand.
        version = find_tag(hit.path)
        if version is not None:
            from pixelweave.tag import answer_tag  # noqa: PLC0415

            return answer_tag(hit, version)
        key = find_page(hit.path)
        if key is not None:
            from pixelweave.pixel_page import answer_page  # noqa: PLC0415

            return answer_page(hit, key, self._find_pixel, remaining_seconds)
        return answer_text(hit.headers, 404, "no such pixel")

    def _read(
        self, hit: Hit, route: Route, pixel: Pixel, known: str | None, minted: str | None
    ) -> list[Event]:
        try:
            entries = read_entries(hit)
        except BodyError as exc:
            entries = [exc.reason]
        # The entries of a batch need not be of one visitor, so nobody's id is minted for all of them.
        visitor_id = known or (minted if len(entries) == 1 else None)
        dialect = route.dialect or pixel.dialect
        events = []
        for entry in entries:
            reading = read_entry(entry, hit, dialect, route.action)
            event_id = mint_event_id(hit.received_at, self._random(EVENT_ID_BYTES))
            events.append(conclude(hit, pixel, dialect, reading, event_id=event_id, visitor_id=visitor_id))
        return events

    def _set_cookie(
        self, answer: Answer, hit: Hit, events: list[Event], known: str | None, minted: str | None
    ) -> None:
        same_site = is_same_site(hit.headers)
        if minted is not None and len(events) == 1 and events[0].row.get("visitor_id") == minted:
            answer.cookies.append(write_visitor(minted, same_site=same_site, partitioned=self._partitioned))
        elif known is not None and any(event.consent == DENIED for event in events):
            answer.cookies.append(clear_visitor(same_site=same_site, partitioned=self._partitioned))


def read_entry(entry: Params | str, hit: Hit, dialect: str, action: str | None) -> Reading:
    """The reading of one entry of a request; an entry that is a reason rejects its row with it."""
    reading = Reading()
    if isinstance(entry, str):
        reading.reject("", entry)
        # The page and the browser are known all the same.
        read_context(QueryParams(""), hit, reading)
        return reading
    read_context(entry, hit, reading)
    READERS[dialect](entry, hit, reading, action)
    return reading


def is_debugged(hit: Hit) -> bool:
    """Whether the sender asks for outcome and reason: `?debug=1` or `X-Pixelweave-Debug: 1`."""
    if hit.headers.get("x-pixelweave-debug") == "1":
        return True
    return "debug=1" in hit.query and "debug=1" in hit.query.split("&")


def debug_headers(events: list[Event]) -> dict[str, str]:
    """Outcome and reason of a hit; of a batch, each with how often, as `accepted=498, rejected=2`."""
    headers = {"X-Pixelweave-Outcome": _tally([event.outcome for event in events])}
    reasons = [event.reason for event in events if event.reason is not None]
    if reasons:
        headers["X-Pixelweave-Reason"] = _tally(reasons) if len(events) > 1 else reasons[0]
    return headers


def _tally(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return ", ".join(f"{word}={words.count(word)}" for word in sorted(set(words)))


def _is_browser(hit: Hit) -> bool:
    # A server that posts hits keeps no cookies: each of its hits would count as a visitor.
    return hit.method == "GET" or "origin" in hit.headers or "sec-fetch-site" in hit.headers
