"""Debug headers and the validator."""

from __future__ import annotations

import json

import pytest

from tests.unit.collecting import KEY, Bench, make_pixel

PATH = f"/e/{KEY}"
VISITOR = "0123456789abcdef0123456789abcdef"


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

    def test_the_validators_answer_stays_below_what_lambda_takes(self) -> None:
        entry = {"name": "x", "props": {f"k{number}": "\U0001f600" * 900 for number in range(2)}}
        answer = Bench().send(
            f"/debug{PATH}",
            method="POST",
            body=json.dumps([entry] * 480, ensure_ascii=False),
            referer="https://a.example/" + "b" * 4000,
        )
        told = json.loads(answer.body)
        assert len(told["hits"]) + told["left_out"] == 480
        assert told["left_out"] > 0
        assert len(answer.body.encode()) < 6_000_000

    def test_the_validator_shows_a_denied_hit_as_the_log_would_hold_it(self) -> None:
        query = "consent=denied&url=https%3A%2F%2Fa.example%2F%3Fgclid%3D1%26x%3D2"
        row = json.loads(Bench().send(f"/debug{PATH}", query).body)["event"]
        assert (row["url"], row["channel"]) == ("https://a.example/?x=2", "paid_search")
        assert "click_id" not in row
