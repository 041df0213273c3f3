"""Bodies: JSON, forms, packed, in batches."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.unit.collecting import KEY, Bench

PATH = f"/e/{KEY}"
VISITOR = "0123456789abcdef0123456789abcdef"


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
            ('{"name":"x"}', {"content_encoding": "gzip"}),
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

    def test_a_multipart_body_is_rejected_rather_than_read_as_an_empty_form(self) -> None:
        body = '--x\r\nContent-Disposition: form-data; name="type"\r\n\r\npurchase\r\n--x--'
        row = Bench().row(PATH, method="POST", body=body, content_type="Multipart/form-data; boundary=x")
        assert (row["outcome"], row["reason"]) == ("rejected", "invalid_body")

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
        assert all(len(json.dumps(body)) <= 256 * 1024 for body in bench.identify_bodies)
        assert len(bench.identify_bodies) == 6

    def test_an_empty_post_is_read_from_its_query(self) -> None:
        assert Bench().row(PATH, "name=x", method="POST", body="")["name"] == "x"
