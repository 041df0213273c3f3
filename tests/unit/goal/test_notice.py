"""What a conversion tells."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pixelweave.conversion import Conversion, GoalRef
from pixelweave.goal_notice import GOAL_REACHED, compose_reached

from tests.unit.goal.sample import GOALS, T0, make

TOLD = make(1, session="secret", value="9.99")


def test_goal_reached_tells_ids_only() -> None:
    notice = compose_reached(TOLD, "Brochure")
    assert notice.name == GOAL_REACHED == "GoalReached"
    detail = dict(notice.detail)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(detail.pop("id")))
    assert detail == {
        "goal": "Brochure",
        "goal_key": "d:one",
        "source": "defined",
        "pixel_id": "px",
        "workspace_id": "ws",
        "event_id": "event-01",
        "received_at": T0,
    }


def test_told_again_it_has_the_same_id() -> None:
    again = compose_reached(replace(TOLD), "Brochure")
    assert again == compose_reached(TOLD, "Brochure")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(TOLD, goal=GoalRef("py", "d:one")), id="of another pixel"),
        pytest.param(replace(TOLD, goal=GOALS[1]), id="of another goal"),
        pytest.param(replace(TOLD, once="0" * 32), id="another conversion"),
        pytest.param(replace(TOLD, event_id="event-02"), id="another event stands for it"),
    ],
)
def test_other_news_has_another_id(other: Conversion) -> None:
    assert compose_reached(other, "Brochure").detail["id"] != compose_reached(TOLD, "Brochure").detail["id"]
