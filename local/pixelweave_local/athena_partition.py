"""Partitions that are registered in the Glue catalogue, each with a location of its own.

Athena reads those unless the table computes its partitions («partition projection», Athena user guide), and then takes no notice of them.
"""

from bisect import bisect_left
from typing import Any, NamedTuple
from urllib.parse import urlparse

from pixelweave_local import shape


class Place(NamedTuple):
    """A registered partition: the values of its keys, and where its objects lie."""

    values: tuple[str, ...]
    location: str


def is_registered(glue: dict[str, Any]) -> bool:
    """Whether a table's partitions are what is registered."""
    projection = (glue.get("Parameters") or {}).get("projection.enabled")
    return bool(glue.get("PartitionKeys")) and str(projection).lower() != "true"


def read_places(database: str, table: str) -> list[Place]:
    """The registered partitions of a table that have objects: of a year of days most have none."""
    found = shape.member("services.glue", "_partitions").get(f"{database}/{table}") or []
    places = [Place(tuple(each["Values"]), each["StorageDescriptor"]["Location"]) for each in list(found)]
    buckets: dict[str, list[str]] = {}
    for place in places:
        name = urlparse(place.location).netloc
        if name not in buckets:
            bucket = shape.member("services.s3", "_buckets").get(name) or {"objects": {}}
            buckets[name] = sorted(bucket["objects"])
    return [place for place in places if _has_objects(place.location, buckets)]


def _has_objects(location: str, buckets: dict[str, list[str]]) -> bool:
    parsed = urlparse(location)
    keys, prefix = buckets[parsed.netloc], parsed.path.strip("/") + "/"
    at = bisect_left(keys, prefix)
    return at < len(keys) and keys[at].startswith(prefix)
