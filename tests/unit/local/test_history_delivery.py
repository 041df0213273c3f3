"""How the history's identify messages are packed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from pixelweave.identify_model import read_message
from pixelweave_local.history import Size, make_history
from pixelweave_local.history_delivery import HITS_A_MESSAGE, gather, write_messages

from tests.unit.local.shop_pixel import PIXEL

if TYPE_CHECKING:
    from pixelweave_local.history import Row

SQS_LIMIT = 262_144


def hit(number: int, *identifiers: str, session: str = "", visitor: str = "") -> Row:
    made: Row = {
        "event_id": f"e{number}",
        "identifiers": [{"type": "email", "value": each} for each in identifiers],
    }
    return made | ({"session_id": session} if session else {}) | ({"visitor_id": visitor} if visitor else {})


@pytest.mark.parametrize(
    ("second", "third"),
    [
        pytest.param(hit(2, "a"), hit(3, "b"), id="by an identifier"),
        pytest.param(hit(2, "x", session="s"), hit(3, "b"), id="by a session"),
        pytest.param(hit(2, "x", visitor="v"), hit(3, "b"), id="by a visitor"),
    ],
)
def test_hits_with_something_in_common_stay_together_in_their_order(second: Row, third: Row) -> None:
    first = hit(1, "a", session="s", visitor="v")
    assert gather([first, third, second]) == [[first, second], [third]]


def test_a_hit_that_joins_two_groups_makes_one_of_them() -> None:
    hits = [hit(1, "a"), hit(2, "b"), hit(3, "c"), hit(4, "c", "a"), hit(5, "b")]
    assert [[each["event_id"] for each in group] for group in gather(hits)] == [
        ["e1", "e3", "e4"],
        ["e2", "e5"],
    ]


def test_a_session_and_a_visitor_of_one_name_have_nothing_in_common() -> None:
    assert len(gather([hit(1, session="same"), hit(2, visitor="same"), hit(3, "same")])) == 3


def test_the_messages_are_what_stitch_reads_and_have_each_hit_once() -> None:
    identified = make_history(PIXEL, date(2025, 6, 30), Size(days=10, visits=900)).identified
    bodies = write_messages(identified)
    read = [read_message(body).hits for body in bodies]
    assert sorted(part.event_id for hits in read for part in hits) == sorted(
        each["event_id"] for each in identified
    )
    assert len(bodies) > 3
    for body, hits in zip(bodies, read, strict=True):
        assert len(body) < SQS_LIMIT
        assert (
            len(hits) <= HITS_A_MESSAGE
            or len(gather([hit.model_dump(exclude_none=True) for hit in hits])) == 1
        )


def test_a_group_is_never_torn() -> None:
    big = [hit(number, "a") | {"visitor_id": "v"} for number in range(HITS_A_MESSAGE - 1)]
    small = [hit(100 + number, f"b{number // 2}") for number in range(4)]
    (first, second) = write_messages([*big, *small])
    assert f'"e{HITS_A_MESSAGE - 2}"' in first
    assert '"e100"' not in first
    assert '"e100"' in second
