"""What `publish` reads from its environment, once, at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.collect_settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = ("DATABASE_NAME", "EVENTS_TABLE", "WORK_GROUP", "PIXEL_TABLE", "DASHBOARD_BUCKET")


class PublishSettings(NamedTuple):
    """The typed environment of `publish`; `lookback_days` is how far back visitors, sessions and orders are looked for."""

    database: str
    events_table: str
    work_group: str
    pixel_table: str
    dashboard_bucket: str
    lookback_days: int = 400
    service: str = "publish"
    namespace: str = "Pixelweave"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> PublishSettings:
        """Read the settings from `env`; raises SettingsError naming the first of `REQUIRED` that is missing."""
        for name in REQUIRED:
            if not env.get(name):
                raise SettingsError(f"{name} is not set")
        defaults = cls._field_defaults
        return cls(
            database=env["DATABASE_NAME"],
            events_table=env["EVENTS_TABLE"],
            work_group=env["WORK_GROUP"],
            pixel_table=env["PIXEL_TABLE"],
            dashboard_bucket=env["DASHBOARD_BUCKET"],
            lookback_days=int(env.get("LOOKBACK_DAYS") or defaults["lookback_days"]),
            service=env.get("POWERTOOLS_SERVICE_NAME") or defaults["service"],
            namespace=env.get("POWERTOOLS_METRICS_NAMESPACE") or defaults["namespace"],
        )
