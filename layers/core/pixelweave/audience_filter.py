"""The filters of an audience in their order (docs/audiences.md, «How it is evaluated»), each with the words that its count is told by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.audience_form import tell_condition
from pixelweave.span import write_span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave.audience import AudienceSpec
    from pixelweave.audience_condition import Condition

WHO, HOLDS, ANY, LACKS, CONSENT = "who", "holds", "any", "lacks", "consent"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: who, consent, that one condition holds or does not, or that any of them holds. `conditions` are numbers, from 0, in
    `AudienceSpec.conditions`."""

    kind: str
    conditions: tuple[int, ...] = ()


def list_filters(spec: AudienceSpec) -> list[Filter]:
    """The filters that somebody passes one after the other; who passes all is a member."""
    return list(_list_filters(spec))


def list_steps(spec: AudienceSpec) -> list[str]:
    """What the counts are of, in words: everybody who was seen, then what is left after each of `list_filters`."""
    conditions = spec.conditions
    steps = [f"seen within {write_span(spec.look_back)}"]
    return steps + [_tell(spec, each, conditions) for each in list_filters(spec)]


def _list_filters(spec: AudienceSpec) -> Iterator[Filter]:
    yield Filter(WHO)
    some, other = len(spec.all), len(spec.all) + len(spec.any)
    for number in range(some):
        yield Filter(HOLDS, (number,))
    if spec.any:
        yield Filter(ANY, tuple(range(some, other)))
    for number in range(other, len(spec.conditions)):
        yield Filter(LACKS, (number,))
    yield Filter(CONSENT)


def _tell(spec: AudienceSpec, each: Filter, conditions: tuple[Condition, ...]) -> str:
    told = [tell_condition(conditions[number]) for number in each.conditions]
    match each.kind:
        case "who":
            return f"who: {spec.who}"
        case "holds":
            return told[0]
        case "any":
            return "any: " + " | ".join(told)
        case "lacks":
            return f"not {told[0]}"
        case _:
            return f"consent: {spec.consent}"
