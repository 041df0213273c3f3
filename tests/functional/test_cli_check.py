"""`pixelweave check URL` from the typed words to what is printed, against a site and a collector on loopback."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from pixelweave_cli import check_command, page_problem, page_tag

from tests.functional.page_site import Site, serve_site
from tests.functional.tool_stack import ToolStack
from tests.unit.collecting import KEY, make_pixel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

CREATE = ("pixels", "create", "--name", "Shop", "--workspace", "acme")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site(make_pixel("pitchtarget")) as site:
        yield site


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, site: Site) -> Iterator[ToolStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        stack = ToolStack()
        stack.runtime.stack = replace(stack.runtime.stack, collector_url=site.url)
        stack.runtime.is_local = True
        stack.run_json(*CREATE, "--dialect", "pitchtarget", "--key", KEY)
        yield stack
        stack.athena.close()


def check(stack: ToolStack, *words: str) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]]]:
    result = stack.run("check", *words, "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return (
        result.exit_code,
        [row for row in rows if row["kind"] == "tag"],
        [row for row in rows if row["kind"] == "problem"],
    )


def test_a_good_tag_shows_the_event_that_the_collector_would_write(stack: ToolStack, site: Site) -> None:
    url = site.put(f'<p>\n<img src="/{KEY}/event.gif?event_token=signup" />')
    code, (tag,), problems = check(stack, url)
    assert (code, problems) == (0, [])
    assert (tag["line"], tag["form"], tag["key"], tag["outcome"]) == (2, "image", KEY, "accepted")
    assert tag["event"]["name"] == "signup"
    assert tag["event"]["url"] == url
    assert site.bench.rows == []


def test_a_refused_hit_says_the_parameter_and_what_was_expected(stack: ToolStack, site: Site) -> None:
    url = site.put(f'<img src="/{KEY}/revenue.gif?event_token=buy&amp;amount=ten">')
    code, (tag,), (problem,) = check(stack, url)
    assert (code, tag["outcome"]) == (1, "rejected")
    assert (problem["problem"], problem["about"]) == ("invalid_amount", "amount")
    assert problem["expected"]


def test_calls_of_the_script_are_tried_as_the_script_sends_them(stack: ToolStack, site: Site) -> None:
    (pixel,) = stack.run_json(*CREATE, "--dialect", "ksense")
    site.bench.pixel = make_pixel("ksense", key=pixel["key"])
    snippet = stack.run("pixels", "snippet", pixel["key"], "--part", "tag").stdout
    url = site.put(
        snippet + "<script>kpix('track', 'conversion', {labels: ['a=b']}); kpix('track', kind)</script>"
    )
    code, tags, problems = check(stack, url, "--pixel", pixel["key"])
    assert (code, problems) == (0, [])
    assert [(tag["form"], tag.get("event", {}).get("type")) for tag in tags] == [
        ("script", None),
        ("call", "page_view"),
        ("call", "conversion"),
        ("call", None),
    ]
    assert tags[2]["event"]["labels"] == {"a": "b"}


def test_tags_come_in_the_order_of_the_page_and_problems_are_counted(stack: ToolStack, site: Site) -> None:
    (pixel,) = stack.run_json(*CREATE, "--dialect", "ksense")
    script = (
        f'<script src="/t/callbacks.js?sid={pixel["key"]}"></script>\n<script>kpix("track", kind)</script>\n'
    )
    url = site.put(f'{script}<img src="/{KEY}/event.gif?event_token=GOAL">\n<img src="/nobody/event.gif">')
    _, tags, _ = check(stack, url)
    assert [tag["line"] for tag in tags] == [1, 2, 3, 4]
    assert stack.run("check", url).stderr == f"pixelweave: 2 problems on {url}\n"


def test_a_page_without_a_tag_of_the_pixel_is_told(stack: ToolStack, site: Site) -> None:
    (other,) = stack.run_json(*CREATE, "--dialect", "altcraft")
    url = site.put(f'<img src="/{KEY}/event.gif?event_token=signup">')
    code, _, problems = check(stack, url, "--pixel", other["pixel_id"])
    assert code == 1
    assert [each["problem"] for each in problems] == ["no_tag", "other_pixel"]


def test_people_see_tags_and_problems_and_no_control_characters(stack: ToolStack, site: Site) -> None:
    url = site.put(f'<img src="/{KEY}/event.gif?event_token=a\x1b[31mb\u202e">\n<img src="/{KEY}/event.gif">')
    result = stack.run("check", url)
    assert result.exit_code == 1
    assert "missing_event_token" in result.stdout
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert result.stderr == f"pixelweave: 1 problem on {url}\n"


def test_no_more_hits_are_tried_than_a_page_can_be_meant_to_send(
    stack: ToolStack, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_command, "MAX_TRIALS", 3)
    url = site.put("".join(f'<img src="/{KEY}/event.gif?event_token=t{number}">' for number in range(5)))
    _, tags, _ = check(stack, url)
    assert [tag.get("outcome") for tag in tags] == ["accepted"] * 3 + [None] * 2


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "shop.example",
        "http://",
        "http://a b/",
        "http://u:p@a/",
        "http://a:0/",
    ],
)
def test_what_is_no_page_of_the_web_is_exit_code_2(stack: ToolStack, url: str) -> None:
    assert stack.run("check", url).exit_code == 2


def test_an_unknown_pixel_is_exit_code_3_and_nothing_is_fetched(stack: ToolStack, site: Site) -> None:
    assert stack.run("check", site.put(""), "--pixel", "px_nowhere").exit_code == 3
    assert site.asked == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]"]
)
def test_private_addresses_are_read_with_the_local_stack_alone(stack: ToolStack, host: str) -> None:
    stack.runtime.is_local = False
    result = stack.run("check", f"http://{host}:9/")
    assert result.exit_code == 1
    assert "private address" in result.stderr


def count_calls(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> list[int]:
    """A list that gets a 1 with each call of a module's function."""
    function, calls = getattr(module, name), []

    def call(*given: Any) -> Any:
        calls.append(1)
        return function(*given)

    monkeypatch.setattr(module, name, call)
    return calls


def test_more_tags_than_are_looked_at_are_no_error(stack: ToolStack, site: Site) -> None:
    images = "".join(f'<img src="/{KEY}/event.gif?event_token=e{number}">' for number in range(1100))
    code, tags, _ = check(stack, site.put(f"<script>var one = 1;</script>{images}"))
    assert (code, len(tags)) == (0, 1000)


def test_of_a_page_full_of_addresses_no_more_are_looked_at_than_tags_are_shown(
    stack: ToolStack, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = count_calls(monkeypatch, page_tag, "read_address")
    addresses = "\n".join(f'"//p.ksense.io/e/{number}"' for number in range(5_000))
    code, tags, _ = check(stack, site.put(f"<script>{addresses}</script>"))
    assert (code, len(tags), sum(looked_at)) == (1, 1000, 1000)


def test_code_is_searched_for_a_stub_once_however_many_calls_there_are(
    stack: ToolStack, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = count_calls(monkeypatch, page_problem, "find_stub")
    script = f'<script src="/t/callbacks.js?sid={KEY}" async></script>'
    code, tags, _ = check(stack, site.put(script + "<script>" + "kpix(1)\n" * 1000 + "</script>"))
    assert (code, len(tags), sum(searched)) == (1, 1000, 1)
