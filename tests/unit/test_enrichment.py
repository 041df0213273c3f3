"""Enrichment: what a record becomes, and what it must never become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.column import WrongTypeError
from pixelweave.enrichment import REQUIRED, Enricher, MissingColumnError
from pixelweave.event_model import CollectedEvent, EventRow
from pixelweave.field import FIELDS
from pixelweave.geo import Place

EXAMPLES = sorted((Path(__file__).parents[2] / "events" / "firehose").glob("*.json"))
RECORD: dict[str, Any] = {
    "event_id": "e-1",
    "pixel_id": "px",
    "dialect": "native",
    "outcome": "accepted",
    "received_at": 1_732_200_000_123,
}
LEEDS = Place("GB", "ENG", "Leeds", "Europe/London")


def read_client(user_agent: str) -> dict[str, str]:
    return {
        "client_class": user_agent if user_agent in ("bot", "proxy") else "human",
        "device_type": "desktop",
    }


enricher = Enricher(read_client, lambda _: LEEDS)


def enrich(**columns: Any) -> dict[str, Any]:
    return enricher.enrich(RECORD | columns)


def test_a_bare_record_becomes_a_row() -> None:
    assert enrich() == {
        "event_id": "e-1",
        "message_id": "e-1",
        "pixel_id": "px",
        "dialect": "native",
        "outcome": "accepted",
        "received_at": "2024-11-21 14:40:00.123",
        "client_class": "human",
        "schema_version": 1,
    }


def test_a_message_id_and_a_schema_version_that_are_there_stay() -> None:
    row = enrich(message_id="m", schema_version=7)
    assert (row["message_id"], row["schema_version"]) == ("m", 7)


@pytest.mark.parametrize(
    ("epoch_ms", "text"),
    [
        (0, "1970-01-01 00:00:00.000"),
        (951_782_400_001, "2000-02-29 00:00:00.001"),
        (1_735_689_599_999, "2024-12-31 23:59:59.999"),
        (253_402_300_799_999, "9999-12-31 23:59:59.999"),
    ],
)
def test_times_are_text_in_utc(epoch_ms: int, text: str) -> None:
    assert enrich(occurred_at=epoch_ms)["occurred_at"] == text


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("12.5", "12.50"),
        ("-0.0001", "-0.0001"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("1e3", "1000.00"),
    ],
)
def test_amounts_are_plain_decimal_text(sent: str, stored: str) -> None:
    row = enrich(value=sent, goals=[{"name": "g", "value": sent}], products=[{"name": "p", "price": sent}])
    assert row["value"] == row["goals"][0]["value"] == row["products"][0]["price"]
    assert float(row["value"]) == float(stored)
    EventRow.model_validate(row)


@pytest.mark.parametrize(
    "broken",
    [
        {"value": "100000000000000"},
        {"value": "NaN"},
        {"value": 12.5},
        {"value": 12},
        {"received_at": "2024-11-21"},
        {"received_at": 1.5},
        {"received_at": True},
        {"received_at": 253_402_300_800_000},
        {"received_at": 10**30},
        {"schema_version": "1"},
        {"schema_version": 2**31},
        {"title": 5},
        {"url": ["https://shop.example/"]},
        {"props": "a=b"},
        {"goals": {"name": "g"}},
        {"goals": ["g"]},
        {"goals": [{"name": "g", "value": 1}]},
        {"products": [{"name": 5}]},
        {"client": "192.0.2.0"},
    ],
    ids=str,
)
def test_a_value_that_its_column_cannot_hold_fails_the_record(broken: dict[str, Any]) -> None:
    with pytest.raises(WrongTypeError) as caught:
        enrich(**broken)
    assert str(caught.value) == next(iter(broken))


@pytest.mark.parametrize("column", REQUIRED)
@pytest.mark.parametrize("absent", [None, ""])
def test_a_record_without_a_required_column_fails(column: str, absent: object) -> None:
    with pytest.raises(MissingColumnError):
        enrich(**{column: absent})


@pytest.mark.parametrize("record", [None, [], "x", 5, [RECORD]])
def test_what_is_no_object_fails(record: object) -> None:
    with pytest.raises(WrongTypeError):
        enricher.enrich(record)


def test_maps_hold_text_only_and_no_nulls() -> None:
    props = {"a": "b", "n": 5, "t": True, "f": 1.5, "o": {"x": [1]}, "z": None}
    assert enrich(props=props)["props"] == {"a": "b", "n": "5", "t": "true", "f": "1.5", "o": '{"x":[1]}'}


def test_members_that_a_struct_does_not_have_are_dropped() -> None:
    row = enrich(goals=[{"name": "g", "colour": "red", "unit": None}])
    assert row["goals"] == [{"name": "g"}]


def test_what_the_hit_names_stays_and_the_page_fills_the_rest() -> None:
    row = enrich(
        url="https://shop.example/a?utm_source=google&utm_medium=cpc&gclid=1",
        utm_source="own",
        click_id="own",
        time_zone="Asia/Tokyo",
        client={"network": "203.0.113.0"},
    )
    assert (row["utm_source"], row["utm_medium"], row["click_id"]) == ("own", "cpc", "own")
    assert (row["host"], row["path"], row["channel"]) == ("shop.example", "/a", "paid_other")
    assert (row["country"], row["region"], row["city"], row["time_zone"]) == (
        "GB",
        "ENG",
        "Leeds",
        "Asia/Tokyo",
    )


def test_columns_that_enrich_fills_are_not_believed_from_outside() -> None:
    row = enrich(browser="Forged", country="XX", client_class="bot", host="forged.example")
    assert not {"browser", "country", "host"} & set(row)
    assert row["client_class"] == "human"


def test_a_channel_outside_the_list_gives_way() -> None:
    assert "channel" not in enrich(channel="carrier pigeon")
    assert enrich(channel="carrier pigeon", url="https://shop.example/")["channel"] == "direct"
    assert enrich(channel="SMS")["channel"] == "sms"


@pytest.mark.parametrize(
    ("user_agent", "outcome", "expected"),
    [
        ("bot", "accepted", "bot"),
        ("bot", "rejected", "rejected"),
        ("bot", "test", "test"),
        ("proxy", "accepted", "accepted"),
        ("person", "accepted", "accepted"),
        (None, "accepted", "accepted"),
    ],
)
def test_only_an_accepted_hit_of_a_bot_becomes_outcome_bot(
    user_agent: str | None, outcome: str, expected: str
) -> None:
    assert enrich(user_agent=user_agent, outcome=outcome)["outcome"] == expected


def test_denied_consent_strips_click_ids_and_the_finer_place_but_not_the_row() -> None:
    columns = {
        "url": "https://shop.example/a?x=1&gclid=SECRET&utm_source=google&utm_medium=cpc",
        "referrer": "https://l.facebook.com/?fbclid=SECRET",
        "client": {"country": "FR", "region": "IDF", "city": "Paris", "time_zone": "Europe/Paris"},
    }
    denied = enrich(**columns, consent="denied")
    assert denied["url"] == "https://shop.example/a?x=1&utm_source=google&utm_medium=cpc"
    assert denied["referrer"] == "https://l.facebook.com/"
    assert (denied["country"], denied["channel"], denied["utm_source"]) == ("FR", "paid_search", "google")
    assert not {"click_id", "region", "city", "time_zone"} & set(denied)
    assert "SECRET" not in json.dumps(denied)
    granted = enrich(**columns, consent="granted")
    assert (granted["url"], granted["city"]) == (columns["url"], "Paris")
    assert granted["click_id"] == "gclid:SECRET"


def test_a_click_id_that_the_hit_names_goes_too_where_consent_is_denied() -> None:
    assert "click_id" not in enrich(click_id="gclid:1", consent="denied")


def test_a_time_zone_that_the_hit_names_stays_where_consent_is_denied() -> None:
    assert (
        enrich(time_zone="Asia/Tokyo", consent="denied", client={"network": "x"})["time_zone"] == "Asia/Tokyo"
    )


def test_an_address_hidden_by_one_more_encoding_does_not_surface_in_a_column() -> None:
    row = enrich(url="https://shop.example/?utm_source=ann%2540mail.example")
    assert "mail.example" not in row["utm_source"]


def test_the_network_goes_nowhere() -> None:
    assert "203.0.113" not in json.dumps(enrich(client={"network": "203.0.113.0"}))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_captured_record_becomes_a_row_of_the_model(path: Path) -> None:
    record = json.loads(path.read_text())
    before = json.dumps(record)
    EventRow.model_validate(enricher.enrich(record))
    assert json.dumps(record) == before, "the record itself must stay as it came"


TEXT = st.text(min_size=1, max_size=40)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "int": st.integers(0, 2**31 - 1),
    "timestamp": st.integers(0, 253_402_300_799_999),
    "decimal(18,4)": st.decimals("-99999999999999.9999", "99999999999999.9999", places=4).map(str),
    "map<string,string>": st.dictionaries(TEXT, TEXT, max_size=3),
}
STRUCTS = {
    "goals": {"name": TEXT, "value": VALUES["decimal(18,4)"], "unit": TEXT},
    "products": {"product_id": TEXT, "price": VALUES["decimal(18,4)"], "quantity": VALUES["decimal(18,4)"]},
}
CLOSED = {
    "dialect": st.sampled_from(["rokt", "native"]),
    "outcome": st.sampled_from(["accepted", "rejected", "test"]),
    "reason": st.sampled_from(["invalid_amount", "host_not_allowed"]),
    "consent": st.sampled_from(["granted", "denied"]),
    "url": st.builds("https://shop.example/{}?{}".format, TEXT, TEXT) | TEXT,
    "currency": st.just("EUR"),
    "language": st.just("en"),
}


def _column(name: str, glue: str) -> st.SearchStrategy[Any]:
    if name in CLOSED:
        return CLOSED[name]
    if name in STRUCTS:
        return st.lists(st.fixed_dictionaries({}, optional=STRUCTS[name]), max_size=2)
    return VALUES[glue]


COLUMNS = {field.name: _column(field.name, field.glue) for field in FIELDS if field.filled_by == "collect"}
PLACES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("country", "region", "city", "time_zone", "network"), TEXT)
)
RECORDS = st.fixed_dictionaries(
    {name: COLUMNS[name] for name in REQUIRED},
    optional={name: value for name, value in COLUMNS.items() if name not in REQUIRED and name != "channel"}
    | {"client": PLACES, "channel": st.text(max_size=32)},
)


@given(RECORDS)
def test_every_collected_event_becomes_a_row_of_the_model(record: dict[str, Any]) -> None:
    CollectedEvent.model_validate({name: value for name, value in record.items() if value != ""})
    EventRow.model_validate(enricher.enrich(record))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
BROKEN = st.dictionaries(st.sampled_from([*COLUMNS, "client", "browser", "unknown"]), JSON, max_size=8)


@given(BROKEN)
def test_whatever_a_record_holds_it_becomes_columns_of_the_table_or_fails_by_name(
    broken: dict[str, Any],
) -> None:
    try:
        row = enricher.enrich(RECORD | broken)
    except (WrongTypeError, MissingColumnError):
        return
    assert set(row) <= {field.name for field in FIELDS}
    assert None not in row.values()
