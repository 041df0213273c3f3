"""How often something is tried."""

from __future__ import annotations

import pytest

from tests.unit.aws.fake_port import FakeClock


@pytest.mark.parametrize(
    ("seconds", "pauses"),
    [
        (-1.0, []),
        (0.0, []),
        (0.05, []),
        (0.06, [0.05]),
        (0.2, [0.05]),
        (0.21, [0.05, 0.15]),
        (9.0, [0.05, 0.15]),
    ],
)
def test_a_pause_that_the_deadline_cuts_is_not_begun(seconds: float, pauses: list[float]) -> None:
    clock = FakeClock()
    attempts = list(clock.attempts(clock.time + seconds))
    assert attempts == list(range(len(pauses) + 1))
    assert clock.pauses == pauses
