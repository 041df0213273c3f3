"""What `goals` reads from its environment, once, at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.collect_settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = ("GOALS_TABLE", "PIXEL_TABLE", "LAKE_BUCKET", "EVENT_BUS", "GOALS_DEAD_LETTER_QUEUE_URL")
# Of the function's memory half is DuckDB's; the interpreter, boto3 and the conversions of an object have the rest.
SCAN_SHARE = 2


class GoalsSettings(NamedTuple):
    """The typed environment of `goals`; `scan_memory_mb` is what DuckDB may use, by the memory that Lambda says the function has."""

    goals_table: str
    pixel_table: str
    lake_bucket: str
    event_bus: str
    dead_letter_queue_url: str
    scan_memory_mb: int = 256
    service: str = "goals"
    namespace: str = "Pixelweave"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> GoalsSettings:
        """Read the settings from `env`; raises SettingsError naming the first of `REQUIRED` that is missing."""
        for name in REQUIRED:
            if not env.get(name):
                raise SettingsError(f"{name} is not set")
        defaults = cls._field_defaults
        memory_mb = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or defaults["scan_memory_mb"] * SCAN_SHARE
        return cls(
            goals_table=env["GOALS_TABLE"],
            pixel_table=env["PIXEL_TABLE"],
            lake_bucket=env["LAKE_BUCKET"],
            event_bus=env["EVENT_BUS"],
            dead_letter_queue_url=env["GOALS_DEAD_LETTER_QUEUE_URL"],
            scan_memory_mb=int(memory_mb) // SCAN_SHARE,
            service=env.get("POWERTOOLS_SERVICE_NAME") or defaults["service"],
            namespace=env.get("POWERTOOLS_METRICS_NAMESPACE") or defaults["namespace"],
        )
