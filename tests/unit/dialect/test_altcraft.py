"""Altcraft and the goals a hit lists: values, units, limits on both sides."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.collecting import KEY, Bench, identifiers, make_pixel

PATH = f"/altcraft/{KEY}"


def read(*pairs: tuple[str, str]) -> dict[str, Any]:
    return Bench(make_pixel("altcraft")).row(PATH, urlencode(pairs))


@pytest.mark.parametrize(
    ("pairs", "goals"),
    [
        ([("goal", "A")], [{"name": "A"}]),
        ([("goal", "A"), ("value", "1")], [{"name": "A", "value": "1.00", "unit": "points"}]),
        ([("goal", "A"), ("value", "0.0001")], [{"name": "A", "value": "0.0001", "unit": "points"}]),
        ([("goal", "A"), ("value", "-3"), ("unit", "usd")], [{"name": "A", "value": "-3.00", "unit": "USD"}]),
        (
            [("goal", "A"), ("value", "3"), ("currency", "EUR")],
            [{"name": "A", "value": "3.00", "unit": "EUR"}],
        ),
        (
            [("goal", "A"), ("goal", "B"), ("value", "1"), ("value", ""), ("unit", "EUR")],
            [{"name": "A", "value": "1.00", "unit": "EUR"}, {"name": "B"}],
        ),
        (
            [("goals", '[{"name":"A, B","value":2.5},"C"]')],
            [{"name": "A, B", "value": "2.50", "unit": "points"}, {"name": "C"}],
        ),
        ([("goal", "x" * 128)], [{"name": "x" * 128}]),
        ([("goal", "g")] * 20, [{"name": "g"}] * 20),
    ],
)
def test_each_goal_has_its_own_value(pairs: list[tuple[str, str]], goals: list[dict[str, str]]) -> None:
    row = read(*pairs)
    assert (row["outcome"], row["type"], row["goals"]) == ("accepted", "goal", goals)


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([("goal", "x" * 129)], "goal_too_long"),
        ([("goal", "A"), ("value", "ten")], "invalid_value"),
        ([("goal", "A"), ("value", "1"), ("unit", "stars")], "invalid_unit"),
        ([("goal", "A"), ("goal", "B"), ("value", "1")], "unequal_lists"),
        ([("goal", "A"), ("value", "1"), ("value", "2")], "unequal_lists"),
        ([("goal", "g")] * 21, "too_many_goals"),
        ([("goals", json.dumps(["g"] * 21))], "too_many_goals"),
        ([("goals", '{"name":"A"}')], "invalid_goal"),
        ([("goals", "[{}]")], "invalid_goal"),
        ([("goals", "[")], "invalid_json"),
    ],
)
def test_goals_that_cannot_be_counted_reject(pairs: list[tuple[str, str]], reason: str) -> None:
    row = read(*pairs)
    assert (row["outcome"], row["reason"]) == ("rejected", reason)


def test_matching_by_hash() -> None:
    bench = Bench(make_pixel("altcraft"))
    bench.row(PATH, f"email_md5={'A' * 32}&email_sha256={'b' * 64}&phone=%2B1312")
    assert identifiers(bench.messages[0]) == {
        ("email_md5", "a" * 32),
        ("email_sha256", "b" * 64),
        ("phone", "+1312"),
    }


@pytest.mark.parametrize(
    "pairs", [[("goal", "")], [("goal", ""), ("value", "")], [("goal", ""), ("goal", "")]]
)
def test_an_empty_goal_is_none_as_in_json(pairs: list[tuple[str, str]]) -> None:
    row = read(*pairs)
    assert (row["outcome"], row["type"]) == ("accepted", "page_view")
    assert "goals" not in row
