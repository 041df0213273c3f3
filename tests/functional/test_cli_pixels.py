"""`pixelweave pixels …` from the typed words to what is printed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws
from pixelweave.tag_script import INTEGRITY, VERSION

from tests.functional.tool_stack import COLLECTOR_URL, NOW, ToolStack

if TYPE_CHECKING:
    from collections.abc import Iterator

CREATE = ("pixels", "create", "--dialect", "rokt", "--name", "Shop", "--workspace", "acme")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ToolStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        stack = ToolStack()
        yield stack
        stack.athena.close()


def test_a_created_pixel_is_printed_listed_and_shown(stack: ToolStack) -> None:
    (pixel,) = stack.run_json(*CREATE, "--allowed-host", "Shop.example", "--allowed-host", "*.shop.example")
    assert re.fullmatch(r"px_[a-z0-9]{12}", pixel["pixel_id"])
    assert re.fullmatch(r"[0-9a-f]{24}", pixel["key"])
    assert pixel["allowed_hosts"] == ["shop.example", "*.shop.example"]
    assert pixel["consent_policy"] == "signals"
    assert pixel["created_at"] == NOW
    assert stack.run_json("pixels", "list") == [pixel]
    for name in (pixel["pixel_id"], pixel["key"]):
        assert stack.run_json("pixels", "show", name) == [pixel]


def test_a_site_can_keep_the_key_of_its_tags(stack: ToolStack) -> None:
    (pixel,) = stack.run_json(*CREATE, "--key", "us1-0123456789abcdef")
    assert pixel["key"] == "us1-0123456789abcdef"
    again = stack.run(*CREATE, "--key", "us1-0123456789abcdef")
    assert (again.exit_code, "taken" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--dialect", "facebook", "--dialect: 'facebook' is not a dialect; choose one of ksense, "),
        ("--consent-policy", "maybe", "--consent-policy: 'maybe' is not a consent policy"),
        (
            "--allowed-host",
            "https://shop.example",
            "--allowed-host: 'https://shop.example' is not a host name",
        ),
        ("--name", "", "--name: "),
        ("--name", "x" * 101, "--name: "),
        ("--workspace", "a b", "--workspace: 'a b' is not valid"),
        ("--key", "a/b", "--key: 'a/b' is not valid"),
        ("--key", "debug", "--key: 'debug' is not valid"),
    ],
)
def test_a_bad_value_is_told_by_its_option_and_exit_code_2(
    stack: ToolStack, option: str, value: str, sentence: str
) -> None:
    result = stack.run(*CREATE, option, value)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"pixelweave: {sentence}")
    assert "Traceback" not in result.output
    assert stack.run_json("pixels", "list") == []


def test_all_bad_values_are_told_at_once(stack: ToolStack) -> None:
    result = stack.run(*CREATE, "--dialect", "x", "--workspace", "a b", "--json")
    error = json.loads(result.stderr)["error"]
    assert error["code"] == 2
    assert "--dialect" in error["message"]
    assert "--workspace" in error["message"]


@pytest.mark.parametrize("command", ["show", "disable", "enable", "rotate-key", "snippet"])
def test_an_unknown_pixel_is_exit_code_3(stack: ToolStack, command: str) -> None:
    result = stack.run("pixels", command, "px_nowhere")
    assert result.exit_code == 3
    assert result.stderr == "pixelweave: there is no pixel with the id or key 'px_nowhere'\n"


def test_a_pixel_is_disabled_and_enabled(stack: ToolStack) -> None:
    (pixel,) = stack.run_json(*CREATE)
    assert stack.run_json("pixels", "disable", pixel["key"])[0]["status"] == "disabled"
    assert stack.run_json("pixels", "enable", pixel["pixel_id"])[0]["status"] == "active"


def test_a_rotated_key_stays_valid_for_the_hours_of_grace(stack: ToolStack) -> None:
    (pixel,) = stack.run_json(*CREATE)
    (rotated,) = stack.run_json("pixels", "rotate-key", pixel["pixel_id"], "--grace", "2")
    assert rotated["retired_keys"] == [{"key": pixel["key"], "expires_at": NOW + 7200}]
    assert rotated["key"] != pixel["key"]


@pytest.mark.parametrize(("hours", "code"), [("0", 0), ("8760", 0), ("-1", 2), ("8761", 2), ("soon", 2)])
def test_a_grace_is_between_nothing_and_a_year(stack: ToolStack, hours: str, code: int) -> None:
    (pixel,) = stack.run_json(*CREATE)
    assert stack.run("pixels", "rotate-key", pixel["pixel_id"], "--grace", hours).exit_code == code


def test_the_snippet_has_the_collector_of_the_stack_and_the_key(stack: ToolStack) -> None:
    (pixel,) = stack.run_json(*CREATE)
    (snippet,) = stack.run_json("pixels", "snippet", pixel["pixel_id"])
    assert list(snippet) == ["tag", "noscript", "email", "gtm", "csp"]
    assert f"{COLLECTOR_URL}/v1/${{API_KEY}}/Pixel" in snippet["tag"]
    bare = stack.run("pixels", "snippet", pixel["pixel_id"], "--part", "csp")
    assert bare.stdout == f"img-src {COLLECTOR_URL}; connect-src {COLLECTOR_URL}\n"
    whole = stack.run("pixels", "snippet", pixel["pixel_id"])
    assert whole.stdout.startswith("# On the page\n<script>\n")
    assert whole.stdout.endswith(f"\n{COLLECTOR_URL}/debug/{pixel['key']}\n")
    for absent in ("js", "pinned"):
        assert stack.run("pixels", "snippet", pixel["pixel_id"], "--part", absent).exit_code == 2


def test_a_script_can_be_pinned_and_says_the_policy_of_its_pixel(stack: ToolStack) -> None:
    (pixel,) = stack.run_json(*CREATE, "--dialect", "ksense", "--consent-policy", "require")
    pinned = stack.run("pixels", "snippet", pixel["key"], "--part", "pinned").stdout
    assert f"{COLLECTOR_URL}/t/{VERSION}/callbacks.js?sid={pixel['key']}" in pinned
    assert f'data-consent="require" integrity="{INTEGRITY}" crossorigin="anonymous"' in pinned


def test_a_pipe_gets_lines_of_tabs_with_the_names_first(stack: ToolStack) -> None:
    (pixel,) = stack.run_json(*CREATE)
    lines = stack.run("pixels", "list").stdout.splitlines()
    assert lines[0] == "pixel_id\tdialect\tname\tworkspace_id\tstatus\tkey"
    assert lines[1] == f"{pixel['pixel_id']}\trokt\tShop\tacme\tactive\t{pixel['key']}"


def test_a_refusal_of_aws_is_one_line(stack: ToolStack) -> None:
    stack.runtime.stack = replace(stack.runtime.stack, pixel_table_name="missing-table")
    result = stack.run("pixels", "list", "--json")
    message = json.loads(result.stderr)["error"]["message"]
    assert result.exit_code == 1
    assert message.startswith("AWS refused Scan: ResourceNotFoundException: ")
    assert result.stdout == ""
