"""The tags to paste: each dialect's form, and that what they send is what the collector understands."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.entities import html5

import pytest
from pixelweave.pixel import DIALECTS
from pixelweave.snippet import PARTS, SnippetError, TagScript
from pixelweave.snippet import write_snippet as write_for_script

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel
from tests.unit.node import run_node

URL = "https://abc123.execute-api.eu-central-1.amazonaws.com"
SCRIPT = TagScript("0123456789abcdef", "sha384-abc")
SPOKEN = {"ksense": "callbacks.js", "sendgrid": "sendgrid.js", "native": "pixel.js"}
# Names that a lenient parser takes for a character even without their semicolon.
ENTITIES = tuple(name for name in html5 if not name.endswith(";"))


def write_snippet(dialect: str, url: str, key: str, policy: str = "signals") -> dict[str, str]:
    return write_for_script(dialect, url, key, SCRIPT, consent_policy=policy)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_all_parts_with_the_real_url_and_key(dialect: str) -> None:
    snippet = write_snippet(dialect, URL + "/", KEY)
    assert tuple(snippet) == tuple(part for part in PARTS if part != "pinned" or dialect in SPOKEN)
    for part in ("tag", "noscript", "email", "gtm"):
        assert URL in snippet[part]
        assert KEY in snippet[part]


def test_pitchtarget_has_the_two_images_of_its_seed() -> None:
    tag = write_snippet("pitchtarget", URL, KEY)["tag"]
    assert (
        f'<img src="{URL}/{KEY}/event.gif?event_token=EVENT_TOKEN&params=JSON_ENCODED_CUSTOM_PARAMS" />'
        in tag
    )
    assert f'<img src="{URL}/{KEY}/revenue.gif?event_token=EVENT_TOKEN&amount=AMOUNT" />' in tag


def test_rokt_has_the_script_of_its_seed_with_a_live_clock() -> None:
    tag = write_snippet("rokt", URL, KEY)["tag"]
    assert f'const API_KEY = "{KEY}";' in tag
    assert f"const pixelURL = `{URL}/v1/${{API_KEY}}/Pixel`;" in tag
    for name in (
        'dt: "ScreenView"',
        "ct: currentTime",
        "hn: window.location.hostname",
        "ttl: document.title",
    ):
        assert name in tag
    assert "new Date().getTime()" in tag


def test_altcraft_names_the_goal_its_value_and_unit() -> None:
    assert (
        f"{URL}/altcraft/{KEY}?goal=GOAL&value=VALUE&unit=points"
        in write_snippet("altcraft", URL, KEY)["tag"]
    )


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("part", ["noscript", "email"])
def test_an_image_pasted_as_it_is_becomes_an_accepted_row(dialect: str, part: str) -> None:
    image = write_snippet(dialect, URL, KEY)[part]
    found = re.search(r'src="([^"]+)"', image)
    assert found is not None
    url = found[1].replace("&amp;", "&").replace("UNIX_MILLISECONDS", str(NOW_MS))
    path, _, query = url.removeprefix(URL).partition("?")
    row = Bench(make_pixel(dialect)).row(path, query)
    assert row["outcome"] == "accepted"
    assert "reason" not in row


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_parameter_in_an_image_can_be_mistaken_for_an_entity(dialect: str) -> None:
    for part in ("tag", "noscript", "email"):
        text = write_snippet(dialect, URL, KEY)[part]
        for source in re.findall(r'src="([^"]+)"', text):
            names = set(re.findall(r"&(?!amp;)(\w+)", source)) - {"params"}  # the seed's own
            assert [name for name in names if name.startswith(ENTITIES)] == []


@pytest.mark.parametrize(
    ("dialect", "csp"),
    [("pitchtarget", f"img-src {URL}"), ("rokt", f"img-src {URL}; connect-src {URL}")],
)
def test_the_policy_allows_what_the_tag_does_and_no_more(dialect: str, csp: str) -> None:
    assert write_snippet(dialect, URL, KEY)["csp"] == csp


def test_the_policy_has_the_origin_without_the_path() -> None:
    assert (
        write_snippet("altcraft", "http://127.0.0.1:4566/stage", KEY)["csp"]
        == "img-src http://127.0.0.1:4566"
    )


@pytest.mark.parametrize("url", ["https://a.example", "http://x.localhost:4566", "https://a.example/stage/"])
def test_a_collector_url_is_taken(url: str) -> None:
    assert url.rstrip("/") in write_snippet("native", url, KEY)["tag"]


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example", "javascript:alert(1)", 'https://a.example/"onload=', "https://a.example?x=1"],
)
def test_a_url_that_would_break_out_of_the_tag_is_refused(url: str) -> None:
    with pytest.raises(SnippetError, match="URL"):
        write_snippet("native", url, KEY)


@pytest.mark.parametrize("key", ["", 'a"b', "a/b", "a b", "a\n"])
def test_a_key_that_would_break_out_of_the_tag_is_refused(key: str) -> None:
    with pytest.raises(SnippetError, match="key"):
        write_snippet("native", URL, key)


@pytest.mark.parametrize(("dialect", "file"), SPOKEN.items())
def test_a_script_has_a_lasting_address_and_one_with_its_digest(dialect: str, file: str) -> None:
    snippet = write_snippet(dialect, URL, KEY, "gpc")
    assert f'<script async src="{URL}/t/{file}?sid={KEY}" data-consent="gpc"></script>' in snippet["tag"]
    assert (
        f'<script async src="{URL}/t/{SCRIPT.version}/{file}?sid={KEY}" data-consent="gpc" '
        f'integrity="{SCRIPT.integrity}" crossorigin="anonymous"></script>'
    ) in snippet["pinned"]


@pytest.mark.parametrize("dialect", SPOKEN)
def test_the_policy_allows_the_stub_by_the_digest_of_what_is_pasted(dialect: str) -> None:
    snippet = write_snippet(dialect, URL, KEY)
    stub = snippet["tag"].removeprefix("<script>").split("</script>")[0]
    digest = b64encode(sha256(stub.encode()).digest()).decode()
    lasting, pinned = snippet["csp"].splitlines()
    assert lasting == f"script-src {URL} 'sha256-{digest}'; connect-src {URL}; img-src {URL}"
    assert pinned == f"script-src 'sha384-abc' 'sha256-{digest}'; connect-src {URL}; img-src {URL}"


def test_calls_before_the_script_are_queued_by_name_in_their_order() -> None:
    stub = write_snippet("native", URL, KEY)["tag"].removeprefix("<script>").split("</script>")[0]
    calls = "pixelweave('goal', 'a', 1); pixelweave.track('b', {c: 2});"
    program = (
        f"var window = globalThis;{stub}{calls}console.log(JSON.stringify(pixelweave.q.map((c) => [...c])))"
    )
    assert json.loads(run_node(program)) == [["goal", "a", 1], ["track", "b", {"c": 2}]]
