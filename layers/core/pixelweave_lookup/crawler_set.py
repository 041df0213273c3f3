"""Crawlers by the public list crawler-user-agents, compiled into one google-re2 set: one pass over the text, in linear time."""

from __future__ import annotations

import re2
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

# Programs of that list that fetch what they are told to. Crawlers built on them load no pixels; where one of these sends
# a hit, it is a shop's server that reports a sale, an app (okhttp), a developer trying the pixel, or CloudFront that
# withholds the visitor's own user agent.
SERVER_CLIENTS = frozenset(
    (
        "Python-urllib", "python-requests", "aiohttp", "httpx", "Go-http-client", "okhttp", "AHC\\/", "^Apache-HttpClient",
        "HttpUrlConnection", "axios", "node-fetch", "sindresorhus\\/got", "^curl", "^PHP-Curl-Class", "^HTTPie\\/",
        "Amazon CloudFront",
    )
)  # fmt: skip

# The set's automaton is built lazily within this budget (bytes); where it is used up, the match goes on, slower.
_MEMORY = 32 << 20


class CrawlerSet:
    """Tells crawlers from the rest."""

    def __init__(self) -> None:
        options = re2.Options()
        options.max_mem = _MEMORY
        self._set = re2.Set.SearchSet(options)
        for entry in CRAWLER_USER_AGENTS_DATA:
            if entry["pattern"] not in SERVER_CLIENTS:
                self._set.Add(entry["pattern"])
        self._set.Compile()

    def matches(self, user_agent: str) -> bool:
        """Whether a pattern of the list is in the text, which must be encodable in UTF-8."""
        return bool(self._set.Match(user_agent))
