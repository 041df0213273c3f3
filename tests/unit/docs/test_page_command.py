"""The commands that the dashboard tells of are commands of the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pixelweave_cli.main import app
from typer.main import get_command

PAGE = Path(__file__).parents[3] / "dashboard" / "page"
# A group or command, what is below it, and options, as they stand in a script's text.
SAID = re.compile(r"\bpixelweave ([a-z]+)(?: ([a-z]+))?((?: --[a-z-]+(?: [\w.]+)?)*)")
ROOT: Any = get_command(app)


def list_said() -> list[tuple[str, str, list[str]]]:
    found = [
        match
        for path in sorted(PAGE.rglob("*.js"))
        for match in SAID.finditer(path.read_text(encoding="utf-8"))
    ]
    return [(match[1], match[2], re.findall(r"--[a-z-]+", match[3])) for match in found]


def test_the_page_tells_only_of_commands_and_options_that_there_are() -> None:
    said = list_said()
    wrong = []
    for group, name, options in said:
        command = ROOT.commands.get(group)
        own = getattr(command, "commands", None)
        found = command if own is None else own.get(name)
        known = {"--help"}.union(*(parameter.opts for parameter in getattr(found, "params", [])))
        if found is None or not set(options) <= known:
            wrong.append((group, name, options))
    assert {group for group, _, _ in said} >= {"audiences", "funnels", "people", "publish"}
    assert wrong == []
