"""What a deployment is to carry in a month, and how people write it down: `10M`, `2%`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pixelweave_cli.failure import InputError

MAX_EVENTS = 1_000_000_000_000
_SUFFIXES = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
_NUMBER = re.compile(r"(\d+(?:_\d+)*(?:\.\d+)?)(?:[eE](\d{1,2}))?([kKmMbB]?)", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)(%?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Workload:
    """A month's traffic and the settings that its bill depends on.

    `conversions` and `identified` are shares of the events: those that reach a goal, and those that say who it was. `event_bytes` is the
    size of a hit's record; `months` is how long rows and table items are kept, `lookback_days` how far publish looks back (the log is not
    older than `months`). `wait_ms` is how long one call of an AWS service takes
    from a Lambda function, `cold` the share of collect's calls that start a new environment: both are assumed, not measured.
    """

    events: int
    event_bytes: Decimal
    buffer_seconds: int
    collect_memory: int
    lookback_days: int
    conversions: Decimal = Decimal("0.02")
    identified: Decimal = Decimal("0.05")
    hits_per_request: int = 1
    dialects: int = 1
    pixels: int = 1
    months: int = 12
    wait_ms: Decimal = Decimal(10)
    # AWS: cold starts are under 1 % of invocations («AWS Lambda standardizes billing for INIT Phase», 2025-04-29).
    cold: Decimal = Decimal("0.01")


def parse_events(text: str) -> int:
    """A number of events: `10000000`, `10_000_000`, `10M`, `2.5m`, `250k`, `1B`, `1e6`.

    Raises InputError.
    """
    found = _NUMBER.fullmatch(text.strip())
    problem = f"--events: {text!r} is not a number of events such as 10M, 250k, 1e6 or 10_000_000"
    if found is None:
        raise InputError(problem)
    digits, exponent, suffix = found.groups()
    number = Decimal(digits.replace("_", "")) * 10 ** int(exponent or 0) * _SUFFIXES[suffix.upper()]
    if number != number.to_integral_value():
        raise InputError(problem)
    if not 1 <= number <= MAX_EVENTS:
        raise InputError(f"--events: {text!r} is not between 1 and {MAX_EVENTS:,}")
    return int(number)


def parse_share(option: str, text: str) -> Decimal:
    """A share of the events: `2%` or `0.02`.

    Raises InputError naming `option`.
    """
    found = _SHARE.fullmatch(text.strip())
    share = Decimal(found[1]) / (100 if found[2] else 1) if found else Decimal(-1)
    if not 0 <= share <= 1:
        raise InputError(f"{option}: {text!r} is not a share such as 2% or 0.02, from 0% to 100%")
    return share
