"""The speed gate's verdict."""

from __future__ import annotations

import pytest

from bench.gate import MAX_FIRST, MAX_WARM, find_excesses, main
from bench.measurement import Cost

TRIVIAL = 100_000_000


def test_a_cost_on_every_limit_passes() -> None:
    assert find_excesses(TRIVIAL, Cost(2 * TRIVIAL, MAX_FIRST, MAX_WARM)) == []


@pytest.mark.parametrize(
    ("cost", "word"),
    [
        (Cost(2 * TRIVIAL + 1, MAX_FIRST, MAX_WARM), "init"),
        (Cost(2 * TRIVIAL, MAX_FIRST + 1, MAX_WARM), "first call"),
        (Cost(2 * TRIVIAL, MAX_FIRST, MAX_WARM + 1), "warm call"),
    ],
)
def test_a_cost_over_a_limit_is_named(cost: Cost, word: str) -> None:
    (excess,) = find_excesses(TRIVIAL, cost)
    assert word in excess


def test_a_missing_valgrind_fails_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main() == 1
    assert "apt-get install valgrind" in capsys.readouterr().err
