"""`goal`: by name, several at once, after a time and at a depth of scrolling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.visit import Visit

SCROLL = (
    "depth => new Promise(done => { addEventListener('scroll', done, { once: true }); scrollTo(0, depth) })"
)


def test_a_goal_has_a_name_a_value_and_a_unit(visit: Visit) -> None:
    visit.open("quiet").call("goal", "Basket", 5.5, {"unit": "EUR"})
    visit.call("goal", "Visited, twice")
    basket, visited = visit.sent(2)
    assert basket.row["type"] == visited.row["type"] == "goal"
    assert basket.row["goals"] == [{"name": "Basket", "value": "5.50", "unit": "EUR"}]
    assert [goal["name"] for goal in visited.row["goals"]] == ["Visited, twice"]


def test_several_goals_of_one_call_are_one_hit(visit: Visit) -> None:
    goals = [{"name": "A", "value": 1}, {"name": "B", "value": -2.5, "unit": "EUR"}]
    visit.open("quiet").call("goal", goals)
    (hit,) = visit.sent(1)
    assert [(goal["name"], goal["value"]) for goal in hit.row["goals"]] == [("A", "1.00"), ("B", "-2.50")]


def test_a_goal_after_a_time_is_reached_then_and_not_before(visit: Visit) -> None:
    visit.freeze()
    visit.open("quiet").call("goal", "Patient", 1, {"after": 30})
    visit.pass_time(29.9)
    visit.sent(0)
    visit.pass_time(0.2)
    (hit,) = visit.sent(1)
    assert hit.row["goals"][0]["name"] == "Patient"
    visit.pass_time(300)
    visit.sent(1)


def test_a_goal_after_a_time_is_not_reached_by_who_leaves(visit: Visit) -> None:
    visit.freeze()
    visit.open("quiet").call("goal", "Patient", 1, {"after": 30})
    visit.open("plain")
    visit.pass_time(60)
    visit.sent(0)


WAIT_FOR_A_GOAL = """
window.pixelweave = window.pixelweave || function () { (pixelweave.q = pixelweave.q || []).push(arguments) };
pixelweave('goal', 'Patient', 1, { after: 30 });
"""


def test_a_goal_is_not_reached_on_another_page_of_the_application(visit: Visit) -> None:
    visit.freeze()
    visit.page.add_init_script(WAIT_FOR_A_GOAL)
    visit.open("native")
    visit.page.evaluate("history.pushState({}, '', '/native/next')")
    visit.call("goal", "Of the next page", 1, {"after": 20})
    visit.pass_time(60)
    goals = [each.row["goals"][0]["name"] for each in visit.sent(3) if each.row["type"] == "goal"]
    assert goals == ["Of the next page"]


def test_a_goal_is_reached_though_the_pages_url_was_corrected(visit: Visit) -> None:
    visit.freeze()
    visit.page.add_init_script(WAIT_FOR_A_GOAL)
    visit.open("native?utm_source=mail")
    visit.page.evaluate("history.replaceState({}, '', '/native')")
    visit.pass_time(31)
    view, goal = visit.sent(2)
    assert (view.row["type"], goal.row["type"]) == ("page_view", "goal")


def test_a_goal_at_a_depth_is_reached_once_there(visit: Visit) -> None:
    visit.open("tall").call("goal", "Reader", 2, {"scroll": 50})
    visit.page.evaluate(SCROLL, 1000)
    visit.sent(0)
    visit.page.evaluate(SCROLL, 6000)
    (hit,) = visit.sent(1)
    assert hit.row["goals"][0]["name"] == "Reader"
    for depth in (0, 9000):
        visit.page.evaluate(SCROLL, depth)
    visit.sent(1)


@pytest.mark.parametrize("depth", [50, 100])
def test_a_page_that_needs_no_scrolling_reaches_its_depth_at_once(visit: Visit, depth: int) -> None:
    visit.open("quiet").call("goal", "Reader", 1, {"scroll": depth})
    visit.sent(1)


def test_both_triggers_of_one_goal_reach_it_once(visit: Visit) -> None:
    visit.freeze()
    visit.open("tall").call("goal", "Reader", 1, {"scroll": 50, "after": 30})
    visit.pass_time(31)
    visit.page.evaluate(SCROLL, 6000)
    assert len(visit.sent()) <= 1
