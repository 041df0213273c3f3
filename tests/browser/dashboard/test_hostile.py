"""Whatever a stranger wrote into an event stands on the page as text: it runs nothing, hides nothing, breaks nothing."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.browser.dashboard.documents import BUSY, COLUMNS, describe_pixel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.dashboard.screen import Screen

DAY = "2025-06-30"
PAGES = ("overview", "goals", "funnels", "people", "content", "technology", "geography", "quality")
OVERRIDE, ISOLATE, MARK = "\u202e", "\u2066", "\u200f"
HOSTILE = {
    "script": "<script>window.broken = true</script>",
    "handler": "\"><img src=x onerror='window.broken=true'><svg/onload=window.broken=true>",
    "entity": "&lt;b&gt;&#x3c;script&#x3e;",
    "address": "javascript:window.broken=true",
    "template": "${window.broken=true}{{window.broken=true}}",
    "override": f"invoice{OVERRIDE}gpj.exe{ISOLATE}{MARK}",
    "arabic": "متجر الأحذية",
    "controls": "line\nbreak\ttab\x00nul\x1b[31m\u2028\ufeff",
    "formula": '=HYPERLINK("https://evil.example","click")',
    "prototype": "__proto__",
    "constructor": "constructor",
    "method": "toString",
    "number": "NaN",
    "selector": "a\"]'\\ b.c",
    "surrogate": "lone \ud800 half",
    "emoji": "👩‍👩‍👧 family",
    "empty": "",
    "null": None,
    "megabyte": "M" * 1_000_000,
}


def fill(text: str | None) -> dict[str, list[list[Any]]]:
    """Rows whose every text is `text`."""
    return {
        "activity": [[0, 1, 1]],
        "reach": [[text, None, 1], ["visitor", None, 2]],
        "sessions": [[text] * 7 + [True, 3, 1, 4, 5]],
        "goals": [[text] * 9 + [7, 2, "3.5000"]],
        "funnels": [[text, 1, text, 9]],
        "content": [[text] * 3 + [11, 1, 1]],
        "interests": [[text] * 2 + [5, 1]],
        "technology": [[text] * 5 + [13, 1]],
        "geography": [[text] * 4 + [17, 1]],
        "quality": [[text] * 4 + [19, 0, 0], ["native", "accepted", text, text, 2, 0, 0]],
        "identity": [[text, text, 1], ["refusal", text, 3], ["identifier", text, 4]],
    }


def publish(screen: Screen, *texts: str | None) -> None:
    """A pixel for each text, which is every text of its rows and of what the index says of it."""
    screen.site.documents.clear()
    pixels = []
    for number, text in enumerate(texts):
        # One id that would lead elsewhere, if it could.
        pixel_id = BUSY if number == 0 else f"../px?{number}#&"
        pixels.append(describe_hostile(pixel_id, text))
        for part, rows in fill(text).items():
            document = {"version": 1, "part": part, "columns": COLUMNS[part], "days": {DAY: rows}}
            screen.site.documents[f"data/{pixel_id}/{part}/2025-06.json"] = json.dumps(document).encode()
    told = {
        "computed_at": texts[0],
        "through": "2025-07-01",
        "bytes_scanned": texts[0],
        "error": {"reason": texts[0], "since": texts[0]},
    }
    index = {
        "version": 1, "published_at": texts[0], "first_day": "2024-06-01", "last_day": "2025-07-01", "pixels": pixels,
        "parts": dict.fromkeys(COLUMNS, told),
    }  # fmt: skip
    screen.site.documents["data/index.json"] = json.dumps(index).encode()


def describe_hostile(pixel_id: str, text: str | None) -> dict[str, Any]:
    pixel = describe_pixel(pixel_id, text or "")
    pixel["goals"] = [text]
    pixel["funnels"] = [{"name": text, "by": text, "within_ms": text, "steps": [text, text]}]
    return pixel


@pytest.mark.parametrize("page", PAGES)
def test_hostile_names_are_inert_on_every_page(screen: Screen, page: str) -> None:
    publish(screen, *HOSTILE.values())
    screen.go(page, range="yesterday", by="channel,campaign,landing")
    for table in screen.page.locator("main table").all():
        closed = table.locator('.toggle[aria-expanded="false"]')
        for _ in range(min(12, closed.count())):
            closed.first.click()
    assert screen.page.evaluate("window.broken") is None
    assert (
        screen.page.locator("main script, main img, main iframe, [onerror], [onload], [style]").count() == 0
    )
    text = screen.text()
    assert len(text) < 40_000
    assert not {OVERRIDE, ISOLATE, MARK, "\x00", "\x1b"} & set(text)
    assert "cannot be shown" not in text
    assert {path.split("/")[0] for path in screen.site.asked} <= {"index.html", "app", "data"}


@pytest.mark.parametrize("name", [name for name, text in HOSTILE.items() if text is not None])
def test_a_hostile_name_in_the_index_is_inert(screen: Screen, name: str) -> None:
    publish(screen, HOSTILE[name])
    text = screen.go("funnels", range="yesterday").text()
    assert screen.page.evaluate("window.broken") is None
    assert "could not be computed" in text
    assert "cannot be shown" not in text
    assert len(text) < 5_000


@pytest.mark.parametrize("name", ["script", "handler", "arabic", "number", "prototype", "method"])
def test_a_name_stands_as_it_was_written(screen: Screen, name: str) -> None:
    text = HOSTILE[name]
    assert text is not None
    publish(screen, text)
    screen.go("technology", range="yesterday")
    assert screen.page.locator("#browsers-table tbody bdi").all_text_contents() == [text]


def test_what_would_turn_the_text_around_is_shown_as_a_mark(screen: Screen) -> None:
    publish(screen, HOSTILE["override"])
    screen.go("technology", range="yesterday")
    assert screen.page.locator("#browsers-table tbody bdi").all_text_contents() == [
        "invoice\ufffdgpj.exe\ufffd\ufffd"
    ]


def test_a_megabyte_is_clipped_on_the_page_and_whole_in_the_csv(screen: Screen) -> None:
    publish(screen, HOSTILE["megabyte"])
    screen.go("technology", range="yesterday")
    (shown,) = screen.page.locator("#browsers-table tbody bdi").all_text_contents()
    assert shown == "M" * 160 + "…"
    csv.field_size_limit(2_000_000)
    (_, row) = csv.reader(io.StringIO(screen.save("Browsers")))
    assert row[0] == HOSTILE["megabyte"]


def test_a_funnel_with_a_hostile_name_gives_a_definition_that_says_that_name(screen: Screen) -> None:
    for text in (
        HOSTILE["selector"],
        HOSTILE["controls"],
        HOSTILE["emoji"],
        "a: b # c",
        "- x",
        "\u0085\u007f\ufffe",
    ):
        publish(screen, text)
        screen.go("funnels", range="yesterday")
        (condition,) = yaml.safe_load(screen.page.locator("#audience code").first.text_content() or "")["all"]
        assert condition["funnel"] == text


def test_rows_of_the_wrong_form_are_left_out_and_told(screen: Screen) -> None:
    publish(screen, "x")
    good = ["Chrome", "126", "Windows", "10", "desktop", 5, 50]
    bad: list[Any] = [
        None, 7, [], "row", {"0": 1}, good[:5], [1, *good[1:]], [*good[:5], "5", 50], [*good[:5], -1, 50], [*good[:5], 1.5, 50],
        [*good[:5], None, 50], [*good[:5], "NaN", 50], [*good[:5], 2**60, 50], [{}, *good[1:]],
    ]  # fmt: skip
    document = {
        "version": 1,
        "part": "technology",
        "columns": COLUMNS["technology"],
        "days": {DAY: [*bad, good], "2025-06-31": [good], "2025-06-29": None},
    }
    screen.site.documents[f"data/{BUSY}/technology/2025-06.json"] = json.dumps(document).encode()
    screen.go("technology", range="2025-06-29..2025-07-01")
    assert [(row["Browser / Version"], row["Sessions"]) for row in screen.rows("browsers-table")] == [
        ("Chrome", "5")
    ]
    assert f"{len(bad) + 1} rows cannot be read and are left out." in screen.text()


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "1e5", "", " 1", "1,5", "0x10", "1.23456", "--1", 5, True, [], {}]
)
def test_money_that_is_no_decimal_is_never_added(screen: Screen, value: Any) -> None:
    publish(screen, "x")
    row = ["Purchase", "built-in", "EUR", None, None, None, None, None, None, 1, 1]
    document = {
        "version": 1,
        "part": "goals",
        "columns": COLUMNS["goals"],
        "days": {DAY: [[*row, value], [*row, "0.1000"], [*row, "0.2000"]]},
    }
    screen.site.documents[f"data/{BUSY}/goals/2025-06.json"] = json.dumps(document).encode()
    screen.go(range="yesterday")
    assert screen.cards("#numbers")["Value, EUR"] == "0.30"
    assert "1 row cannot be read and is left out." in screen.text()


def test_columns_may_come_in_another_order_and_with_others(look: Callable[..., Screen]) -> None:
    screen = look()
    publish(screen, "x")
    document = {
        "version": 1,
        "part": "activity",
        "columns": ["page_views", "colour", "events", "hour"],
        "days": {DAY: [[5, "red", 9, 23]]},
    }
    screen.site.documents[f"data/{BUSY}/activity/2025-06.json"] = json.dumps(document).encode()
    cards = screen.go(range="yesterday").cards("#numbers")
    assert (cards["Page views"], cards["Events"]) == ("5", "9")
