"""Places of networks: the operator's database first, open registry data else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave.geo import Place
from pixelweave_lookup.place_finder import GeoDatabaseError, build_place_finder

from tests.unit.lookup.mmdb import write_database

if TYPE_CHECKING:
    from pathlib import Path

LEEDS = {
    "country": {"iso_code": "GB"},
    "subdivisions": [{"iso_code": "ENG"}],
    "city": {"names": {"en": "Leeds"}},
    "location": {"time_zone": "Europe/London"},
}


@pytest.mark.parametrize(
    ("network", "country"),
    [
        ("8.8.8.0", "US"),
        ("2a00:1450:4001::", "IE"),
        ("203.0.113.0", None),
        ("127.0.0.0", None),
        ("no address", None),
    ],
)
def test_without_a_database_the_registries_tell_the_country_only(network: str, country: str | None) -> None:
    assert build_place_finder(None)(network) == Place(country=country)


def test_a_database_tells_region_city_and_time_zone(tmp_path: Path) -> None:
    write_database(
        tmp_path / "geo.mmdb", {"203.0.113.0/24": LEEDS, "2001:db8:12::/48": {"country": {"iso_code": "DE"}}}
    )
    find_place = build_place_finder(tmp_path / "geo.mmdb")
    assert find_place("203.0.113.0") == Place("GB", "ENG", "Leeds", "Europe/London")
    assert find_place("2001:db8:12::") == Place("DE")


def test_where_the_database_is_silent_the_registries_are_asked(tmp_path: Path) -> None:
    write_database(
        tmp_path / "geo.mmdb", {"203.0.113.0/24": LEEDS, "8.8.8.0/24": {"city": {"names": {"en": "Nowhere"}}}}
    )
    find_place = build_place_finder(tmp_path / "geo.mmdb")
    assert find_place("77.88.8.0") == Place(country="RU")
    assert find_place("8.8.8.0") == Place(country="US", city="Nowhere")


@pytest.mark.parametrize("network", ["2a00:1450:4001::", "no address", ""])
def test_what_the_database_cannot_look_up_does_not_raise(tmp_path: Path, network: str) -> None:
    write_database(tmp_path / "geo.mmdb", {"203.0.113.0/24": LEEDS}, ip_version=4)
    assert build_place_finder(tmp_path / "geo.mmdb")(network).city is None


def test_a_missing_database_is_an_error_at_start(tmp_path: Path) -> None:
    with pytest.raises(GeoDatabaseError):
        build_place_finder(tmp_path / "geo.mmdb")


def test_a_file_that_is_no_database_is_an_error_at_start(tmp_path: Path) -> None:
    (tmp_path / "geo.mmdb").write_text("<html>404</html>")
    with pytest.raises(GeoDatabaseError):
        build_place_finder(tmp_path / "geo.mmdb")
