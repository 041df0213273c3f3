"""docs/cli.md names every command and option, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pixelweave_cli.main import app
from typer.main import get_command

PAGE = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
ROOT: Any = get_command(app)
EVERYWHERE = {"--help", "--version", "--install-completion", "--show-completion"}


def list_options(command: Any) -> set[str]:
    """Return the long options of a command and of all below it."""
    own = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    return own.union(*(list_options(child) for child in getattr(command, "commands", {}).values()))


def test_every_command_is_on_the_page() -> None:
    for group, command in ROOT.commands.items():
        for name in getattr(command, "commands", [""]):
            assert f"pixelweave {group} {name}".strip() in PAGE


def test_every_option_is_on_the_page() -> None:
    assert [option for option in sorted(list_options(ROOT) - EVERYWHERE) if option not in PAGE] == []


def test_every_option_on_the_page_exists() -> None:
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= list_options(ROOT)
