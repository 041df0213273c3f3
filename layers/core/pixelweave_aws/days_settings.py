"""What `days` reads from its environment, once, at the edge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.collect_settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


class DaysSettings(NamedTuple):
    """The typed environment of `days`: the Glue database, and the first day that is registered."""

    database: str
    first_day: date

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> DaysSettings:
        """Read DATABASE_NAME and FIRST_DAY (`YYYY-MM-DD`); raises SettingsError naming the one that is missing or no day."""
        for name in ("DATABASE_NAME", "FIRST_DAY"):
            if not env.get(name):
                raise SettingsError(f"{name} is not set")
        try:
            first_day = date.fromisoformat(env["FIRST_DAY"])
        except ValueError as exc:
            raise SettingsError(f"FIRST_DAY {env['FIRST_DAY']!r} is not a day") from exc
        return cls(env["DATABASE_NAME"], first_day)
