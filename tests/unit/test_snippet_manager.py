"""The template for Google Tag Manager, run in node with stand-ins for Google's sandboxed APIs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pixelweave.pixel import DIALECTS
from pixelweave.snippet import TagScript, write_snippet

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel
from tests.unit.node import run_node

URL = "https://c.example"
SCRIPT = TagScript("0123456789abcdef", "sha384-abc")
SECTIONS = [
    "INFO",
    "TEMPLATE_PARAMETERS",
    "SANDBOXED_JS_FOR_WEB_TEMPLATE",
    "WEB_PERMISSIONS",
    "TESTS",
    "NOTES",
]
# Which permission an API needs: developers.google.com/tag-platform/tag-manager/templates/permissions.
NEEDED = {
    "sendPixel": "send_pixel",
    "injectScript": "inject_script",
    "callInWindow": "access_globals",
    "copyFromWindow": "access_globals",
    "createArgumentsQueue": "access_globals",
    "getUrl": "get_url",
    "readTitle": "read_title",
    "isConsentGranted": "access_consent",
    "addConsentListener": "access_consent",
}
SANDBOX = """
const window = {}, sent = [], calls = [], loaded = [];
const data = { ...GIVEN, gtmOnSuccess() { calls.push('success'); }, gtmOnFailure() { calls.push('failure'); } };
let listener = null;
const apis = {
  JSON: { parse: (text) => JSON.parse(text), stringify: (value) => JSON.stringify(value) },
  Object: { keys: Object.keys, entries: Object.entries },
  getType: (value) => Array.isArray(value) ? 'array' : typeof value,
  encodeUriComponent: encodeURIComponent,
  sendPixel: (url, done) => { sent.push(url); done(); },
  callInWindow: (name, ...rest) => window[name](...rest),
  copyFromWindow: (name) => window[name],
  createArgumentsQueue: (name) => { window[name] = (...rest) => { calls.push([name, ...rest]); }; },
  injectScript: (url, done, fail) => { loaded.push(url); if (FAILS) fail(); else done(); },
  getTimestampMillis: () => NOW, getUrl: () => 'shop.example', readTitle: () => 'Shoes, & more',
  isConsentGranted: () => false, addConsentListener: (type, given) => { listener = given; },
};
(function (require) { CODE })((name) => apis[name]);
const before = loaded.length + sent.length;
if (listener) { listener('analytics_storage', true); listener('analytics_storage', true); }
console.log(JSON.stringify({ sent, calls, loaded, before }));
"""


def read_sections(dialect: str, policy: str = "signals") -> dict[str, str]:
    text = write_snippet(dialect, URL, KEY, SCRIPT, consent_policy=policy)["gtm"]
    parts = re.split(r"^___([A-Z_]+)___$", text, flags=re.MULTILINE)
    assert parts[0] == ""
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def run(
    dialect: str, given: dict[str, Any], *, fails: bool = False, policy: str = "signals"
) -> dict[str, Any]:
    program = SANDBOX
    for name, value in {
        "...GIVEN": f"...{json.dumps(given)}",
        "FAILS": json.dumps(fails),
        "NOW": str(NOW_MS),
    }.items():
        program = program.replace(name, value)
    program = program.replace("CODE", read_sections(dialect, policy)["SANDBOXED_JS_FOR_WEB_TEMPLATE"])
    result: dict[str, Any] = json.loads(run_node(program))
    return result


@pytest.mark.parametrize("policy", ["signals", "require"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_template_has_its_sections_and_just_the_permissions_of_its_code(dialect: str, policy: str) -> None:
    sections = read_sections(dialect, policy)
    assert list(sections) == SECTIONS
    assert json.loads(sections["INFO"])["containerContexts"] == ["WEB"]
    assert all(field["type"] in ("TEXT", "SELECT") for field in json.loads(sections["TEMPLATE_PARAMETERS"]))
    permitted = [each["instance"]["key"]["publicId"] for each in json.loads(sections["WEB_PERMISSIONS"])]
    required = re.findall(r"require\('(\w+)'\)", sections["SANDBOXED_JS_FOR_WEB_TEMPLATE"])
    assert set(permitted) == {NEEDED[name] for name in required if name in NEEDED}
    assert len(permitted) == len(set(permitted))


@pytest.mark.parametrize(
    ("dialect", "given", "call", "file"),
    [
        ("ksense", {"call": "pv"}, ["kpix", "track", "pv", {}], "callbacks.js"),
        (
            "ksense",
            {"call": "user_info", "details": {"email": "md5:a"}},
            ["kpix", "user_info", {"email": "md5:a"}],
            "callbacks.js",
        ),
        ("ksense", {"call": "load"}, None, "callbacks.js"),
        (
            "sendgrid",
            {"call": "track", "name": "Purchase", "details": '{"total": 2}'},
            ["sendgrid", "track", "Purchase", {"total": 2}],
            "sendgrid.js",
        ),
        (
            "native",
            {"call": "goal", "name": "Signed", "value": "5"},
            ["pixelweave", "goal", "Signed", "5", {}],
            "pixel.js",
        ),
    ],
)
def test_a_template_queues_its_call_and_loads_the_script(
    dialect: str, given: dict[str, Any], call: list[Any] | None, file: str
) -> None:
    ran = run(dialect, given)
    assert ran["calls"] == ([call] if call else []) + ["success"]
    assert (ran["loaded"], ran["sent"]) == ([f"{URL}/t/{file}?sid={KEY}"], [])


def test_a_script_that_does_not_load_leaves_an_image() -> None:
    assert run("ksense", {"call": "load"}, fails=True)["sent"] == [
        f"{URL}/ksense/{KEY}?track=pv&labels=%5B%22section=listing_view%22%5D"
    ]


@pytest.mark.parametrize("dialect", ["ksense", "sendgrid", "native"])
def test_where_the_policy_requires_consent_the_script_is_told_of_it_before_the_call(dialect: str) -> None:
    ran = run(dialect, {"call": "user_info" if dialect == "ksense" else "identify"}, policy="require")
    assert [call[1] for call in ran["calls"][:2]] == ["consent", ran["calls"][1][1]]
    assert ran["calls"][0][2] == "granted"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_where_the_policy_requires_consent_an_image_says_that_it_was_given(dialect: str) -> None:
    given = {"call": "load", "category": "event", "event_token": "signup", "session": "s1"}
    (url,) = run(dialect, given, fails=True, policy="require")["sent"]
    path, _, query = url.removeprefix(URL).partition("?")
    found = Bench(make_pixel(dialect, consent_policy="require")).row(path, query)
    assert (found["outcome"], found["consent"]) == ("accepted", "granted")


def test_nothing_happens_before_consent_where_the_policy_requires_it_and_then_once() -> None:
    ran = run("native", {"call": "load"}, policy="require")
    assert (ran["before"], len(ran["loaded"])) == (0, 1)


@pytest.mark.parametrize(
    ("dialect", "given", "row"),
    [
        (
            "pitchtarget",
            {"category": "event", "event_token": "a&b", "details": {"plan": "pro, é"}},
            {"type": "custom", "name": "a&b", "props": {"plan": "pro, é"}},
        ),
        (
            "pitchtarget",
            {"category": "revenue", "event_token": "buy", "amount": 2500},
            {"type": "purchase", "name": "buy", "value": "25.00"},
        ),
        ("altcraft", {}, {"type": "page_view"}),
        (
            "altcraft",
            {"goal": "Signed, up", "value": 0, "unit": "points"},
            {"type": "goal", "goals": [{"name": "Signed, up", "value": "0.00", "unit": "points"}]},
        ),
        ("rokt", {"call": "view", "session": "s1"}, {"type": "page_view", "session_id": "s1"}),
        (
            "rokt",
            {"call": "conversion", "details": {"conversiontype": "a,b", "confirmationref": "7"}},
            {"type": "conversion", "name": "a,b", "order_id": "7", "title": "Shoes, & more"},
        ),
    ],
)
def test_an_image_of_a_template_is_what_the_collector_understands(
    dialect: str, given: dict[str, Any], row: dict[str, Any]
) -> None:
    (url,) = run(dialect, given)["sent"]
    path, _, query = url.removeprefix(URL).partition("?")
    found = Bench(make_pixel(dialect)).row(path, query)
    assert found["outcome"] == "accepted"
    assert {name: found.get(name) for name in row} == row
