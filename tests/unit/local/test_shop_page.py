"""The demo shop's pages carry every pixel as its seed prescribes, and allow no script but what they have."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from pixelweave.pixel import DIALECTS
from pixelweave_local.pixel import demo_pixels
from pixelweave_local.shop_page import CHAPTERS, SHOP, Page, ShopPages, SlotError, hash_script, read_catalogue

COLLECTOR = "http://127.0.0.1:4567"
KEYS = {dialect: pixel.key for dialect, pixel in demo_pixels(DIALECTS).items()}
PRODUCTS = [f"/product/{slug}" for slug in read_catalogue()]
CHAPTER_PATHS = [f"/guide/{chapter}" for chapter in CHAPTERS]
PATHS = [
    "/",
    "/listing",
    *PRODUCTS,
    "/checkout",
    "/thank-you",
    "/newsletter",
    "/guide",
    *CHAPTER_PATHS,
]
# The Rokt seed's own scripts, as the browser tests have them.
SEED_PAGES = Path(__file__).parents[2] / "browser" / "pages"
SCRIPT = re.compile(r"<script>\n(.*?)</script>", re.DOTALL)


def read_page(path: str) -> Page:
    page = ShopPages(COLLECTOR, KEYS).find(path)
    assert page is not None
    return page


def read_seed_script(name: str) -> list[str]:
    text = (SEED_PAGES / f"{name}.html").read_text(encoding="utf-8")
    script = SCRIPT.search(text)
    assert script
    ours = script[1].replace("https://collect.example", COLLECTOR)
    return re.sub(r'API_KEY = "[^"]*"', f'API_KEY = "{KEYS["rokt"]}"', ours).splitlines()


def find_rokt_script(html: str) -> list[str]:
    (script,) = [each for each in SCRIPT.findall(html) if "API_KEY" in each]
    return str(script).splitlines()


@pytest.mark.parametrize("path", PATHS)
def test_every_page_carries_all_six_pixels(path: str) -> None:
    html = read_page(path).html
    # kSense's seed: «following code should be placed at the head section of page».
    head, _, body = html.partition("</head>")
    assert f'<script src="{COLLECTOR}/t/callbacks.js?sid={KEYS["ksense"]}"></script>' in head
    assert "kpix('track', 'pv'" in head
    assert f'<script src="{COLLECTOR}/t/sendgrid.js?sid={KEYS["sendgrid"]}"></script>' in head
    assert f'<script src="{COLLECTOR}/t/pixel.js?sid={KEYS["native"]}"></script>' in head
    assert f'const API_KEY = "{KEYS["rokt"]}";\nconst pixelURL = `{COLLECTOR}/v1/${{API_KEY}}/Pixel`;' in head
    assert f'<img src="{COLLECTOR}/altcraft/{KEYS["altcraft"]}"' in body
    # PitchTarget's seed: «include it as the first element of the page».
    first = re.search(r"<(?!div id=\"pixels\"|body)\w+[^>]*>", body)
    assert first
    assert first[0].startswith(f'<img src="{COLLECTOR}/{KEYS["pitchtarget"]}/event.gif?event_token=')


@pytest.mark.parametrize("path", PATHS)
def test_pitchtargets_params_are_json_in_base64(path: str) -> None:
    found = re.search(
        r"event\.gif\?event_token=([a-z-]+)&amp;params=([A-Za-z0-9+/=]+)\"", read_page(path).html
    )
    assert found
    assert json.loads(base64.b64decode(found[2], validate=True)) == {"page": f"{found[1]}.html"}


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/thank-you"])
def test_rokts_page_view_is_the_seeds_but_for_where_the_address_is_kept(path: str) -> None:
    made, seed = find_rokt_script(read_page(path).html), read_seed_script("rokt-view")
    differing = [(ours, theirs) for ours, theirs in zip(made, seed, strict=True) if ours != theirs]
    comment = "; // e.g., localStorage.getItem('userEmail') or null"
    assert differing == [
        (f"const email = sessionStorage.getItem('userEmail'){comment}", f"const email = null{comment}")
    ]


def test_rokts_conversion_is_the_seeds_but_for_the_order() -> None:
    made, seed = find_rokt_script(read_page("/thank-you").html), read_seed_script("rokt-conversion")
    # Without an order nothing was converted.
    assert made[:2] == [
        "const order = JSON.parse(sessionStorage.getItem('shop_order') || 'null');",
        "if (order) {",
    ]
    assert made[-1] == "}"
    pairs = zip(made[2:-1], seed, strict=True)
    assert [theirs.split(":")[0] for ours, theirs in pairs if ours != theirs] == ["ui_v", "ua_v", "attrs_v"]


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/", "kpix('track', 'pv');"),
        ("/thank-you", "kpix('track', 'conversion', { order_id: placed.id });"),
        (
            "/listing",
            'kpix(\'track\', \'pv\', {\n  "labels": ["section=listing_view", "user_segment=new_users"]\n});',
        ),
    ],
)
def test_ksenses_calls_are_the_seeds_and_a_conversion_names_its_order(path: str, call: str) -> None:
    assert call in read_page(path).html


@pytest.mark.parametrize("path", PATHS)
def test_a_page_has_no_script_that_its_policy_refuses_and_none_of_others(path: str) -> None:
    html, policy = read_page(path)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    inline = [hash_script(text) for attributes, text in scripts if not attributes]
    assert inline
    allowed = re.search(r"script-src ([^;]*)", policy)
    assert allowed
    assert allowed[1].split() == ["'self'", COLLECTOR, *(f"'{each}'" for each in inline)]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; ")
    sources = re.findall(r'(?:src|href|action)="([^"]*)"', html)
    assert all(re.match(rf"/(?!/)|#|{re.escape(COLLECTOR)}/", source) for source in sources)
    assert not re.search(r"<[^>]*\s(?:on\w+|style)=", html)


def test_the_hash_of_a_script_is_that_of_the_specification() -> None:
    # CSP Level 3, «Usage of "hashes"»: the example of the standard.
    assert hash_script("alert('Hello, world.');") == "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="


@pytest.mark.parametrize(
    "path", ["/nowhere", "/product/", "/product/nothing", "/guide/silk", "/home", "/../parts/head", ""]
)
def test_other_addresses_have_no_page(path: str) -> None:
    assert ShopPages(COLLECTOR, KEYS).find(path) is None


@pytest.mark.parametrize("path", PATHS)
def test_no_slot_stays_empty(path: str) -> None:
    html = read_page(path).html
    assert "{{" not in html
    assert "}}" not in html


def test_scripts_and_styles_that_pages_name_are_there() -> None:
    named = {name for path in PATHS for name in re.findall(r'"/assets/([^"]+)"', read_page(path).html)}
    assert named
    assert named <= {path.name for path in (SHOP / "assets").iterdir()}


def test_no_script_of_the_shop_makes_markup_of_text() -> None:
    scripts = [path.read_text(encoding="utf-8") for path in (SHOP / "assets").glob("*.js")]
    assert scripts
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|setHTML")
    assert [found[0] for script in scripts if (found := markup.search(script))] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("pages", "parts", "assets"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_what_is_filled_in_is_escaped(folder: Path) -> None:
    hostile = {"name": '<script>alert("1")</script>', "picture": "{{collector}}"}
    (folder / "assets" / "catalogue.json").write_text(json.dumps({"trap": hostile}), encoding="utf-8")
    (folder / "pages" / "product.html").write_text("{{> cards}}<b>{{name}}</b>{{picture}}", encoding="utf-8")
    (folder / "parts" / "card.html").write_text('<i title="{{name}}">{{slug}}</i>', encoding="utf-8")
    page = ShopPages(COLLECTOR, KEYS, folder).find("/product/trap")
    assert page is not None
    name = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"
    # A value that looks like a slot is not filled in again.
    assert page.html == f'<i title="{name}">trap</i><b>{name}</b>{{{{collector}}}}'
    assert "sha256" not in page.policy


@pytest.mark.parametrize("slot", ["{{nothing}}", "{{> nothing}}"])
def test_a_page_that_names_what_is_not_there_is_an_error(folder: Path, slot: str) -> None:
    (folder / "pages" / "home.html").write_text(slot, encoding="utf-8")
    with pytest.raises(SlotError, match="nothing"):
        ShopPages(COLLECTOR, KEYS, folder).find("/")
