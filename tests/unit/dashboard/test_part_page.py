"""docs/dashboard.md says what the parts are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pixelweave.dashboard_day import MAX_DAYS
from pixelweave.dashboard_part import FIRST, LATE, PARTS, REPEAT_DAYS, Part

PAGE = (Path(__file__).parents[3] / "docs" / "dashboard.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_part_has_the_columns_that_the_page_says(part: Part) -> None:
    (line,) = re.findall(rf"^\| `{part.name}` \| (.+) \|$", PAGE, re.MULTILINE)
    names = re.sub(r" \(.*?\)", "", line).split(", ")
    assert names == [
        *(column.name for column in part.dimensions),
        *(f"**{column.name}**" for column in part.counts),
    ]


def test_limits_and_look_backs_are_those_that_the_page_says() -> None:
    limits = {part.name: part.limit for part in PARTS if part.limit}
    assert (
        "300 in `content`, `technology`, `geography`, `interests` and `dimensions`, 500 in `sessions`\nand `goals`"
        in PAGE
    )
    assert limits == {
        **dict.fromkeys(("content", "technology", "geography", "interests", "dimensions"), 300),
        **dict.fromkeys(("sessions", "goals"), 500),
    }
    assert f"| {REPEAT_DAYS} days | all but identity |" in PAGE
    whole = ", ".join(part.name for part in PARTS if part.look_back == "whole")
    assert f"| `LookbackDays` (400) | {whole} |" in PAGE
    assert f"up to {MAX_DAYS} days" in PAGE


def test_what_is_never_folded_and_what_late_is_as_the_page_says() -> None:
    assert (
        "except channel and is_known of `sessions`, dimension of `dimensions`, and goal, source, unit and channel of `goals`"
        in PAGE
    )
    kept = {
        part.name: {column.name: column.folds for column in part.dimensions if column.folds != FIRST}
        for part in PARTS
        if part.limit
    }
    assert kept["sessions"] == {"channel": 0, "is_known": 0}
    assert kept["dimensions"] == {"dimension": 0}
    assert kept["goals"] == {"goal": LATE, "source": LATE, "unit": 0, "channel": LATE}
    assert not any(kept[name] for name in ("content", "technology", "geography", "interests"))
