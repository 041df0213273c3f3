"""The enrich function as Firehose calls it."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from base64 import b64decode, b64encode
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.event_model import CollectedEvent, EventRow
from pixelweave_aws.hit_tally import LATE_AFTER_MS, HitTally
from pixelweave_aws.transformation import transform_batch

from tests.unit.collecting import KEY, Bench, make_pixel

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
PAYLOAD = json.loads((ROOT / "events" / "firehose_transform.json").read_text())
RECORD = json.loads((ROOT / "events" / "firehose" / "rokt_page_view.json").read_text())
# Where the payload has no hit: no JSON, and JSON without an event id.
BAD = (1, 4)


@pytest.fixture(scope="module")
def app() -> ModuleType:
    return importlib.import_module("functions.enrich.app")


def pack(record: object, record_id: str = "r") -> dict[str, Any]:
    data = record if isinstance(record, bytes) else json.dumps(record).encode()
    return {
        "recordId": record_id,
        "approximateArrivalTimestamp": 1_732_197_601_000,
        "data": b64encode(data).decode(),
    }


def unpack(record: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(b64decode(record["data"]))
    return row


def read_metrics(text: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, text.splitlines()) if "_aws" in line]


def test_every_record_is_answered_once_in_order_and_a_bad_one_does_not_stop_its_batch(
    app: ModuleType,
) -> None:
    answers = app.handler(PAYLOAD, None)["records"]
    assert [answer["recordId"] for answer in answers] == [record["recordId"] for record in PAYLOAD["records"]]
    for index, (answer, record) in enumerate(zip(answers, PAYLOAD["records"], strict=True)):
        if index in BAD:
            assert answer == {
                "recordId": record["recordId"],
                "result": "ProcessingFailed",
                "data": record["data"],
            }
        else:
            assert answer["result"] == "Ok"
            EventRow.model_validate(unpack(answer))


def test_the_captured_hits_become_the_rows_that_a_reader_expects(app: ModuleType) -> None:
    rows = {
        row["dialect"] + "/" + row["outcome"]: row
        for row in (
            unpack(answer) for answer in app.handler(PAYLOAD, None)["records"] if answer["result"] == "Ok"
        )
    }
    seen = {
        name: tuple(
            row.get(column)
            for column in ("client_class", "device_type", "browser", "channel", "country", "city")
        )
        for name, row in rows.items()
    }
    assert seen == {
        "rokt/accepted": ("human", "mobile", "Mobile Safari", "email", "GB", "Leeds"),
        "pitchtarget/accepted": ("human", "desktop", "Chrome", "paid_search", None, None),
        "sendgrid/accepted": ("proxy", "other", None, None, "US", None),
        "altcraft/accepted": ("human", "mobile", "Chrome Mobile", "email", "US", None),
        "ksense/accepted": ("human", "desktop", "Safari", "paid_social", "FR", None),
        "native/bot": ("bot", "other", "Googlebot", "direct", "US", None),
        "rokt/rejected": ("bot", "other", "bingbot", "direct", None, None),
    }
    assert rows["pitchtarget/accepted"]["click_id"] == "gclid:Cj0KCQiAgJa6BhCOARIsAMiL7V8"
    assert "fbclid" not in json.dumps(rows["ksense/accepted"])


@pytest.fixture
def log(app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the function's logger writes; it holds the standard output of the time it was made."""
    stream = StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", stream)
    return stream


PIXELS = {
    "rokt": (
        f"/v1/{KEY}/Pixel",
        "dt=ScreenView&ct=1782907200000&ui_t=email&ui_v=ann%40mail.example&hn=shop.example",
    ),
    "pitchtarget": (f"/{KEY}/revenue.gif", "event_token=buy&amount=2500&params=%7B%22plan%22%3A%22pro%22%7D"),
    "altcraft": (f"/altcraft/{KEY}", "channel=Push&goal=signup&value=-2.5&currency=EUR"),
    "native": (f"/e/{KEY}", "type=page_view&url=https%3A%2F%2Fshop.example%2F%3Fgclid%3D1&props.a=b"),
    "ksense": (f"/ksense/{KEY}", "track=pv&url=https%3A%2F%2Fshop.example%2Fa&labels=plan%3Dpro"),
    "sendgrid": (f"/sendgrid/{KEY}", "type=page&url=https%3A%2F%2Fshop.example%2Fa"),
}


@pytest.mark.parametrize("dialect", PIXELS)
def test_what_collect_writes_is_what_enrich_takes(dialect: str, app: ModuleType) -> None:
    bench = Bench(make_pixel(dialect))
    bench.send(*PIXELS[dialect])
    (record,) = bench.rows
    CollectedEvent.model_validate(record)
    row = unpack(app.handler({"records": [pack(record)]}, None)["records"][0])
    EventRow.model_validate(row)
    assert (row["dialect"], row["outcome"]) == (dialect, "accepted")


def test_a_failed_record_is_logged_by_id_and_class_and_nothing_else(
    app: ModuleType, log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    canaries = ("canary@mail.example", "198.51.100.77", "CANARY-NAME")
    records = [
        pack(
            {
                "event_id": "e",
                "title": [canaries[0]],
                "client": {"network": canaries[1]},
                **dict.fromkeys("abc", 1),
            },
            "r-1",
        ),
        pack(canaries[2].encode(), "r-2"),
        pack(RECORD | {"value": canaries[0]}, "r-3"),
        pack(RECORD | {"client": [canaries[1]]}, "r-4"),
        {"recordId": "r-5", "data": "%%%"},
        pack(b"[" * 100_000, "r-6"),
        pack(b"\xff\xfe\x00", "r-7"),
    ]
    answers = app.handler({"records": records}, None)["records"]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    logged = {line["record_id"]: line["error"] for line in lines}
    assert [answer["result"] for answer in answers] == ["ProcessingFailed"] * 7
    assert [answer["data"] for answer in answers] == [record["data"] for record in records]
    assert logged == {
        "r-1": "WrongTypeError",
        "r-2": "JSONDecodeError",
        "r-3": "WrongTypeError",
        "r-4": "WrongTypeError",
        "r-5": "JSONDecodeError",
        "r-6": "RecursionError",
        "r-7": "UnicodeDecodeError",
    }
    written = log.getvalue() + capsys.readouterr().out
    assert not [canary for canary in canaries if canary in written]


def test_the_network_is_in_no_row_and_no_log(
    app: ModuleType, log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = app.handler({"records": [pack(RECORD | {"client": {"network": "203.0.113.0"}})]}, None)[
        "records"
    ]
    assert answers[0]["result"] == "Ok"
    assert "203.0.113" not in json.dumps(unpack(answers[0])) + log.getvalue() + capsys.readouterr().out


def test_metrics_are_written_once_a_batch_and_once_a_dialect(
    app: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    app.handler(PAYLOAD, None)
    batch, *dialects = read_metrics(capsys.readouterr().out)
    assert (batch["RecordsReceived"], batch["RecordsFailed"]) == ([9], [2])
    assert batch["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    rokt = next(line for line in dialects if line["dialect"] == "rokt")
    metrics = rokt["_aws"]["CloudWatchMetrics"][0]
    assert metrics["Namespace"] == "Pixelweave"
    assert sorted(map(sorted, metrics["Dimensions"])) == [["dialect", "service"], ["service"]]
    kinds = ("Accepted", "Rejected", "Bot", "Test", "Proxy", "Late")
    assert [metric["Name"] for metric in metrics["Metrics"]] == [f"Hits{kind}" for kind in kinds]
    assert [rokt[f"Hits{kind}"] for kind in kinds] == [[1], [1], [0], [0], [0], [0]]
    assert (rokt["reasons"], rokt["pixels"]) == ({"missing_confirmationref": 1}, {"px_rokt": 2})
    hits = sum(line[f"Hits{kind}"][0] for line in dialects for kind in kinds[:4])
    assert hits == batch["RecordsReceived"][0] - batch["RecordsFailed"][0]


@pytest.mark.parametrize(("delay", "late"), [(LATE_AFTER_MS, 0), (LATE_AFTER_MS + 1, 1)])
def test_a_hit_is_late_when_firehose_got_it_more_than_five_minutes_after_the_collector(
    delay: int, late: int, app: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    record = pack(RECORD) | {"approximateArrivalTimestamp": RECORD["received_at"] + delay}
    app.handler({"records": [record]}, None)
    assert read_metrics(capsys.readouterr().out)[1]["HitsLate"] == [late]


def test_a_dialect_that_is_none_of_ours_does_not_become_a_dimension(
    app: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    app.handler({"records": [pack(RECORD | {"dialect": "forged"})]}, None)
    assert read_metrics(capsys.readouterr().out)[1]["dialect"] == "other"


class SilentLog:
    def warning(self, msg: object, /, *, extra: dict[str, object]) -> None:
        """Take a line and forget it."""


def test_what_would_make_the_answer_too_large_fails_and_keeps_its_data() -> None:
    records = [pack(RECORD, f"r-{index}") for index in range(4)]

    def grow(record: object) -> dict[str, object]:
        assert isinstance(record, dict)
        return record | {
            "received_at": "2024-11-21 14:40:00.123",
            "client_class": "human",
            "padding": "x" * 3000,
        }

    unbounded = transform_batch(records, grow, HitTally(), SilentLog())
    size = len(json.dumps({"records": unbounded}))
    for room, expected in ((size + 200, ["Ok"] * 4), (size - 3000, ["Ok"] * 3 + ["ProcessingFailed"])):
        answers = transform_batch(records, grow, HitTally(), SilentLog(), max_response=room)
        assert [answer["result"] for answer in answers] == expected
        assert len(json.dumps({"records": answers})) <= room + 64
        assert all(
            a["data"] == r["data"] for a, r in zip(answers, records, strict=True) if a["result"] != "Ok"
        )


def test_a_lone_surrogate_becomes_a_question_mark_and_not_an_error(app: ModuleType) -> None:
    answer = app.handler({"records": [pack(RECORD | {"title": "a\ud800b", "user_agent": "\udfff"})]}, None)[
        "records"
    ][0]
    assert unpack(answer)["title"] == "a?b"


def import_in_empty_environment(module: str, **env: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "layers" / "core")])
    return subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"} | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", ["functions.enrich.app", "functions.redrive.app"])
def test_a_function_is_imported_in_an_empty_environment(module: str) -> None:
    result = import_in_empty_environment(module)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_geo_database_that_is_missing_is_reported_and_does_not_stop_the_events() -> None:
    result = import_in_empty_environment("functions.enrich.app", GEO_DATABASE="/nowhere/geo.mmdb")
    assert result.returncode == 0
    assert json.loads(result.stdout.splitlines()[0])["exception_name"] == "GeoDatabaseError"
