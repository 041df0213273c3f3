"""Geography: whose word counts, and that no shape of a record breaks anything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.geo import Place, locate, read_place


def find_nothing(network: str) -> Place:
    raise AssertionError(network)


def test_cloudfronts_values_are_taken_and_nothing_is_looked_up() -> None:
    client = {"country": "us", "region": "CA", "city": "San Jos%C3%A9", "time_zone": "America/Los_Angeles"}
    assert locate(client, find_nothing) == Place("US", "CA", "San José", "America/Los_Angeles")


def test_a_network_is_looked_up() -> None:
    assert locate({"network": "192.0.2.0"}, lambda network: Place(country="DE", city=network)) == Place(
        "DE", None, "192.0.2.0"
    )


@pytest.mark.parametrize(
    "client", [{}, {"network": ""}, {"network": 7}, {"country": "X"}, {"country": "A1"}, {"city": 5}]
)
def test_what_says_nothing_is_a_place_of_which_nothing_is_known(client: dict[str, Any]) -> None:
    assert locate(client, find_nothing) == Place()


@pytest.mark.parametrize(
    ("record", "place"),
    [
        (
            {
                "country": {"iso_code": "GB", "names": {"en": "United Kingdom"}},
                "subdivisions": [{"iso_code": "ENG", "names": {"en": "England"}}],
                "city": {"names": {"de": "London (de)", "en": "London"}},
                "location": {"time_zone": "Europe/London", "latitude": 51.5},
            },
            Place("GB", "ENG", "London", "Europe/London"),
        ),
        (
            {
                "country": {"iso_code": "DE"},
                "subdivisions": [{"names": {"en": "Bavaria"}}],
                "city": {"names": {"en": "Munich"}},
            },
            Place("DE", "Bavaria", "Munich"),
        ),
        (
            {"country": "US", "region": "California", "city": "San Jose", "timezone": "America/Los_Angeles"},
            Place("US", "California", "San Jose", "America/Los_Angeles"),
        ),
        ({"country_code": "NL"}, Place("NL")),
        ({"country": {}, "subdivisions": [], "city": {}, "location": None}, Place()),
        (None, Place()),
        ("GB", Place()),
    ],
    ids=["geoip2", "db-ip", "flat", "country code", "empty", "none", "text"],
)
def test_the_layouts_of_databases_are_read(record: object, place: Place) -> None:
    assert read_place(record) == place


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["country", "subdivisions", "city", "location", "names", "en", "iso_code"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_record_of_a_database_raises(record: object) -> None:
    for value in read_place(record):
        assert value is None or value
