"""The self-test of the wrapped release."""

import importlib
import importlib.metadata
import sys
from types import ModuleType

import pytest
from pixelweave_local import shape
from pixelweave_local.place import ROOT


class Worker:
    """Stands in for ministack's class of the same name."""

    def drain(self, wait: float = 1.0) -> float:
        return wait


@pytest.fixture(autouse=True)
def _release(monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up release that looks as expected."""
    part = ModuleType("ministack.part")
    vars(part).update(deliver=lambda stream, records: (stream, records), Worker=Worker, _tables={})
    monkeypatch.setitem(sys.modules, "ministack", ModuleType("ministack"))
    monkeypatch.setitem(sys.modules, "ministack.part", part)
    functions = {"deliver": ("stream", "records"), "Worker.drain": ("self", "wait")}
    monkeypatch.setattr(shape, "EXPECTED", {"part": functions})
    monkeypatch.setattr(shape, "EXPECTED_DATA", {"part": ("_tables",)})
    monkeypatch.setattr(importlib.metadata, "version", lambda name: shape.VERSION)
    monkeypatch.setattr(Worker, "drain", Worker.drain)


def test_the_expected_release_passes() -> None:
    shape.check()


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "9.9.9")
    with pytest.raises(shape.ShapeError, match=r"ministack is 9\.9\.9"):
        shape.check()


def test_every_difference_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = {"deliver": ("stream",), "gone": (), "Worker.drain": ("self",)}
    monkeypatch.setattr(shape, "EXPECTED", {"part": functions, "missing": {"any": ()}})
    monkeypatch.setattr(shape, "EXPECTED_DATA", {"part": ("_other",)})
    found = shape.differences()
    assert len(found) == 5
    assert found[0] == "part.deliver takes ('stream', 'records'), expected ('stream',)"


def test_a_replacement_takes_effect_and_gives_the_original_back() -> None:
    original = shape.replace("part", "Worker.drain", lambda self, wait=2.0: wait)
    assert Worker().drain() == 2.0
    assert original(Worker()) == 1.0


def test_only_listed_members_can_be_had() -> None:
    with pytest.raises(KeyError):
        shape.member("part", "Worker")


def test_the_expected_version_is_the_one_that_is_installed_by_hash() -> None:
    wanted = (ROOT / "requirements" / "local.txt").read_text(encoding="utf-8")
    assert f"ministack=={shape.VERSION} " in wanted
