"""The story of one person in five systems, who is anonymous in each of them until an address is said in some form of its own.

The seeds tell its parts: Rokt's anonymous session that gets an e-mail later, kSense's `md5:` of it, PitchTarget's purchase «made by
john.doe@example.com» whose e-mail came with the signup only, SendGrid's identify call, and Altcraft's goals.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from pixelweave_local.traffic import Request

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pixelweave_local.cloud import Cloud

ADDRESS = "jane.roe@shop.example"

TOLD = """
SELECT dialect, person_id, attributed, is_back_attributed
FROM events_stitched
WHERE outcome = 'accepted' AND visitor_id IN ({visitors})
ORDER BY received_at, event_id
"""


class Scene(NamedTuple):
    """One request, what it tells a reader, and whether only a later one says whose it was."""

    request: Request
    text: str
    is_anonymous: bool = True


class StoryError(Exception):
    """The views do not tell what happened."""


class Attribution(NamedTuple):
    """Whose the event of a scene is: the person, the leaf that said so, and whether only afterwards."""

    dialect: str
    text: str
    person_id: str
    attributed: str
    is_backwards: bool


def make_scenes(keys: Mapping[str, str], now_ms: int) -> list[Scene]:
    """The story for pixels with these keys (dialect → key), as of `now_ms` (Unix milliseconds), by browsers of its own."""
    return [
        *_rokt(f"/v1/{keys['rokt']}/Pixel", now_ms),
        *_ksense(f"/ksense/{keys['ksense']}"),
        *_pitchtarget(f"/{keys['pitchtarget']}"),
        *_sendgrid(f"/sendgrid/{keys['sendgrid']}"),
        *_altcraft(f"/altcraft/{keys['altcraft']}"),
    ]


def _rokt(path: str, now_ms: int) -> list[Scene]:
    session = f"story-{now_ms}"
    page = {"dt": "ScreenView", "ct": str(now_ms - 1000), "hn": "www.shop.example"}
    seen = page | {"ui_t": "other3", "ui_v": session}
    sold = {
        "dt": "AppEvent", "et": "Transaction", "n": "conversion", "ct": str(now_ms),
        "ui_t": "other3,email", "ui_v": f"{session},{ADDRESS}",
        "attrs_k": "conversiontype,confirmationref,amount,currency", "attrs_v": f"signup,{now_ms},300.5,USD",
    }  # fmt: skip
    return [
        Scene(_get("rokt", path, seen | {"ttl": "Shop"}), "looks at the shop (a session id only)"),
        Scene(_get("rokt", path, seen | {"ttl": "Cart"}), "fills the cart (a session id only)"),
        Scene(_get("rokt", path, sold), f"signs up as {ADDRESS}", is_anonymous=False),
    ]


def _ksense(path: str) -> list[Scene]:
    digest = hashlib.md5(ADDRESS.encode(), usedforsecurity=False).hexdigest()
    known = {"track": "user_info", "user_info": json.dumps({"email": f"md5:{digest}"})}
    return [
        Scene(_get("ksense", path, {"track": "pv"}), "reads a page on another device"),
        Scene(_get("ksense", path, known), f"logs in there, known as md5:{digest[:8]}…", is_anonymous=False),
    ]


def _pitchtarget(path: str) -> list[Scene]:
    signup = json.dumps({"method": "email", "page": "signup.html", "email": ADDRESS})
    return [
        Scene(
            _get("pitchtarget", f"{path}/event.gif", {"event_token": "landing"}), "comes by an advertisement"
        ),
        Scene(
            _get("pitchtarget", f"{path}/event.gif", {"event_token": "signup", "params": signup}),
            "signs up with the address",
            is_anonymous=False,
        ),
        Scene(
            _get("pitchtarget", f"{path}/revenue.gif", {"event_token": "purchase", "amount": "2500"}),
            "buys for USD 25.00, without an address",
            is_anonymous=False,
        ),
    ]


def _sendgrid(path: str) -> list[Scene]:
    call = {"type": "identify", "userId": "jane-roe", "traits": {"email": ADDRESS}}
    return [
        Scene(_get("sendgrid", path, {"type": "page", "name": "Pricing"}), "compares prices"),
        Scene(
            Request("sendgrid", path, body=json.dumps(call), content_type="text/plain", visitor="sendgrid"),
            "is identified by user id and address",
            is_anonymous=False,
        ),
    ]


def _altcraft(path: str) -> list[Scene]:
    goal = {"goal": "newsletter", "value": "5", "unit": "points", "email": ADDRESS.upper()}
    return [
        Scene(_get("altcraft", path, {}), "opens a newsletter's page"),
        Scene(_get("altcraft", path, goal), "subscribes, the address in capitals", is_anonymous=False),
    ]


def _get(dialect: str, path: str, query: Mapping[str, str]) -> Request:
    return Request(dialect, path, query=urlencode(query), visitor=dialect)


def read_story(cloud: Cloud, scenes: list[Scene], visitors: Collection[str]) -> list[Attribution]:
    """Whose the events of a story are by the view `events_stitched`; `visitors` are the cookies of its browsers.

    Raises:
        StoryError: the log has not an event for each scene, or they are not one person's, or others than the anonymous ones
            were attributed backwards.
    """
    rows = cloud.query(TOLD.format(visitors=", ".join(f"'{visitor}'" for visitor in sorted(visitors))))
    if [row["dialect"] for row in rows] != [scene.request.dialect for scene in scenes]:
        raise StoryError(f"the log has {len(rows)} events of the story, not {len(scenes)}")
    told = [
        Attribution(
            scene.request.dialect,
            scene.text,
            str(row["person_id"]),
            str(row["attributed"]),
            row["is_back_attributed"] == "true",
        )
        for scene, row in zip(scenes, rows, strict=True)
    ]
    persons = {each.person_id for each in told}
    if len(persons) != 1 or "None" in persons:
        raise StoryError(f"the story is of {len(persons)} persons: {', '.join(sorted(persons))}")
    wrong = [
        each.text
        for each, scene in zip(told, scenes, strict=True)
        if each.is_backwards is not scene.is_anonymous
    ]
    if wrong:
        raise StoryError(f"attributed at another time than expected: {'; '.join(wrong)}")
    return told
