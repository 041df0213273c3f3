"""Funnels: steps, what is lost between them, and the audience of those who dropped off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from pixelweave.audience_condition import FunnelCondition
from pixelweave.audience_form import read_audience
from pixelweave_cli.yaml_file import parse_yaml

from tests.browser.dashboard.documents import BUSY, SMALL, describe_pixel, make_history
from tests.browser.dashboard.draw import STEPS
from tests.browser.dashboard.oracle import JUNE, MAY, list_days, write_change, write_count, write_share

if TYPE_CHECKING:
    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.oracle import Days
    from tests.browser.dashboard.screen import Screen


def count_entries(history: History, step: int, days: Days) -> int:
    return sum(row["entries"] for _, row in history.list_rows("funnels", *days, BUSY) if row["step"] == step)


def test_each_step_has_its_entries_and_what_was_lost_before_it(screen: Screen, history: History) -> None:
    rows = screen.go("funnels", pixel=BUSY).rows("steps-table")
    entries = [count_entries(history, step, JUNE) for step in (1, 2, 3)]
    before = [count_entries(history, step, MAY) for step in (1, 2, 3)]
    for place, row in enumerate(rows):
        assert row == {
            "Step": str(place + 1),
            "Goal": STEPS[place],
            "Entries": write_count(entries[place]),
            "Of the step before": write_share(entries[place], entries[place - 1]) if place else "–",
            "Of the first step": write_share(entries[place], entries[0]),
            "Dropped off": write_count(entries[place - 1] - entries[place]) if place else "–",
            "Before": write_count(before[place]),
            "Change": write_change(entries[place], before[place]),
        }
    drops = screen.page.locator(".drop").all_inner_texts()
    assert [text.partition(" ")[0] for text in drops] == [
        write_count(entries[0] - entries[1]),
        write_count(entries[1] - entries[2]),
    ]


@pytest.mark.parametrize(
    ("measure", "label", "step"), [("begun", "Entries", 1), ("completed", "Completions", 3)]
)
def test_entries_and_completions_by_day(
    screen: Screen, history: History, measure: str, label: str, step: int
) -> None:
    rows = screen.go("funnels", pixel=BUSY, metric=measure).series("funnel-chart")
    assert [row[label] for row in rows] == [
        write_count(count_entries(history, step, (day, day))) for day in list_days(JUNE)
    ]


@pytest.mark.parametrize(
    ("by", "who"),
    [("session", "A session reaches"), ("person", "A person, over all their sessions, reaches")],
)
def test_the_page_says_who_goes_through_the_funnel(screen: Screen, by: str, who: str) -> None:
    pixel = describe_pixel(BUSY, "Busy shop")
    pixel["funnels"][0]["by"] = by
    changed = make_history(visitors=1)
    changed.pixels[:] = [pixel]
    screen.site.documents["data/index.json"] = changed.write()["data/index.json"]
    text = screen.go("funnels").text()
    assert f"{who} these goals in this order, the last within 7 days of the first." in text


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        # The small one's first day is the 26th; the first of its funnels has no rows at all.
        ({"range": "2025-06-01..2025-06-25"}, f"{BUSY}/Checkout"),
        ({"range": "2025-06-01..2025-06-26"}, f"{SMALL}/Checkout"),
        ({"range": "2023-06-01..2023-06-25"}, f"{SMALL}/Nobody"),
        ({"range": "2025-06-01..2025-06-25", "pixel": SMALL}, f"{SMALL}/Nobody"),
        ({"range": "2025-06-01..2025-06-25", "funnel": f"{SMALL}/Checkout"}, f"{SMALL}/Checkout"),
    ],
)
def test_the_first_funnel_with_entries_is_shown_unless_the_address_names_one(
    screen: Screen, history: History, shown: dict[str, str], key: str
) -> None:
    index = history.index()
    busy, small = (describe_pixel(pixel["pixel_id"], pixel["name"]) for pixel in index["pixels"])
    nobody = {"name": "Nobody", "by": "person", "within_ms": 60_000, "steps": list(STEPS)}
    small |= {"name": "A small site", "first_day": "2025-06-26", "funnels": [nobody, *small["funnels"]]}
    screen.site.documents["data/index.json"] = json.dumps(index | {"pixels": [busy, small]}).encode()
    screen.go("funnels", **shown)
    assert screen.page.locator("#which-funnel").input_value() == key
    assert screen.page.locator("#funnel-title").inner_text() == key.partition("/")[2]
    assert ("A person, over all" in screen.text()) is key.endswith("Nobody")


def test_those_who_dropped_off_are_an_audience_to_copy(screen: Screen) -> None:
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.go("funnels", pixel=BUSY).page.locator("#audience summary").click()
    screen.page.get_by_role("button", name="Copy audience.yaml").click()
    screen.page.get_by_text("Copied").wait_for()
    copied = yaml.safe_load(screen.page.evaluate("navigator.clipboard.readText()"))
    assert copied == {
        "audience": "Checkout: Checkout, not Purchase",
        "workspace": "acme",
        "within": "30d",
        "all": [{"funnel": "Checkout", "reached": 2, "not_reached": 3}],
    }
    assert "pixelweave audiences create --file audience.yaml" in screen.text()
    assert "30 days before it is looked at, and only who granted consent" in screen.text()


@pytest.mark.parametrize(
    ("reached", "missed", "condition"),
    [
        ("1", "2", {"reached": 1, "not_reached": 2}),
        ("1", "3", {"reached": 1, "not_reached": 3}),
        ("2", "none", {"reached": 2}),
        ("3", "", {"reached": 3}),
        ("9", "1", {"reached": 2, "not_reached": 3}),
    ],
)
def test_the_steps_of_the_audience_are_chosen(
    screen: Screen, reached: str, missed: str, condition: dict[str, int]
) -> None:
    screen.go("funnels", pixel=BUSY, reached=reached, missed=missed)
    text = screen.page.locator("#audience code").first.inner_text()
    assert yaml.safe_load(text)["all"] == [{"funnel": "Checkout", **condition}]


def test_choosing_a_step_keeps_the_panel_open(screen: Screen) -> None:
    screen.go("funnels", pixel=BUSY).page.locator("#audience summary").click()
    screen.page.select_option("#reached", "1")
    screen.ready()
    assert "reached: 1" in screen.page.locator("#audience code").first.inner_text()
    assert screen.page.locator("#audience code").first.is_visible()


def test_without_a_funnel_the_page_says_how_to_define_one(screen: Screen) -> None:
    changed = make_history(visitors=1)
    for pixel in changed.pixels:
        pixel["funnels"] = []
    screen.site.documents["data/index.json"] = changed.write()["data/index.json"]
    assert "pixelweave funnels add" in screen.go("funnels").text()


@pytest.mark.parametrize("name", ["Checkout", "Оформление заказа", 'a: "b" # c', "N" * 128, "Ünï – 字"])
@pytest.mark.parametrize("missed", ["3", "none"])
def test_the_definition_is_one_that_the_command_takes(screen: Screen, name: str, missed: str) -> None:
    pixel = describe_pixel(BUSY, "Busy shop")
    pixel["funnels"][0] |= {"name": name, "steps": [name, "Checkout", name]}
    changed = make_history(visitors=1)
    changed.pixels[:] = [pixel]
    screen.site.documents["data/index.json"] = changed.write()["data/index.json"]
    screen.go("funnels", range="yesterday", reached="2", missed=missed)
    spec = read_audience(parse_yaml(screen.page.locator("#audience code").first.text_content() or ""))
    (condition,) = spec.all
    assert isinstance(condition, FunnelCondition)
    assert (condition.funnel, condition.reached, condition.not_reached) == (
        name,
        2,
        None if missed == "none" else 3,
    )
    assert (spec.workspace, len(spec.name) <= 100) == ("acme", True)


def test_rows_of_another_definition_are_not_this_funnels(screen: Screen, history: History) -> None:
    day = JUNE[1]
    rows = [
        ["Checkout", step, goal, 10**6] for step, goal in enumerate(("Lead", "Purchase", "Refund"), start=1)
    ]
    found = {day.isoformat(): [*history.rows[BUSY, "funnels", day], *rows]}
    screen.site.put_month(BUSY, "funnels", "2025-06", found)
    shown = screen.go("funnels", pixel=BUSY, range=f"{day}..{day}").rows("steps-table")
    assert [row["Entries"] for row in shown] == [
        write_count(count_entries(history, step, (day, day))) for step in (1, 2, 3)
    ]
