"""Places by network: the operator's .mmdb if there is one, else the country by the registries' open data (iptocc)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import iptocc
import maxminddb
from pixelweave.geo import Place, read_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Distinct networks to remember.
DEFAULT_CACHE_SIZE = 8192


class GeoDatabaseError(Exception):
    """The operator's database is missing or cannot be read."""


def build_place_finder(database: Path | None, cache_size: int = DEFAULT_CACHE_SIZE) -> Callable[[str], Place]:
    """A function from a network's address to its place; an unknown one, or text that is no address, is an empty place.

    Raises:
        GeoDatabaseError: `database` is given and is no readable .mmdb.
    """
    reader = None
    if database is not None:
        try:
            reader = maxminddb.open_database(database)
        except (OSError, maxminddb.InvalidDatabaseError) as exc:
            raise GeoDatabaseError(str(database)) from exc

    @lru_cache(cache_size)
    def find_place(network: str) -> Place:
        place = _look_up(reader, network) if reader else Place()
        # What the registries delegated to whom says nothing of regions, so it only serves where the database is silent.
        return place if place.country else place._replace(country=iptocc.country_code(network))

    return find_place


def _look_up(reader: maxminddb.Reader, network: str) -> Place:
    try:
        return read_place(reader.get(network))
    except (ValueError, maxminddb.InvalidDatabaseError):
        # Not an address, an IPv6 address in a database of IPv4, or a damaged record: the event is worth more than its place.
        return Place()
