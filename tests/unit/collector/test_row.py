"""What a row says beside its dialect."""

from __future__ import annotations

import pytest

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel

PATH = f"/e/{KEY}"
VISITOR = "0123456789abcdef0123456789abcdef"


class TestRow:
    def test_a_row_says_who_when_and_what(self) -> None:
        row = Bench().row(PATH, "name=x", referer="https://shop.example/a", accept_language="de-DE,de;q=0.9")
        assert row == {
            "event_id": row["event_id"],
            "pixel_id": "px_native",
            "workspace_id": "ws_shop",
            "dialect": "native",
            "type": "custom",
            "name": "x",
            "outcome": "accepted",
            "received_at": NOW_MS,
            "occurred_at": NOW_MS,
            "visitor_id": row["visitor_id"],
            "url": "https://shop.example/a",
            "language": "de-DE",
            "user_agent": row["user_agent"],
            "schema_version": 1,
            "client": {"network": "203.0.113.0"},
        }

    def test_event_ids_are_uuid_version_7_of_the_collectors_clock(self) -> None:
        event_id = Bench().row(PATH)["event_id"]
        assert int(event_id.replace("-", "")[:12], 16) == NOW_MS
        assert (event_id[14], event_id[19]) == ("7", "8")

    @pytest.mark.parametrize(
        ("allowed", "url", "reason"),
        [
            ((), "https://any.example/", None),
            (("shop.example",), "https://shop.example/a", None),
            (("shop.example",), "https://SHOP.example:8443/a", None),
            (("shop.example",), "https://evil.example/shop.example", "host_not_allowed"),
            (("shop.example",), "https://shop.example.evil.example/", "host_not_allowed"),
            (("shop.example",), "https://www.shop.example/", "host_not_allowed"),
            (("*.shop.example",), "https://www.shop.example/", None),
            (("*.shop.example",), "https://shop.example/", "host_not_allowed"),
            (("shop.example",), "", "host_not_allowed"),
        ],
    )
    def test_hosts_are_a_soft_limit(self, allowed: tuple[str, ...], url: str, reason: str | None) -> None:
        row = Bench(make_pixel(allowed_hosts=allowed)).row(PATH, referer=url)
        assert (row["outcome"], row.get("reason")) == ("accepted", reason)

    @pytest.mark.parametrize(
        ("flag", "outcome"), [("1", "test"), ("true", "test"), ("0", "accepted"), ("", "accepted")]
    )
    def test_is_test_is_an_outcome_of_its_own(self, flag: str, outcome: str) -> None:
        bench = Bench()
        assert bench.row(PATH, f"is_test={flag}&email=a%40b.de")["outcome"] == outcome
        assert len(bench.messages) == (outcome == "accepted")

    def test_a_rejected_hit_identifies_nobody(self) -> None:
        bench = Bench()
        bench.row(PATH, "type=x&email=a%40b.de")
        assert bench.messages == []

    def test_repeated_parameters_are_not_joined(self) -> None:
        assert Bench().row(PATH, "name=a,b&name=c")["name"] == "a,b"

    @pytest.mark.parametrize("name", ["message_id", "session_id", "order_id"])
    @pytest.mark.parametrize("value", ["undefined", "null", "NaN", "None", "[object Object]", "-1", "0"])
    def test_an_id_that_is_none_is_left_out_and_flagged(self, name: str, value: str) -> None:
        row = Bench().row(PATH, f"{name}={value}")
        assert (row["outcome"], row["reason"], row.get(name)) == ("accepted", "invalid_identifier", None)

    def test_a_visitor_named_undefined_is_the_cookies(self) -> None:
        bench = Bench()
        answer = bench.send(PATH, "visitor_id=undefined")
        assert len(bench.rows[0]["visitor_id"]) == 32
        assert len(answer.cookies) == 1

    @pytest.mark.parametrize("value", ["00", "10", "undefined-7", "nullable"])
    def test_an_id_that_only_looks_like_none_is_kept(self, value: str) -> None:
        assert Bench().row(PATH, f"order_id={value}")["order_id"] == value
