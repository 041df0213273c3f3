"""How bench/page.py takes its turns, and what it says of them."""

from __future__ import annotations

from bench.page_round import Ratio, compare_evaluation, rotate, take_medians
from bench.page_trace import PageCost


def evaluate(*milliseconds: float) -> list[PageCost]:
    return [PageCost(each, 0, 0, 0) for each in milliseconds]


def test_each_round_has_each_tag_once_and_begins_one_further() -> None:
    assert [rotate("abc", number) for number in range(4)] == [
        list("abc"),
        list("bca"),
        list("cab"),
        list("abc"),
    ]


def test_each_measure_has_its_own_median() -> None:
    costs = [PageCost(1, 30, 500, 0), PageCost(2, 10, 600, 7), PageCost(9, 20, 400, 8)]
    assert take_medians(costs) == PageCost(2, 20, 500, 7)


def test_a_ratio_is_of_one_round_so_that_a_slow_while_changes_nothing() -> None:
    assert compare_evaluation(evaluate(3, 30, 6), evaluate(2, 20, 4)) == Ratio(1.5, 1.5, 1.5)


def test_a_ratio_says_where_the_middle_half_of_the_rounds_lies() -> None:
    assert compare_evaluation(evaluate(1, 9, 2, 5, 3), evaluate(1, 1, 1, 1, 1)) == Ratio(3, 2, 5)
