"""Rokt's recommended attributes, example by example of the seed's table, and on both sides of each form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.attribute import normalize_attributes
from pixelweave.hit_identity import HitReader
from pixelweave.identify_model import HitPart


@pytest.mark.parametrize(
    ("name", "value", "normal"),
    [
        ("firstname", "John", "John"),
        ("firstnamesha256", "fab1e2e699b3b927cbf875046a64f222", "fab1e2e699b3b927cbf875046a64f222"),
        ("firstnamesha256", "A" * 64, "a" * 64),
        ("lastname", "Doe", "Doe"),
        ("lastnamesha256", "fab1e2e699b3b927cbf875046a64f222", "fab1e2e699b3b927cbf875046a64f222"),
        ("mobile", "3125551515", "3125551515"),
        ("mobile", "1112345678", "1112345678"),
        ("mobile", "+1 (222) 345-6789", "+12223456789"),
        ("mobilesha256", "fab1e2e699b3b927cbf875046a64f222", "fab1e2e699b3b927cbf875046a64f222"),
        ("age", "33", "33"),
        ("age", "0", "0"),
        ("age", "130", "130"),
        ("dob", "19900717", "19900717"),
        ("gender", "M", "M"),
        ("gender", "Male", "M"),
        ("gender", "female", "F"),
        ("gender", "nonbinary", "nonbinary"),
        ("city", "Brooklyn", "Brooklyn"),
        ("state", "NY", "NY"),
        ("zip", "11201", "11201"),
        ("title", "Mr", "Mr"),
        ("language", "EN", "en"),
        ("value", "52.25", "52.25"),
        ("predictedltv", "136.23", "136.23"),
        ("FirstName", " John ", "John"),
    ],
)
def test_an_attribute_of_the_table_has_one_form(name: str, value: str, normal: str) -> None:
    assert normalize_attributes({name: value}) == ({name.lower(): normal}, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("firstnamesha256", "John"),
        ("mobilesha256", "a" * 63),
        ("mobile", "123456"),
        ("mobile", "1" * 16),
        ("mobile", "call me 3125551515"),
        ("age", "131"),
        ("age", "-1"),
        ("age", "33.5"),
        ("age", "٣٣"),
        ("dob", "1990-07-17"),
        ("dob", "19901317"),
        ("dob", "1990717"),
        ("value", "a lot"),
        ("zip", " "),
    ],
)
def test_a_value_of_another_form_is_left_out(name: str, value: str) -> None:
    assert normalize_attributes({name: value, "zip2": "kept"}) == ({"zip2": "kept"}, (name,))


@given(
    st.dictionaries(st.sampled_from(["age", "dob", "mobile", "value", "x", "gender"]), st.text(max_size=20))
)
def test_any_value_is_kept_or_named(said: dict[str, str]) -> None:
    kept, left_out = normalize_attributes(said)
    assert len(kept) + len(left_out) == len(said)


@pytest.mark.parametrize(
    ("dialect", "traits", "unusable"),
    [("rokt", {"zip": "1"}, 1), ("sendgrid", {"age": "old", "zip": "1"}, 0)],
)
def test_only_rokts_attributes_are_held_to_its_table(
    dialect: str, traits: dict[str, str], unusable: int
) -> None:
    part = HitPart.model_validate(
        {
            "event_id": "e-1",
            "pixel_id": "px",
            "workspace_id": "ws",
            "dialect": dialect,
            "type": "page_view",
            "received_at": 1,
            "occurred_at": 1,
            "identifiers": [{"type": "user_id", "value": "7"}],
            "traits": {"age": "old", "zip": "1"},
        }
    )
    read = HitReader("US", frozenset()).read(part)
    assert read.hit.traits == traits
    found = [(each.kind, each.reason, each.digest) for each in read.unusable]
    assert found == [("trait:age", "invalid_value", "")] * unusable
