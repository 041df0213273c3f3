"""What `stitch` reads from its environment, once, at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.collect_settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = ("IDENTITY_TABLE", "LINKS_STREAM", "EVENT_BUS", "IDENTIFY_DEAD_LETTER_QUEUE_URL")


class StitchSettings(NamedTuple):
    """The typed environment of `stitch`.

    `region` is the country of phones without one (DEFAULT_PHONE_REGION, ISO 3166), `blocked` the deployment's own blocked values
    (BLOCKED_VALUES, separated by commas), `graph_api_url` where access tokens are resolved (GRAPH_API_URL; empty: nowhere).
    """

    identity_table: str
    links_stream: str
    event_bus: str
    dead_letter_queue_url: str
    region: str = "US"
    blocked: frozenset[str] = frozenset()
    graph_api_url: str = ""
    service: str = "stitch"
    namespace: str = "Pixelweave"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> StitchSettings:
        """Read the settings from `env`; raises SettingsError naming the first of `REQUIRED` that is missing."""
        for name in REQUIRED:
            if not env.get(name):
                raise SettingsError(f"{name} is not set")
        listed = (value.strip().lower() for value in env.get("BLOCKED_VALUES", "").split(","))
        defaults = cls._field_defaults
        return cls(
            identity_table=env["IDENTITY_TABLE"],
            links_stream=env["LINKS_STREAM"],
            event_bus=env["EVENT_BUS"],
            dead_letter_queue_url=env["IDENTIFY_DEAD_LETTER_QUEUE_URL"],
            region=env.get("DEFAULT_PHONE_REGION") or defaults["region"],
            blocked=frozenset(value for value in listed if value),
            graph_api_url=env.get("GRAPH_API_URL", ""),
            service=env.get("POWERTOOLS_SERVICE_NAME") or defaults["service"],
            namespace=env.get("POWERTOOLS_METRICS_NAMESPACE") or defaults["namespace"],
        )
