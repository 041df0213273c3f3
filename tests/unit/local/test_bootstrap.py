"""When an environment is installed again."""

from pathlib import Path

import bootstrap
import pytest
from bootstrap import Environment, digest, ensure, inputs, lives_in


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("a==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".python-version").write_text("3.13\n")
    return tmp_path


def environment(clone: Path, *, editable: bool = True) -> Environment:
    return Environment("venv", clone / ".venv", "requirements/dev.txt", "all", editable)


@pytest.mark.parametrize("file", ["requirements/dev.txt", "pyproject.toml", ".python-version"])
def test_a_change_of_what_an_environment_is_made_from_changes_its_digest(clone: Path, file: str) -> None:
    before = inputs(environment(clone), clone)
    assert inputs(environment(clone), clone) == before
    (clone / file).write_text("changed\n")
    assert inputs(environment(clone), clone) != before


def test_the_project_file_counts_only_where_the_project_is_installed(clone: Path) -> None:
    before = inputs(environment(clone, editable=False), clone)
    (clone / "pyproject.toml").write_text("changed\n")
    assert inputs(environment(clone, editable=False), clone) == before


def test_a_moved_clone_is_installed_anew(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    before = inputs(environment(clone), clone)
    moved = clone.rename(tmp_path_factory.mktemp("other") / "clone")
    assert inputs(environment(moved), moved) != before


def test_moving_a_border_between_parts_changes_a_digest() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_only_a_changed_stamp_makes_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "LOCAL", tmp_path)
    made: list[str] = []
    ensure("venv", "one", "all", lambda: made.append("one"))
    ensure("venv", "one", "all", lambda: made.append("again"))
    ensure("venv", "two", "all", lambda: made.append("two"))
    assert made == ["one", "two"]


def test_a_failed_step_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "LOCAL", tmp_path)

    def fail() -> None:
        raise bootstrap.BootstrapError("no network")

    with pytest.raises(bootstrap.BootstrapError):
        ensure("venv", "one", "all", fail)
    made: list[str] = []
    ensure("venv", "one", "all", lambda: made.append("one"))
    assert made == ["one"]


def test_a_copied_environment_does_not_live_where_it_lies(tmp_path: Path) -> None:
    activate = tmp_path / "bin" / "activate"
    activate.parent.mkdir()
    assert not lives_in(tmp_path)
    activate.write_text(f"VIRTUAL_ENV='{tmp_path}'\n")
    assert lives_in(tmp_path)
    activate.write_text("VIRTUAL_ENV='/somewhere/else'\n")
    assert not lives_in(tmp_path)
