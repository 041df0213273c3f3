"""The demo shop beside a deployed stack: a browser's hits show in its panel, with their outcomes and their person."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from pixelweave_local import shop_process
from pixelweave_local.process import members

from tests.e2e.live_shop import PLACE, run_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
ADDRESS = "shopper@mail.example"


@pytest.fixture(scope="module")
def shop_url(cloud: Cloud, pixels: dict[str, DemoPixel]) -> Iterator[str]:
    """The shop of the test session's stack."""
    assert cloud.server.collector_url
    assert pixels
    with run_shop() as url:
        yield url


def get(url: str, **headers: str) -> tuple[bytes, str]:
    """The body and the cookie of an answer with status 200."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return answer.read(), str(answer.headers["Set-Cookie"]).partition(";")[0]


def test_a_page_of_the_shop_has_the_collector_and_the_keys_of_this_stack(
    shop_url: str, cloud: Cloud, pixels: dict[str, DemoPixel]
) -> None:
    page = get(f"{shop_url}/")[0].decode()
    for dialect, way in (
        ("ksense", "t/callbacks.js?sid="),
        ("sendgrid", "t/sendgrid.js?sid="),
        ("native", "t/pixel.js?sid="),
    ):
        address = f"{cloud.collector_url}/{way}{pixels[dialect].key}"
        assert f'<script src="{address}"></script>' in page
        assert get(address)[0].strip()


def test_the_panel_shows_each_hit_of_a_browser_with_its_outcome_and_its_person(
    shop_url: str, cloud: Cloud, pixels: dict[str, DemoPixel]
) -> None:
    cookie = get(f"{shop_url}/")[1]
    assert cookie.startswith("pw_vid=")
    session = f"shop-{time.time_ns()}"
    now_ms = time.time_ns() // 1_000_000
    seen = {"dt": "ScreenView", "ct": str(now_ms - 1000), "ui_t": "other3"}

    def hit(path: str, *, cookies: str = cookie, **query: str) -> None:
        headers = {"User-Agent": CHROME, "Referer": f"{shop_url}/listing", "Cookie": cookies}
        get(f"{cloud.collector_url}{path}?{urlencode(query)}", **headers)

    # Rokt's script sends no cookie; its session is all that is known.
    hit(f"/v1/{pixels['rokt'].key}/Pixel", cookies="", **seen, ui_v=session)
    hit(f"/altcraft/{pixels['altcraft'].key}", goal="newsletter", email=ADDRESS)
    hit(f"/{pixels['pitchtarget'].key}/revenue.gif", event_token="purchase")
    hit(f"/altcraft/{pixels['altcraft'].key}", goal="try", is_test="1")
    # Another browser's, which this panel must not show.
    hit(f"/altcraft/{pixels['altcraft'].key}", cookies=f"pw_vid={'e' * 32}")
    cloud.settle()

    panel = json.loads(get(f"{shop_url}/panel.json?session={session}", Cookie=cookie)[0])
    shown: dict[tuple[str, str | None], Any] = {
        (each["dialect"], each["name"]): each for each in panel["hits"]
    }
    assert {key: (each["outcome"], each["reason"]) for key, each in shown.items()} == {
        ("rokt", None): ("accepted", None),
        ("altcraft", "newsletter"): ("accepted", None),
        ("pitchtarget", "purchase"): ("rejected", "missing_amount"),
        ("altcraft", "try"): ("test", None),
    }
    assert len(panel["hits"]) == 4
    assert {each["path"] for key, each in shown.items() if key[0] != "rokt"} == {"/listing"}
    assert shown["altcraft", "newsletter"]["person"] == ADDRESS
    assert shown["pitchtarget", "purchase"]["person_id"] == shown["altcraft", "newsletter"]["person_id"]
    assert shown["pitchtarget", "purchase"]["attributed"] == "visitor"
    assert shown["rokt", None]["person"] is None
    # Then the session says who it is, and what came before becomes that person's.
    hit(
        f"/v1/{pixels['rokt'].key}/Pixel",
        cookies="",
        **(seen | {"ct": str(now_ms), "ui_t": "other3,email"}),
        ui_v=f"{session},{ADDRESS}",
    )
    cloud.settle()
    (first, second) = json.loads(get(f"{shop_url}/panel.json?session={session}")[0])["hits"]
    assert {first["person"], second["person"]} == {ADDRESS}
    assert [second["is_back_attributed"], second["attributed"]] == [True, "session"]


def test_a_second_start_takes_the_place_of_the_first_and_a_stop_leaves_nothing(shop_url: str) -> None:
    before = json.loads(PLACE.shop.read_text(encoding="utf-8"))
    assert shop_process.start(PLACE, preferred=None) == shop_url
    after = json.loads(PLACE.shop.read_text(encoding="utf-8"))
    assert members(before["pid"]) == []
    assert len(members(after["pid"])) == 1
    assert shop_process.stop(PLACE)
    assert members(after["pid"]) == []
    with pytest.raises(urllib.error.URLError):
        get(f"{shop_url}/")
