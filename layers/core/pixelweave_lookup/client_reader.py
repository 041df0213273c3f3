"""Everything a user agent tells, remembered: a few thousand of them make nearly all traffic."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pixelweave.client import describe_client

from pixelweave_lookup.agent_parser import AgentParser
from pixelweave_lookup.crawler_set import CrawlerSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Distinct user agents to remember: with texts of at most 1,024 characters some 16 MB at the worst.
DEFAULT_CACHE_SIZE = 8192


def build_client_reader(cache_size: int = DEFAULT_CACHE_SIZE) -> Callable[[str], Mapping[str, str]]:
    """A function from a user agent to its columns (see `pixelweave.client.describe_client`); any text is legal."""
    parser, crawlers = AgentParser(), CrawlerSet()

    @lru_cache(cache_size)
    def read_client(user_agent: str) -> Mapping[str, str]:
        # Both engines take UTF-8 only, and JSON can carry lone surrogates.
        text = user_agent.encode("utf-8", "replace").decode("utf-8")
        return describe_client(text, parser.parse, crawlers.matches)

    return read_client
