"""What `compact` reads from its environment, once, at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.compaction import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = ("LAKE_BUCKET", "DATABASE_NAME")
NUMBERS = ("AFTER_HOURS", "GRACE_HOURS", "STORAGE_MB")
# Of the function's memory half is DuckDB's; the interpreter, boto3 and what DuckDB does not account for have the rest.
PACK_SHARE = 2
# Of the disk a group of sources has a sixteenth: they and what becomes of them lie there, and sorting may spill them uncompressed.
GROUP_SHARE = 16
MEGABYTE = 1024 * 1024


class CompactSettings(NamedTuple):
    """The typed environment of `compact`; `pack_memory_mb` is what DuckDB may use, by the memory that Lambda says the function has."""

    lake_bucket: str
    database: str
    limits: Limits
    pack_memory_mb: int
    service: str = "compact"
    namespace: str = "Pixelweave"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> CompactSettings:
        """Read the settings from `env`; raises SettingsError naming what is missing or no number."""
        for name in (*REQUIRED, *NUMBERS):
            if not env.get(name):
                raise SettingsError(f"{name} is not set")
        numbers = {}
        for name in NUMBERS:
            if not env[name].isdecimal():
                raise SettingsError(f"{name} {env[name]!r} is not a number")
            numbers[name] = int(env[name])
        defaults = cls._field_defaults
        return cls(
            lake_bucket=env["LAKE_BUCKET"],
            database=env["DATABASE_NAME"],
            limits=Limits(
                after_hours=numbers["AFTER_HOURS"],
                grace_hours=numbers["GRACE_HOURS"],
                group_bytes=numbers["STORAGE_MB"] * MEGABYTE // GROUP_SHARE,
            ),
            pack_memory_mb=int(env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or 1024) // PACK_SHARE,
            service=env.get("POWERTOOLS_SERVICE_NAME") or defaults["service"],
            namespace=env.get("POWERTOOLS_METRICS_NAMESPACE") or defaults["namespace"],
        )
