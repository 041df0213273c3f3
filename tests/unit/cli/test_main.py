"""The root of the command line: which stack, and what stands around the commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pixelweave_cli.main import app
from typer.testing import CliRunner

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = {
    "stack_name": "pixelweave-local",
    "region": "eu-central-1",
    "aws_endpoint": "http://127.0.0.1:1",
    "collector_url": "http://collector.localhost:1",
    "pixels": {},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PIXELWEAVE_STACK", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, **environment: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), env=environment)
    return result.exit_code, result.output


def test_the_version_is_printed() -> None:
    code, output = run("--version")
    assert code == 0
    assert output.startswith("pixelweave ")


@pytest.mark.parametrize(
    "words", [("--help",), ("pixels", "--help"), ("events", "-h"), ("events", "replay", "-h")]
)
def test_help_needs_no_stack(folder: Path, words: tuple[str, ...]) -> None:
    code, output = run(*words)
    assert code == 0
    assert "Usage: " in output


def test_without_a_stack_the_ways_to_name_one_are_told(folder: Path) -> None:
    code, output = run("pixels", "list")
    assert code == 2
    assert "--stack or PIXELWEAVE_STACK" in output
    assert json.loads(run("pixels", "list", "--json")[1])["error"]["code"] == 2


def test_the_local_stack_of_a_parent_folder_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".local").mkdir()
    (folder / ".local" / "stack.json").write_text(json.dumps(LOCAL))
    (folder / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(folder / "deep" / "down")
    # Port 1 answers nobody: that it was asked shows where the command would have gone.
    monkeypatch.setattr("pixelweave_cli.connection._CONFIG", None)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    code, output = run("pixels", "list")
    assert code == 1
    assert "http://127.0.0.1:1" in output
    assert "make up" in output


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stack_name": 1}', "{"])
def test_a_broken_local_file_is_told(folder: Path, text: str) -> None:
    (folder / ".local").mkdir()
    (folder / ".local" / "stack.json").write_text(text)
    code, output = run("pixels", "list")
    assert code == 1
    assert "run `make up` again" in output


@pytest.mark.parametrize(
    "words", [("nope",), ("pixels", "nope"), ("pixels", "create"), ("events", "list", "--limit", "many")]
)
def test_a_wrong_command_line_is_exit_code_2(folder: Path, words: tuple[str, ...]) -> None:
    code, output = run(*words)
    assert code == 2
    assert "Traceback" not in output


def test_a_named_stack_goes_before_the_local_one(folder: Path) -> None:
    (folder / ".local").mkdir()
    (folder / ".local" / "stack.json").write_text(json.dumps(LOCAL))
    code, output = run("pixels", "list", PIXELWEAVE_STACK="prod")
    assert code == 2
    assert "no AWS region" in output


def test_an_unknown_profile_is_told(folder: Path) -> None:
    code, output = run("--stack", "prod", "--profile", "nobody", "pixels", "list")
    assert code == 2
    assert "nobody" in output
