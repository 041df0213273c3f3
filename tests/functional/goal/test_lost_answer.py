"""Answers that do not arrive: what was done is found and not done again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.goal_store import CountConflictError, HitTally

from tests.functional.goal.test_condition import plan
from tests.unit.goal.sample import DAY, GOALS, T0, make

if TYPE_CHECKING:
    from tests.functional.goal.goal_room import GoalRoom


def read_numbers(room: GoalRoom) -> list[int]:
    return [int(each.values["n"]) for each in room.table.read_totals("px").goals]


@pytest.mark.parametrize("times", [1, 3])
def test_a_commit_whose_answer_was_lost_counts_once(room: GoalRoom, times: int) -> None:
    room.lose_answers("TransactWriteItems", times)
    counted = room.count(*(make(number, f"order:{number}", session="a") for number in range(3)))
    # Nobody knows whether it was we who wrote them: that they are there is what counts.
    assert {each.event_id for each in counted.won + counted.standing} == {
        "event-00",
        "event-01",
        "event-02",
    }
    assert room.attempts == [0]
    assert read_numbers(room) == [3]


def test_hits_whose_answer_was_lost_are_counted_once(room: GoalRoom) -> None:
    tally = HitTally("px", DAY, {("22", "accepted"): 3})
    room.lose_answers("TransactWriteItems")
    with pytest.raises(CountConflictError):
        room.table.count_hits("events/a", tally, 0)
    assert room.table.count_hits("events/a", tally, 0) is False
    assert room.table.read_totals("px").hits[0].rows == {"accepted": 3}


def test_an_entry_replaced_under_a_lost_answer_moves_once(room: GoalRoom) -> None:
    room.count(make(2, at=T0 + 2, value="5", session="b"))
    room.lose_answers("TransactWriteItems")
    room.count(make(1, at=T0 + 1, value="7", session="a"))
    totals = {each.unit: each.values for each in room.table.read_totals("px").goals}
    assert totals["points"] == {"n": 1, "v": 7}
    assert totals[""] == {"s": 1}


def test_each_commit_has_a_token_of_its_own_which_the_sdk_keeps_when_it_sends_it_again(
    room: GoalRoom,
) -> None:
    sent: list[str] = []
    tries: list[int] = []

    def note(request: Any, **_: Any) -> None:
        sent.append(json.loads(request.body)["ClientRequestToken"])

    def ask_again(attempts: int, **_: Any) -> Any:
        tries.append(attempts)
        return 0.001 if len(tries) == 1 else None

    room.client.meta.events.register("before-send.dynamodb.TransactWriteItems", note)
    room.client.meta.events.register_first("needs-retry.dynamodb.TransactWriteItems", ask_again)
    again = plan(room, None, make(1))
    # moto knows no token: its second answer is that the condition does not hold, and then the entry is there.
    with pytest.raises(CountConflictError):
        room.table.commit(again, 0)
    with pytest.raises(CountConflictError):
        room.table.commit(again, 0)
    assert sent[0] == sent[1]
    assert sent[2] not in sent[:2]
    assert [entry.event_id for _, entry in room.table.list_entries(GOALS[0])] == ["event-01"]
    assert read_numbers(room) == [1]
