"""What a tag is written for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


class SnippetError(ValueError):
    """The collector's URL or the key would not be safe inside HTML and JavaScript."""


@dataclass(frozen=True, slots=True)
class TagScript:
    """The script that the collector serves: `version` is its address's part, `integrity` its digest for SRI."""

    version: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Place:
    """A pixel at a collector: `base` is the collector's URL without a slash at its end."""

    base: str
    key: str
    dialect: str
    consent_policy: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: a source of a Content-Security-Policy."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"
