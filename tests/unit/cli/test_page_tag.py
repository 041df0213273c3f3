"""What is found on a page, and what is wrong with it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest
from pixelweave.pixel_model import PixelRecord, RetiredKey
from pixelweave.snippet import TagScript
from pixelweave_cli.page_fetch import Page
from pixelweave_cli.page_problem import Site, list_problems
from pixelweave_cli.page_tag import find_tags

C = "https://c.example"
NOW = 1_000_000.0
SCRIPT = TagScript("0123456789abcdef", "sha384-abc")
STUB = "<script>window.kpix = window.kpix || function () {}</script>"
TAG = f'<script async src="{C}/t/callbacks.js?sid=keyK"></script>'
INLINE = f"new Image().src = '{C}/e/keyN?type=page_view'"
DIGEST = b64encode(sha256(INLINE.encode()).digest()).decode()
IMAGE = f'<img src="{C}/keyP/event.gif?event_token=a">'


def make_record(key: str, dialect: str, **changes: object) -> PixelRecord:
    fields = {"pixel_id": f"px_{dialect}", "key": key, "dialect": dialect, "name": "n", "workspace_id": "w"}
    return PixelRecord.model_validate(fields | {"created_at": 1, "updated_at": 1} | changes)


RECORDS = (
    make_record("keyK", "ksense"),
    make_record("keyP", "pitchtarget"),
    make_record("keyD", "altcraft", status="disabled"),
    make_record(
        "keyN",
        "native",
        consent_policy="require",
        retired_keys=(
            RetiredKey(key="keyOld", expires_at=int(NOW) + 1),
            RetiredKey(key="keyDead", expires_at=int(NOW)),
        ),
    ),
)
PIXELS = {key: each for each in RECORDS for key in (each.key, *(old.key for old in each.retired_keys))}


def look(
    html: str, *policies: str, url: str = "https://shop.example/", wanted: PixelRecord | None = None
) -> list[str]:
    page = Page(url, html, policies, is_cut=False)
    found = find_tags(page, C, PIXELS)
    return [each.problem for each in list_problems(found, page, Site(PIXELS, wanted, SCRIPT, NOW))]


def find(html: str) -> list[tuple[str, int, str | None, str, bool]]:
    found = find_tags(Page("https://shop.example/", html, (), is_cut=False), C, PIXELS)
    return [(tag.form, tag.line, tag.address.dialect, tag.address.key, tag.is_whole) for tag in found.tags]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (IMAGE, [("image", 1, "pitchtarget", "keyP", True)]),
        (f"\n<IMG\nSRC='{C}/i/keyP'>", [("image", 2, None, "keyP", True)]),
        (f"<noscript>{IMAGE}</noscript>", [("image", 1, "pitchtarget", "keyP", True)]),
        (f'<base href="{C}/"><img src="e/keyX">', [("image", 1, "native", "keyX", True)]),
        ('<img src="https://cdn.example/e/keyN">', [("image", 1, "native", "keyN", True)]),
        ('<img src="https://cdn.example/e/logo">', []),
        (
            '<script src="https://p.ksense.io/t/callbacks.js?sid=7"></script>',
            [("script", 1, "ksense", "7", True)],
        ),
        (f"<!-- {IMAGE} -->", []),
        (f"<textarea>{IMAGE}</textarea>", []),
        (f"<img alt='>' src='{C}/e/keyN'>", [("image", 1, "native", "keyN", True)]),
        (
            f"<script>\nnew Image().src = '{C}/e/keyN?type=page_view';</script>",
            [("inline", 2, "native", "keyN", True)],
        ),
        (f"<script>i.src = '{C}/e/keyN?type=' + type;</script>", [("inline", 1, "native", "keyN", False)]),
        (
            f'<script>const API_KEY = "keyN"; const u = `{C}/v1/${{API_KEY}}/Pixel`;</script>',
            [("inline", 1, "rokt", "keyN", False)],
        ),
        (f"<script>// '{C}/e/keyN?a=b'\n/* kpix('track') */</script>", []),
        (
            f"{TAG}<script>\nkpix('track', 'pv', {{labels: ['a=b'],}});\nwindow.kpix('track', x)</script>",
            [
                ("script", 1, "ksense", "keyK", True),
                ("call", 2, "ksense", "keyK", True),
                ("call", 3, "ksense", "keyK", False),
            ],
        ),
    ],
)
def test_a_tag_is_found_where_a_browser_would(
    html: str, found: list[tuple[str, int, str | None, str, bool]]
) -> None:
    assert find(html) == found


@pytest.mark.parametrize(
    ("html", "problems"),
    [
        (IMAGE, []),
        ("<p>", ["no_tag"]),
        ('<img src="https://tracking-api.pitchtarget.com/x/event.gif">', ["no_tag", "other_collector"]),
        (f'<img src="{C}/keyX/event.gif">', ["no_tag", "unknown_key"]),
        (f'<img src="{C}/altcraft/keyD">', ["disabled_key"]),
        (f'<img src="{C}/e/keyOld">', ["retired_key"]),
        (f'<img src="{C}/e/keyDead">', ["expired_key"]),
        (f'<img src="{C}/e/keyP">', ["other_dialect"]),
        (f'<img src="{C}/i/keyP">', []),
        (IMAGE + IMAGE, ["repeated"]),
        (f"{IMAGE}<noscript>{IMAGE}</noscript>", []),
        (TAG + TAG, ["repeated"]),
        (IMAGE.replace("https:", "http:"), ["insecure"]),
        (IMAGE.replace("=a", "=EVENT_TOKEN"), ["placeholder"]),
        (f'<script src="{C}/t/pixel.js?sid=keyN"></script>', ["other_consent"]),
        (f'<script src="{C}/t/pixel.js?sid=keyN" data-consent="require"></script>', []),
        (f'<script src="{C}/t/00/callbacks.js?sid=keyK"></script>', ["old_version"]),
        (TAG.replace("/t/", "/t/0123456789abcdef/"), []),
        (TAG.replace("></", ' integrity="sha384-abc" crossorigin></'), ["wrong_integrity"]),
        (
            TAG.replace("/t/", "/t/0123456789abcdef/").replace("></", ' integrity="sha384-abc"></'),
            ["missing_crossorigin"],
        ),
        (f"<script>kpix('track', 'pv')</script>{TAG}", ["call_before_stub"]),
        (f"{TAG}<script>kpix('track', 'pv')</script>", ["call_before_stub"]),
        (f"{STUB}{TAG}<script>kpix('track', 'pv')</script>", []),
        (TAG.replace("async ", "") + "<script>kpix('track', 'pv')</script>", []),
        (f"{IMAGE}<script>kpix('track', 'pv')</script>", ["call_without_script"]),
    ],
)
def test_a_problem_is_told_where_there_is_one(html: str, problems: list[str]) -> None:
    assert look(html) == problems


def test_a_tag_of_another_pixel_is_told_when_one_is_looked_for() -> None:
    assert look(IMAGE, wanted=RECORDS[0]) == ["no_tag", "other_pixel"]
    assert look(IMAGE, wanted=RECORDS[1]) == []


@pytest.mark.parametrize(
    ("html", "policy", "problems"),
    [
        (IMAGE, "default-src 'self'", 1),
        (IMAGE, f"default-src 'self'; img-src {C}", 0),
        (IMAGE, "img-src https:", 0),
        (IMAGE, "img-src *.example", 0),
        (IMAGE, "img-src *.c.example", 1),
        (IMAGE, "img-src c.example:444", 1),
        (IMAGE, "img-src https://c.example/other/", 1),
        (IMAGE, "img-src http://c.example/keyP/", 0),
        (IMAGE, "img-src https://[", 1),
        (IMAGE, "script-src 'none'", 0),
        (TAG, f"script-src {C}; connect-src {C}", 0),
        (TAG, f"script-src {C}; connect-src 'self'", 1),
        (TAG, "script-src 'strict-dynamic' https:", 1),
        (TAG.replace("async", "nonce='n1'"), "script-src 'nonce-n1' 'strict-dynamic'", 0),
        (TAG.replace("async", "integrity='sha384-abc' crossorigin"), "script-src 'sha384-abc'", 0),
    ],
)
def test_a_policy_that_blocks_a_tag_is_told(html: str, policy: str, problems: int) -> None:
    for found in (
        look(html, policy),
        look(f'<meta http-equiv="Content-Security-Policy" content="{policy}">{html}'),
        look(html, "img-src *; script-src * 'nonce-n1' 'sha384-abc'; connect-src *", policy),
    ):
        assert found.count("blocked_by_policy") == problems


@pytest.mark.parametrize(
    ("policy", "is_blocked"),
    [
        ("script-src 'unsafe-inline'", False),
        ("script-src 'unsafe-inline' 'nonce-n'", True),
        ("script-src 'self'", True),
        (f"script-src 'sha256-{DIGEST}'", False),
        (f"script-src 'sha256-{DIGEST.swapcase()}'", True),
    ],
)
def test_an_inline_script_needs_its_digest_or_unsafe_inline(policy: str, is_blocked: bool) -> None:
    html = f"<script>{INLINE}</script>"
    assert ("blocked_by_policy" in look(html, policy)) is is_blocked
