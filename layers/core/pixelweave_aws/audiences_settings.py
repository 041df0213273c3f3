"""What `audiences` reads from its environment, once, at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.collect_settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = ("PIXEL_TABLE", "LAKE_BUCKET", "EVENT_BUS", "DATABASE_NAME", "EVENTS_TABLE", "WORK_GROUP")


class AudiencesSettings(NamedTuple):
    """The typed environment of `audiences`."""

    pixel_table: str
    lake_bucket: str
    event_bus: str
    database: str
    events_table: str
    work_group: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> AudiencesSettings:
        """Read the settings from `env`; raises SettingsError naming the first of `REQUIRED` that is missing."""
        for name in REQUIRED:
            if not env.get(name):
                raise SettingsError(f"{name} is not set")
        return cls(*(env[name] for name in REQUIRED))
