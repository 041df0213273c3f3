"""What `redrive` reads from its environment, once, at the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.collect_settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


class RedriveSettings(NamedTuple):
    """The typed environment of `redrive`: where spilled records go in the end."""

    hits_stream: str
    identify_queue_url: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> RedriveSettings:
        """Read HITS_STREAM and IDENTIFY_QUEUE_URL from `env`; raises SettingsError naming the first that is missing."""
        for name in ("HITS_STREAM", "IDENTIFY_QUEUE_URL"):
            if not env.get(name):
                raise SettingsError(f"{name} is not set")
        return cls(hits_stream=env["HITS_STREAM"], identify_queue_url=env["IDENTIFY_QUEUE_URL"])
