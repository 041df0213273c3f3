"""The page's files: what they may not contain, and what they repeat of the domain."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pixelweave.outcome import REASONS
from pixelweave.refusal import REFUSALS

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "dashboard" / "page"
FILES = sorted(file for file in PAGE.rglob("*") if file.is_file())
SCRIPTS = [file for file in FILES if file.suffix == ".js"]
# What would parse text as HTML or script, or set a style past the policy.
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser"
    r"|createContextualFragment|setHTML|srcdoc|cssText"
    r"|\.style\b|\bstyle[\"']?:\s*[\"'](?!currency|percent)"
)


def test_the_policy_lets_in_nothing_but_the_pages_own() -> None:
    headers = json.loads((ROOT / "dashboard" / "headers.json").read_text(encoding="utf-8"))
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    )
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert int(headers["Strict-Transport-Security"].partition("max-age=")[2]) >= 31_536_000


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.relative_to(PAGE).as_posix())
def test_no_script_parses_text_as_html(file: Path) -> None:
    assert SINKS.findall(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text", ["x.innerHTML = y", "eval(y)", "element.style = y", '{ style: "x" }', "a.style.cssText"]
)
def test_what_would_is_found(text: str) -> None:
    assert SINKS.search(text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PAGE).as_posix())
def test_no_file_names_another_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text) == []


def test_the_document_has_no_inline_script_or_style() -> None:
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.relative_to(PAGE).as_posix())
def test_modules_are_small(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 180


@pytest.mark.parametrize(("name", "reasons"), [("REASONS", REASONS), ("REFUSALS", REFUSALS)])
def test_the_page_explains_every_reason_in_the_domains_words(name: str, reasons: dict[str, str]) -> None:
    text = (PAGE / "app" / "reason.js").read_text(encoding="utf-8")
    block = text.partition(f"export const {name} = {{")[2].partition("};")[0]
    assert {
        key: json.loads(value) for key, value in re.findall(r"^  (\w+): (\".*\"),$", block, re.MULTILINE)
    } == reasons
