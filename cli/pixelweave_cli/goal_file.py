"""Files of goals: YAML to definitions and back (docs/cli.md, «A file of goals»).

Every scalar is read as the text that it is written as, so that a goal named `on` keeps its name and an amount its digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.goal_form import GoalFormError, read_funnel, read_goal, write_funnel, write_goal

from pixelweave_cli.yaml_file import dump_yaml, load_yaml_file, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pixelweave.funnel import FunnelSpec
    from pixelweave.goal import GoalSpec

_PARTS = ("goals", "funnels")


@dataclass(frozen=True, slots=True)
class PixelPart:
    """What a file says of one pixel, by its id or key; None: nothing about goals, or about funnels."""

    pixel: str
    goals: tuple[GoalSpec, ...] | None
    funnels: tuple[FunnelSpec, ...] | None


def load_file(path: Path) -> list[PixelPart]:
    """Return what a file says. Raises InputError with the place of what it should not say."""
    return load_yaml_file(path, read_text, GoalFormError)


def read_text(text: str) -> list[PixelPart]:
    """Return what YAML says. Raises GoalFormError, yaml.YAMLError."""
    document = parse_yaml(text)
    if not isinstance(document, dict):
        raise GoalFormError("expected pixel, goals and funnels, or pixels")
    if "pixels" in document:
        _refuse_unknown(document, ("pixels",), "the file")
        if not isinstance(document["pixels"], dict):
            raise GoalFormError("pixels: expected a map from ids or keys to goals and funnels")
        return [_read_part(pixel, part, f"pixel {pixel}, ") for pixel, part in document["pixels"].items()]
    _refuse_unknown(document, ("pixel", *_PARTS), "the file")
    if not isinstance(pixel := document.get("pixel"), str) or not pixel:
        raise GoalFormError("pixel: expected the id or key of a pixel")
    return [_read_part(pixel, {name: document[name] for name in _PARTS if name in document}, "")]


def write_text(pixel: str, goals: Sequence[GoalSpec], funnels: Sequence[FunnelSpec]) -> str:
    """Return the YAML that `read_text` reads as this."""
    document: dict[str, object] = {"pixel": pixel, "goals": [write_goal(spec) for spec in goals]}
    if funnels:
        document["funnels"] = [write_funnel(spec) for spec in funnels]
    return dump_yaml(document)


def _read_part(pixel: str, part: object, place: str) -> PixelPart:
    if not isinstance(part, dict):
        raise GoalFormError(f"{place}expected goals and funnels")
    _refuse_unknown(part, _PARTS, f"{place or 'the file'}".rstrip(", "))
    return PixelPart(
        pixel,
        goals=_read_list(part, "goals", f"{place}goal", read_goal),
        funnels=_read_list(part, "funnels", f"{place}funnel", read_funnel),
    )


def _read_list[T: (GoalSpec, FunnelSpec)](
    part: Mapping[str, object], key: str, place: str, read: Callable[[object, str], T]
) -> tuple[T, ...] | None:
    if key not in part:
        return None
    forms = part[key] or []
    if not isinstance(forms, list):
        raise GoalFormError(f"{place}s: expected a list")
    places = list(_name_places(forms, place))
    found = [read(form, where) for form, where in zip(forms, places, strict=True)]
    names: set[str] = set()
    for spec, where in zip(found, places, strict=True):
        if spec.name in names:
            raise GoalFormError(f"{where}: the name comes twice")
        names.add(spec.name)
    return tuple(found)


def _name_places(forms: Sequence[object], place: str) -> Iterator[str]:
    for number, form in enumerate(forms, start=1):
        name = form.get("name") if isinstance(form, dict) else None
        yield f"{place} {number} ({name})" if isinstance(name, str) else f"{place} {number}"


def _refuse_unknown(values: Mapping[str, object], known: Sequence[str], place: str) -> None:
    if unknown := [key for key in values if key not in known]:
        raise GoalFormError(f"{place}: {', '.join(map(str, unknown))} is not one of {', '.join(known)}")
