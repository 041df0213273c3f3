"""Every limit of a hit, on both sides."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest
from pixelweave.collector import read_entry
from pixelweave.hit import Hit
from pixelweave.params import JsonParams

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel

PATH = f"/e/{KEY}"
VISITOR = "0123456789abcdef0123456789abcdef"


class TestLimits:
    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("&".join(f"p{n}=1" for n in range(100)), None),
            ("&".join(f"p{n}=1" for n in range(101)), "too_many_parameters"),
            ("x=" + "a" * 10_238, None),
            ("x=" + "a" * 10_239, "query_too_large"),
            ("name=" + "n" * 256, None),
            ("name=" + "n" * 257, "field_too_long"),
            ("order_id=" + "n" * 128, None),
            ("order_id=" + "n" * 129, "field_too_long"),
            ("message_id=" + "n" * 129, "field_too_long"),
            ("session_id=" + "n" * 129, "field_too_long"),
            ("props=" + "[" * 7 + "]" * 7, "too_deep"),
        ],
    )
    def test_each_limit_of_a_query_has_its_reason(self, query: str, reason: str | None) -> None:
        row = Bench().row(PATH, query)
        assert row.get("reason") == reason
        assert row["outcome"] == ("rejected" if reason else "accepted")

    @pytest.mark.parametrize(
        ("props", "reason"),
        [
            ({str(n): 1 for n in range(100)}, None),
            ({str(n): 1 for n in range(101)}, "too_many_properties"),
            ({"k" * 128: 1}, None),
            ({"k" * 129: 1}, "field_too_long"),
            ({"k": "v" * 1024}, None),
            ({"k": "v" * 1025}, "field_too_long"),
            ({"a": {"b": {"c": {"d": {"e": 1}}}}}, None),
            ({"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}, "too_deep"),
        ],
    )
    def test_each_limit_of_a_map_has_its_reason(self, props: dict[str, Any], reason: str | None) -> None:
        row = Bench().row(PATH, method="POST", body=json.dumps({"name": "x", "props": props}))
        assert row.get("reason") == reason

    @pytest.mark.parametrize(
        ("name", "limit"),
        [("title", 512), ("url", 4096), ("referrer", 4096), ("utm_source", 256), ("language", 35)],
    )
    def test_what_a_browser_adds_is_cut_and_flagged(self, name: str, limit: int) -> None:
        whole = Bench().row(PATH, f"{name}={'a' * limit}")
        cut = Bench().row(PATH, f"{name}={'a' * (limit + 1)}")
        assert (whole["outcome"], whole.get("reason")) == ("accepted", None)
        assert (cut["outcome"], cut["reason"], len(cut[name])) == ("accepted", "field_truncated", limit)

    def test_a_long_user_agent_is_cut(self) -> None:
        assert len(Bench().row(PATH, user_agent="x" * 2000)["user_agent"]) == 1024

    def test_a_row_past_its_size_keeps_its_place_in_the_log(self) -> None:
        props = {f"k{n}": "ü" * 1000 for n in range(60)}
        row = Bench().row(PATH, method="POST", body=json.dumps({"name": "x", "props": props}))
        assert (row["outcome"], row["reason"], row["type"]) == ("rejected", "hit_too_large", "custom")
        assert "props" not in row

    def test_twenty_identifiers_and_no_more(self) -> None:
        query = "ui_t=" + ",".join(["customerid"] * 21) + "&ui_v=" + ",".join("x" * 21)
        row = Bench(make_pixel("rokt")).row(f"/v1/{KEY}/Pixel", f"dt=ScreenView&ct={NOW_MS}&{query}")
        assert row["reason"] == "too_many_identifiers"

    @pytest.mark.parametrize(
        ("count", "reason"), [(100, "unknown_identity_type"), (101, "too_many_properties")]
    )
    def test_a_hundred_names_in_a_list_of_rokt_and_no_more(self, count: int, reason: str) -> None:
        query = "ui_t=" + ",".join(["shoe"] * count) + "&ui_v=" + ",".join(["x"] * count)
        row = Bench(make_pixel("rokt")).row(f"/v1/{KEY}/Pixel", f"dt=ScreenView&ct={NOW_MS}&{query}")
        assert row["reason"] == reason

    @pytest.mark.parametrize(("count", "reason"), [(100, "invalid_label"), (101, "too_many_properties")])
    def test_a_hundred_labels_and_no_more_even_useless_ones(self, count: int, reason: str) -> None:
        row = Bench().row(PATH, method="POST", body=json.dumps({"name": "x", "labels": [1] * count}))
        assert row["reason"] == reason

    @pytest.mark.parametrize(("length", "reason"), [(126, None), (127, "field_too_long")])
    def test_a_name_past_its_limit_rejects_before_anything_is_joined_to_it(
        self, length: int, reason: str | None
    ) -> None:
        body = json.dumps({"name": "x", "props": {"k" * length: {"a": None}}})
        assert Bench().row(PATH, method="POST", body=body).get("reason") == reason

    @pytest.mark.parametrize(
        ("dialect", "path", "hostile"),
        [
            ("native", PATH, {"name": "x", "props": {"k" * 500_000: {str(n): None for n in range(100_000)}}}),
            ("native", PATH, {"name": "x", "labels": [1] * 1_000_000}),
            ("altcraft", f"/altcraft/{KEY}", {"goal": ["a"] * 1_000_000}),
            ("rokt", f"/v1/{KEY}/Pixel", {"ui_t": "a," * 500_000, "ui_v": "b," * 500_000}),
        ],
    )
    def test_one_hit_of_many_parts_is_refused_before_its_parts_are_read(
        self, dialect: str, path: str, hostile: dict[str, Any]
    ) -> None:
        hit = Hit(method="POST", path=path, query="", headers={}, received_at=NOW_MS)
        before = process_time()
        reading = read_entry(JsonParams(hostile), hit, dialect, None)
        assert process_time() - before < 0.3
        assert len(reading.problems) < 10
