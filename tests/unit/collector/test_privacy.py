"""The visitor cookie, and consent."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from tests.unit.collecting import KEY, Bench, make_pixel

PATH = f"/e/{KEY}"
VISITOR = "0123456789abcdef0123456789abcdef"


class TestCookie:
    def cookie(self, bench: Bench | None = None, **headers: str) -> str:
        cookies = (bench or Bench()).send(PATH, **headers).cookies
        return cookies[0] if cookies else ""

    def test_a_new_visitor_gets_an_id_of_the_collectors_making(self) -> None:
        bench = Bench()
        answer = bench.send(PATH)
        minted = bench.rows[0]["visitor_id"]
        assert answer.cookies == [
            f"pw_vid={minted}; Max-Age=34128000; Path=/; Secure; HttpOnly; SameSite=None"
        ]

    def test_a_known_visitor_keeps_the_id_and_gets_no_cookie(self) -> None:
        bench = Bench()
        answer = bench.send(PATH, cookie=f"a=b; pw_vid={VISITOR}; c=d")
        assert bench.rows[0]["visitor_id"] == VISITOR
        assert answer.cookies == []

    @pytest.mark.parametrize(
        "value",
        ["", "x" * 32, VISITOR.upper(), VISITOR + "0", VISITOR[:-1], f'"{VISITOR}"', "a\r\nSet-Cookie: b=c"],
    )
    def test_a_cookie_of_another_form_is_replaced_and_never_echoed(self, value: str) -> None:
        bench = Bench()
        answer = bench.send(PATH, cookie=f"pw_vid={value}")
        assert len(answer.cookies) == 1
        assert bench.rows[0]["visitor_id"] != value
        assert not value or value not in answer.cookies[0]

    @pytest.mark.parametrize(
        ("site", "expected"), [("same-origin", "Lax"), ("same-site", "Lax"), ("cross-site", "None")]
    )
    def test_same_site_pages_get_a_lax_cookie(self, site: str, expected: str) -> None:
        assert self.cookie(sec_fetch_site=site).endswith(f"SameSite={expected}")

    def test_partitioned_is_an_option_for_third_party_pages(self) -> None:
        assert self.cookie(Bench(partitioned=True)).endswith("SameSite=None; Partitioned")
        assert "Partitioned" not in self.cookie(Bench(partitioned=True), sec_fetch_site="same-site")

    def test_a_visitor_named_by_the_hit_needs_no_cookie(self) -> None:
        bench = Bench()
        assert bench.send(PATH, "visitor_id=v1").cookies == []
        assert bench.rows[0]["visitor_id"] == "v1"

    @pytest.mark.parametrize(
        ("headers", "count"),
        [({}, 0), ({"origin": "https://a.example"}, 1), ({"sec_fetch_site": "cross-site"}, 1)],
    )
    def test_a_server_that_posts_hits_is_no_visitor(self, headers: dict[str, str], count: int) -> None:
        assert len(Bench().send(PATH, method="POST", body='{"name":"x"}', **headers).cookies) == count

    def test_a_batch_is_of_nobody_in_particular(self) -> None:
        bench = Bench()
        answer = bench.send(
            PATH, method="POST", body='[{"name":"a"},{"name":"b"}]', origin="https://a.example"
        )
        assert answer.cookies == []
        assert not any("visitor_id" in row for row in bench.rows)


class TestConsent:
    @pytest.mark.parametrize(
        ("policy", "headers", "said", "consent"),
        [
            ("ignore", {"sec_gpc": "1", "dnt": "1"}, "", None),
            ("ignore", {}, "denied", "denied"),
            ("gpc", {"sec_gpc": "1"}, "granted", "denied"),
            ("gpc", {"dnt": "1"}, "", None),
            ("signals", {"dnt": "1"}, "", "denied"),
            ("signals", {"sec_gpc": "1"}, "", "denied"),
            ("signals", {"sec_gpc": "0", "dnt": "0"}, "", None),
            ("signals", {}, "granted", "granted"),
            ("require", {}, "", "denied"),
            ("require", {}, "granted", "granted"),
            ("require", {"dnt": "1"}, "granted", "denied"),
            ("signals", {}, "perhaps", None),
        ],
    )
    def test_the_more_private_word_holds(
        self, policy: str, headers: dict[str, str], said: str, consent: str | None
    ) -> None:
        row = Bench(make_pixel(consent_policy=policy)).row(PATH, f"consent={said}", **headers)
        assert row.get("consent") == consent

    def test_denial_strips_ids_and_cookies_not_rows(self) -> None:
        bench = Bench()
        query = urlencode(
            {"session_id": "s", "visitor_id": "v", "email": "a@b.de", "order_id": "o", "consent": "denied"}
        )
        answer = bench.send(PATH, query, cookie=f"pw_vid={VISITOR}")
        row = bench.rows[0]
        assert (row["outcome"], row["order_id"]) == ("accepted", "o")
        assert not row.keys() & {"session_id", "visitor_id"}
        assert bench.messages == []
        assert answer.cookies == ["pw_vid=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=None"]

    def test_denial_strips_ids_from_maps_too(self) -> None:
        hit = {
            "name": "x",
            "consent": "denied",
            "props": {"user_id": "7", "fbclid": "c", "plan": "pro"},
            "labels": {"visitorId": "v", "section": "s"},
        }
        row = Bench().row(PATH, method="POST", body=json.dumps(hit))
        assert (row["props"], row["labels"]) == ({"plan": "pro"}, {"section": "s"})

    def test_denial_without_a_cookie_sets_none(self) -> None:
        assert Bench().send(PATH, "consent=denied").cookies == []
