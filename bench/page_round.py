"""Measuring in turn, and what the measurements of many rounds say of one tag."""

from __future__ import annotations

from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from bench.page_trace import PageCost

if TYPE_CHECKING:
    from collections.abc import Sequence


class Ratio(NamedTuple):
    """How many times another tag's: the median of the rounds, and the bounds of their middle half."""

    middle: float
    low: float
    high: float


def rotate[T](items: Sequence[T], number: int) -> list[T]:
    """Round `number`'s order: each item once, and over as many rounds as there are items each in every place once."""
    start = number % len(items)
    return [*items[start:], *items[:start]]


def take_medians(costs: Sequence[PageCost]) -> PageCost:
    """Each measure's median, by itself."""
    return PageCost(*(median(each) for each in zip(*costs, strict=True)))


def compare_evaluation(costs: Sequence[PageCost], base: Sequence[PageCost]) -> Ratio:
    """`costs` to `base`, both in the order of the rounds, of which there are two or more.

    Compared round by round: what slows the machine down for a while slows both sides of a quotient."""
    found = [one.evaluation / other.evaluation for one, other in zip(costs, base, strict=True)]
    low, middle, high = quantiles(found, n=4, method="inclusive")
    return Ratio(middle, low, high)
