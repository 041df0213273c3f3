"""README shows the five tags as the command prints them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pixelweave.pixel_page.markup import NAMES
from pixelweave.snippet import TagScript, write_snippet
from pixelweave.tag_script import INTEGRITY, VERSION

README = Path(__file__).parents[3] / "README.md"
SECTION = re.compile(r"^## The five tags\n(.*?)^## ", re.DOTALL | re.MULTILINE)
FIVE = ("ksense", "pitchtarget", "altcraft", "rokt", "sendgrid")


@pytest.mark.parametrize("dialect", FIVE)
def test_the_tag_of_a_dialect_is_what_the_command_prints(dialect: str) -> None:
    section = SECTION.search(README.read_text(encoding="utf-8"))
    assert section is not None
    shown = section[1].split(f"**{NAMES[dialect]}**", 1)[1].split("```html\n", 1)[1].split("\n```", 1)[0]
    assert shown == write_snippet(dialect, "https://c.example", "KEY", TagScript(VERSION, INTEGRITY))["tag"]
