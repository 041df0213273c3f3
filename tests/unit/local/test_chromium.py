"""Which browser the tests drive, and what they say where there is none."""

import os
from pathlib import Path

import pytest
from pixelweave_local.chromium import ChromiumMissingError, find_chromium, lead_hosts, list_arguments


def install(folder: Path, name: str) -> str:
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return str(program)


def test_the_named_browser_wins_over_those_on_the_path(tmp_path: Path) -> None:
    chrome, chromium = install(tmp_path, "google-chrome"), install(tmp_path, "chromium")
    path = {"PATH": str(tmp_path)}
    assert find_chromium(path) == chromium
    assert find_chromium(path | {"PIXELWEAVE_CHROMIUM": ""}) == chromium
    assert find_chromium(path | {"PIXELWEAVE_CHROMIUM": chrome}) == chrome


def test_without_a_browser_the_error_is_the_command_that_installs_one(tmp_path: Path) -> None:
    for environ in ({"PATH": str(tmp_path)}, {"PIXELWEAVE_CHROMIUM": str(tmp_path / "gone")}):
        with pytest.raises(ChromiumMissingError, match="apt-get install chromium"):
            find_chromium(environ)


@pytest.mark.parametrize(("user", "there"), [(0, True), (1000, False)])
def test_the_sandbox_is_left_off_for_root_alone(
    monkeypatch: pytest.MonkeyPatch, user: int, there: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert ("--no-sandbox" in list_arguments()) is there


def test_every_host_is_this_machine_at_the_port() -> None:
    assert list_arguments(*lead_hosts(8080, "digest"))[-2:] == [
        "--host-resolver-rules=MAP * 127.0.0.1:8080",
        "--ignore-certificate-errors-spki-list=digest",
    ]
