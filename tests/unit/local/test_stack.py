"""When a build is needed, and with which parameters."""

from pathlib import Path

import pytest
from pixelweave_local import stack
from pixelweave_local.place import ROOT
from pixelweave_local.stack import Stack, digest, overrides
from pixelweave_local.template import read_template, write_template

SOURCES = ("template.yaml", "functions")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    (tmp_path / "functions" / "collect").mkdir(parents=True)
    (tmp_path / "functions" / "collect" / "app.py").write_text("one = 1\n")
    return tmp_path


def test_the_same_sources_have_the_same_digest_whatever_their_age(tree: Path) -> None:
    before = digest(tree, SOURCES)
    (tree / "template.yaml").touch()
    (tree / "functions" / "collect" / "__pycache__").mkdir()
    (tree / "functions" / "collect" / "__pycache__" / "app.pyc").write_bytes(b"x")
    (tree / "README.md").write_text("not a source\n")
    assert digest(tree, SOURCES) == before


@pytest.mark.parametrize("change", ["edit", "add", "rename", "remove"])
def test_any_change_of_a_source_changes_the_digest(tree: Path, change: str) -> None:
    before = digest(tree, SOURCES)
    app = tree / "functions" / "collect" / "app.py"
    match change:
        case "edit":
            app.write_text("one = 2\n")
        case "add":
            (app.parent / "more.py").write_text("")
        case "rename":
            app.rename(app.parent / "other.py")
        case _:
            app.unlink()
    assert digest(tree, SOURCES) != before


def test_another_architecture_is_another_build(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "architecture", lambda: "x86_64")
    before = digest(tree, SOURCES)
    monkeypatch.setattr(stack, "architecture", lambda: "arm64")
    assert digest(tree, SOURCES) != before


def test_everything_that_a_build_reads_is_a_source_that_exists() -> None:
    assert [source for source in stack.SOURCES if not (ROOT / source).exists()] == []


@pytest.mark.parametrize(
    ("machine", "expected"), [("aarch64", "arm64"), ("arm64", "arm64"), ("x86_64", "x86_64")]
)
def test_the_functions_are_built_for_this_machine(
    machine: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    parameters = overrides()
    assert parameters.count(f"Architecture={expected}") == 1
    assert sum(entry.startswith("Architecture=") for entry in parameters) == 1
    assert "Stage=local" in parameters


@pytest.mark.parametrize(
    "url", ["http://abc123.execute-api.localhost:4566", "https://abc123.execute-api.us-east-1.amazonaws.com"]
)
def test_the_api_is_the_first_label_of_the_collectors_host(url: str) -> None:
    assert Stack({"CollectorUrl": url}).api_id == "abc123"


def test_short_forms_of_a_template_are_read_as_the_long_ones(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("[!Ref A, !GetAtt B.Arn, !Sub '${C}', !If [D, !Ref E, x], !Condition F]")
    assert read_template(file) == [
        {"Ref": "A"},
        {"Fn::GetAtt": ["B", "Arn"]},
        {"Fn::Sub": "${C}"},
        {"Fn::If": ["D", {"Ref": "E"}, "x"]},
        {"Condition": "F"},
    ]
    long = {"Resources": {"A": {"Ref": "B"}}}
    write_template(file, long)
    assert read_template(file) == long
