"""Where a hit came from, as far as that may be known: country, region, city, time zone.

The order of sources is CloudFront's viewer headers, the operator's database, open registry data (country only),
nothing. The network (an address cut to its /24 or /48) is looked up and forgotten; it is never a column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST = 128


class Place(NamedTuple):
    """A place; None where it is not known. `country` is ISO 3166-1 alpha-2, `region` the ISO 3166-2 part (or a name)."""

    country: str | None = None
    region: str | None = None
    city: str | None = None
    time_zone: str | None = None


def locate(client: Mapping[str, object], find_place: Callable[[str], Place]) -> Place:
    """The place of a record's `client` object: CloudFront's values where there are any, else that of its network."""
    network = client.get("network")
    if isinstance(network, str) and network:
        return find_place(network)
    return Place(
        country=_country(client.get("country")),
        region=_name(client.get("region")),
        city=_name(client.get("city")),
        time_zone=_name(client.get("time_zone")),
    )


def read_place(record: object) -> Place:
    """The place of an .mmdb record: the layout of GeoIP2/GeoLite2 and DB-IP (nested), or a flat one (IPinfo).

    Anything of another shape is a place of which nothing is known.
    """
    if not isinstance(record, dict):
        return Place()
    subdivisions = record.get("subdivisions")
    subdivision = subdivisions[0] if isinstance(subdivisions, list) and subdivisions else record.get("region")
    location = record.get("location")
    time_zone = location.get("time_zone") if isinstance(location, dict) else record.get("timezone")
    return Place(
        country=_country(_code(record.get("country")) or record.get("country_code")),
        region=_name(_code(subdivision) or _english(subdivision)),
        city=_name(_english(record.get("city"))),
        time_zone=_name(time_zone),
    )


def _code(value: object) -> object:
    return value.get("iso_code") if isinstance(value, dict) else value


def _english(value: object) -> object:
    if not isinstance(value, dict):
        return value
    names = value.get("names")
    return names.get("en") if isinstance(names, dict) else None


def _country(value: object) -> str | None:
    code = value.upper() if isinstance(value, str) else ""
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _name(value: object) -> str | None:
    # A header cannot carry other letters than ASCII, so that names with others may come percent-encoded.
    if not isinstance(value, str):
        return None
    return unquote(value, errors="replace").strip()[:_LONGEST] or None
