"""The collector: answers, cookies, consent, debugging, limits, batches."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from pixelweave.errors import PixelOutageError
from pixelweave.gif import GIF, GIF_BASE64

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel

PATH = f"/e/{KEY}"
VISITOR = "0123456789abcdef0123456789abcdef"


class TestAnswer:
    def test_a_hit_is_answered_with_the_gif_that_nobody_may_keep(self) -> None:
        answer = Bench().send(PATH)
        assert (answer.status, answer.body, answer.is_base64) == (200, GIF_BASE64, True)
        assert answer.headers == {
            "Content-Type": "image/gif",
            "Content-Length": "43",
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
        }

    def test_the_gif_is_one_transparent_pixel(self) -> None:
        assert GIF[:6] == b"GIF89a"
        assert GIF[6:10] == bytes((1, 0, 1, 0))
        assert GIF[-1:] == b";"
        assert len(GIF) == 43

    def test_head_has_the_headers_and_is_no_hit(self) -> None:
        bench = Bench()
        answer = bench.send(PATH, method="HEAD")
        assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, "", "43")
        assert bench.rows == []

    @pytest.mark.parametrize(
        "path",
        ["/", "/e", "/e/", "/e/unknownkey", f"/x/{KEY}", f"/v2/{KEY}/Pixel", "/favicon.ico", f"/i/{KEY}/x"],
    )
    def test_without_a_known_key_there_is_no_image_and_no_row(self, path: str) -> None:
        bench = Bench()
        answer = bench.send(path)
        assert (answer.status, answer.is_base64) == (404, False)
        assert bench.stores == 0

    @pytest.mark.parametrize("key", ["a" * 65, "a%00", "a b", "ä", "../x", "a'b"])
    def test_what_cannot_be_a_key_is_not_looked_up(self, key: str) -> None:
        bench = Bench()
        bench.pixel.key = key
        assert bench.send(f"/e/{key}").status == 404

    @pytest.mark.parametrize(("status", "expires_at"), [("disabled", None), ("active", NOW_MS // 1000)])
    def test_a_disabled_or_expired_key_is_unknown(self, status: str, expires_at: int | None) -> None:
        bench = Bench(make_pixel(status=status, expires_at=expires_at))
        assert bench.send(PATH).status == 404
        assert bench.stores == 0

    def test_a_rotated_key_is_answered_until_it_expires(self) -> None:
        assert Bench(make_pixel(expires_at=NOW_MS // 1000 + 1)).send(PATH).status == 200

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
    def test_other_methods_are_told_what_is_allowed(self, method: str) -> None:
        answer = Bench().send(PATH, method=method)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")

    def test_a_preflight_is_answered_for_any_path(self) -> None:
        answer = Bench().send(PATH, method="OPTIONS", origin="https://shop.example")
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS"

    @pytest.mark.parametrize(
        ("origin", "allowed", "credentials"),
        [
            ("https://shop.example", "https://shop.example", "true"),
            ("http://localhost:8080", "http://localhost:8080", "true"),
            ("null", "*", None),
            ("https://a.example, https://b.example", "*", None),
            ("https://" + "a" * 300, "*", None),
            ("javascript:alert(1)", "*", None),
        ],
    )
    def test_any_page_may_send_with_cookies(self, origin: str, allowed: str, credentials: str | None) -> None:
        headers = Bench().send(PATH, origin=origin).headers
        assert headers["Access-Control-Allow-Origin"] == allowed
        assert headers.get("Access-Control-Allow-Credentials") == credentials

    def test_an_outage_of_the_pixel_table_is_not_an_unknown_key(self) -> None:
        bench = Bench()

        def find(key: str, remaining_seconds: float) -> None:
            raise PixelOutageError(key, remaining_seconds)

        bench.collector._find_pixel = find
        answer = bench.send(PATH)
        assert (answer.status, answer.body, answer.headers["Retry-After"]) == (503, GIF_BASE64, "5")

    def test_when_nothing_could_be_stored_the_sender_is_asked_to_come_again(self) -> None:
        answer = Bench(lost=1).send(PATH)
        assert (answer.status, answer.body, answer.headers["Retry-After"]) == (503, GIF_BASE64, "5")

    def test_one_hit_is_stored_once(self) -> None:
        bench = Bench()
        bench.send(PATH, "email=a%40b.de")
        assert (bench.stores, len(bench.rows), len(bench.identify_bodies)) == (1, 1, 1)


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

    def test_denial_without_a_cookie_sets_none(self) -> None:
        assert Bench().send(PATH, "consent=denied").cookies == []


class TestDebug:
    @pytest.mark.parametrize(("query", "headers"), [("debug=1", {}), ("", {"x_pixelweave_debug": "1"})])
    def test_who_asks_is_told_outcome_and_reason(self, query: str, headers: dict[str, str]) -> None:
        answer = Bench().send(PATH, "type=click&" + query, **headers)
        assert answer.headers["X-Pixelweave-Outcome"] == "rejected"
        assert answer.headers["X-Pixelweave-Reason"] == "unknown_event_type"

    def test_an_accepted_hit_has_no_reason(self) -> None:
        answer = Bench().send(PATH, "debug=1")
        assert answer.headers["X-Pixelweave-Outcome"] == "accepted"
        assert "X-Pixelweave-Reason" not in answer.headers

    @pytest.mark.parametrize("query", ["", "debug=0", "xdebug=1", "debug=10"])
    def test_who_does_not_ask_is_not_told(self, query: str) -> None:
        assert not any(name.startswith("X-Pixelweave") for name in Bench().send(PATH, query).headers)

    def test_a_batch_is_told_in_sums(self) -> None:
        body = json.dumps([{"name": "a"}, {"type": "x"}, {"type": "y"}, {"value": "z"}])
        headers = Bench().send(PATH, "debug=1", method="POST", body=body).headers
        assert headers["X-Pixelweave-Outcome"] == "accepted=1, rejected=3"
        assert headers["X-Pixelweave-Reason"] == "invalid_value=1, unknown_event_type=2"

    def test_the_validator_stores_nothing_and_names_each_problem(self) -> None:
        bench = Bench(make_pixel("pitchtarget"))
        answer = bench.send(
            f"/debug/{KEY}/revenue.gif", "amount=2.5", referer="https://shop.example/a?utm_source=x&gclid=1"
        )
        found = json.loads(answer.body)
        assert (bench.stores, answer.cookies, answer.headers["Content-Type"]) == (0, [], "application/json")
        assert (found["outcome"], found["reason"]) == ("rejected", "missing_event_token")
        assert [(each["parameter"], each["reason"]) for each in found["problems"]] == [
            ("event_token", "missing_event_token"),
            ("amount", "invalid_amount"),
        ]
        assert all(each["expected"] for each in found["problems"])
        assert found["event"]["host"] == "shop.example"
        assert found["event"]["utm_source"] == "x"

    def test_the_validator_shows_what_the_identify_queue_would_get(self) -> None:
        found = json.loads(Bench().send(f"/debug{PATH}", 'email=a%40b.de&traits={"plan":"pro"}').body)
        assert found["identify"] == {
            "identifiers": [{"type": "email", "value": "a@b.de"}],
            "traits": {"plan": "pro"},
        }

    def test_the_validator_takes_batches(self) -> None:
        answer = Bench().send(f"/debug{PATH}", method="POST", body='[{"name":"a"},{"type":"x"}]')
        assert [each["outcome"] for each in json.loads(answer.body)["hits"]] == ["accepted", "rejected"]

    def test_the_validator_of_an_unknown_key_is_404(self) -> None:
        assert Bench().send("/debug/e/unknown").status == 404


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


class TestBody:
    def post(self, body: bytes | str, **headers: str) -> list[dict[str, Any]]:
        bench = Bench()
        assert bench.send(PATH, method="POST", body=body, **headers).status == 200
        return bench.rows

    @pytest.mark.parametrize(
        ("body", "headers"),
        [
            ('{"name":"x"}', {"content_type": "application/json"}),
            ('{"name":"x"}', {"content_type": "text/plain;charset=UTF-8"}),
            ('\ufeff {"name":"x"} ', {}),
            ("name=x&title=y", {"content_type": "application/x-www-form-urlencoded"}),
            ("name=x", {"content_type": "text/plain"}),
            (gzip.compress(b'{"name":"x"}'), {"content_encoding": "gzip"}),
            (gzip.compress(b"name=x"), {"content_encoding": "GZIP", "content_type": "text/plain"}),
        ],
    )
    def test_a_body_is_json_or_a_form_plain_or_packed(
        self, body: bytes | str, headers: dict[str, str]
    ) -> None:
        assert [(row["name"], row["outcome"]) for row in self.post(body, **headers)] == [("x", "accepted")]

    @pytest.mark.parametrize(
        ("body", "headers", "reason"),
        [
            (b"\xff\xfe", {}, "invalid_body"),
            ("{", {}, "invalid_body"),
            ("hello", {}, "invalid_body"),
            ('{"value":NaN}', {}, "invalid_body"),
            ('{"a":' + "[" * 200_000, {}, "invalid_body"),
            (b"not gzip", {"content_encoding": "gzip"}, "invalid_body"),
            (gzip.compress(b'{"name":"x"}')[:-9], {"content_encoding": "gzip"}, "invalid_body"),
            (gzip.compress(b" " * (4 * 1024 * 1024 + 1)), {"content_encoding": "gzip"}, "body_too_large"),
            (b" " * (4 * 1024 * 1024 + 1), {}, "body_too_large"),
            ("7", {}, "invalid_json"),
            ('"x"', {}, "invalid_json"),
            ("[]", {}, "empty_batch"),
            ('{"batch":[]}', {}, "empty_batch"),
            (json.dumps([{}] * 501), {}, "too_many_hits"),
            (json.dumps({str(n): 1 for n in range(101)}), {}, "too_many_parameters"),
            ('{"props":{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}}', {}, "too_deep"),
        ],
    )
    def test_a_body_that_cannot_be_read_is_one_rejected_row(
        self, body: bytes | str, headers: dict[str, str], reason: str
    ) -> None:
        assert [(row["outcome"], row["reason"]) for row in self.post(body, **headers)] == [
            ("rejected", reason)
        ]

    def test_a_body_of_just_4_mib_is_read(self) -> None:
        head, tail = '{"name":"x"', "}"
        body = head + " " * (4 * 1024 * 1024 - len(head) - len(tail)) + tail
        assert self.post(gzip.compress(body.encode()), content_encoding="gzip")[0]["name"] == "x"

    @pytest.mark.parametrize("wrap", ["{}", '{{"batch":{}}}'])
    def test_a_batch_of_500_leaves_500_rows_with_one_store(self, wrap: str) -> None:
        bench = Bench()
        hits = [{"name": str(number)} for number in range(500)]
        bench.send(PATH, method="POST", body=wrap.format(json.dumps(hits)))
        assert [row["name"] for row in bench.rows] == [str(number) for number in range(500)]
        assert len({row["event_id"] for row in bench.rows}) == 500
        assert bench.stores == 1

    def test_one_bad_hit_costs_the_others_nothing(self) -> None:
        rows = self.post('[{"name":"a"}, 7, {"type":"x"}, {"name":"b"}]')
        assert [row["outcome"] for row in rows] == ["accepted", "rejected", "rejected", "accepted"]

    def test_the_identities_of_a_batch_travel_in_few_messages(self) -> None:
        bench = Bench()
        hits = [
            {"name": "x", "email": f"{number}@example.com", "traits": {"bio": "b" * 1000}}
            for number in range(500)
        ]
        bench.send(PATH, method="POST", body=json.dumps(hits))
        assert len(bench.messages) == 500
        assert all(len(body) <= 256 * 1024 for body in bench.identify_bodies)
        assert len(bench.identify_bodies) == 3

    def test_an_empty_post_is_read_from_its_query(self) -> None:
        assert Bench().row(PATH, "name=x", method="POST", body="")["name"] == "x"


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
