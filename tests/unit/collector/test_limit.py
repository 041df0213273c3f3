"""Every limit of a hit, on both sides."""

from __future__ import annotations

import json
from typing import Any

import pytest

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
