"""What `enrich` reads from its environment, once, at the edge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class EnrichSettings(NamedTuple):
    """The typed environment of `enrich`; everything is optional.

    `geo_database` is an .mmdb file (GEO_DATABASE; an operator's layer may put one at /opt/geo.mmdb), `service` and
    `namespace` are the dimension and the namespace of the metrics (POWERTOOLS_SERVICE_NAME,
    POWERTOOLS_METRICS_NAMESPACE).
    """

    geo_database: Path | None = None
    service: str = "enrich"
    namespace: str = "Pixelweave"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> EnrichSettings:
        """Read the settings from `env`; empty values are absent."""
        defaults = cls()
        database = env.get("GEO_DATABASE")
        return cls(
            geo_database=Path(database) if database else None,
            service=env.get("POWERTOOLS_SERVICE_NAME") or defaults.service,
            namespace=env.get("POWERTOOLS_METRICS_NAMESPACE") or defaults.namespace,
        )
