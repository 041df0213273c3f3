"""What a hit takes until it lies in the lake: bytes on its way, processor time of collect and enrich, lines of metrics."""

from __future__ import annotations

import json
import resource
from base64 import b64decode
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from os import urandom
from statistics import mean
from typing import TYPE_CHECKING, Any

from pixelweave.collector import Collector
from pixelweave.pixel import Pixel
from pixelweave_aws.goal_tally import GoalTally
from pixelweave_aws.hit_tally import HitTally
from pixelweave_aws.http_api import read_hit
from pixelweave_aws.stitch_tally import StitchTally

from bench.artefact import ROOT
from bench.enrich import RECORDS, make_batches, make_enrich_batch, measure_parquet, measure_rate
from bench.hit import KEY, make_event
from bench.measurement import open_bench
from bench.runtime_api import FunctionError, run_function

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.artefact import Artefact

EVENTS = ROOT / "events" / "collect"
ROWS = (100, 1_000, RECORDS)
WARM_CALLS = 400
BATCH_CALLS = 100
BATCH_HITS = 21
ROUNDS = 5
# What API Gateway adds to an answer of the function.
GATEWAY_HEAD = (
    b"HTTP/1.1 200 OK\r\nDate: Wed, 01 Jul 2026 12:00:00 GMT\r\nContent-Length: 43\r\nConnection: keep-alive\r\n"
    b"Apigw-Requestid: bENsFjHsjoEEPZw=\r\n\r\n"
)
# CloudWatch Logs counts so many bytes for each line beside its text (CloudWatch Logs API reference, «PutLogEvents»).
LINE_OVERHEAD = 26


@dataclass(frozen=True, slots=True)
class CollectTime:
    """Milliseconds of a whole processor."""

    init: float
    first: float
    request: float
    hit: float
    response_bytes: float


def measure_record() -> float:
    """Bytes of the record that a captured request leaves on the stream, the mean over all dialects."""
    sizes: list[int] = []

    def store(records: list[bytes], _bodies: list[str], _seconds: float) -> int:
        sizes.extend(map(len, records))
        return 0

    for file in sorted(EVENTS.glob("*.json")):
        pixel = Pixel(
            pixel_id="px_7kq2m9xw4bcd", key=KEY, workspace_id="acme", dialect=file.stem.partition("_")[0]
        )
        collector = Collector(_always(pixel), store, urandom, partitioned=False)
        collector.answer(read_hit(json.loads(file.read_text()), None), 10.0)
    return mean(sizes)


def measure_collect() -> CollectTime:
    """Processor time of collect as built, under the real awslambdaric, against AWS behind TLS on loopback."""
    with open_bench() as bench:
        artefact = bench.build("collect", ROOT / "functions" / "collect" / "app.py")
        image, batch = make_event(), _make_batch()
        answer = run_function(artefact, [image], is_counted=False).answers[0]
        init, first = _measure_run(artefact, []), _measure_run(artefact, [image])
        warm = _measure_run(artefact, [image] * (1 + WARM_CALLS))
        first_batch, batches = (_measure_run(artefact, [batch] * calls) for calls in (1, 1 + BATCH_CALLS))
    one, of_batch = (warm - first) / WARM_CALLS, (batches - first_batch) / BATCH_CALLS
    hit = (of_batch - one) / (BATCH_HITS - 1)
    return CollectTime(init, first - init, one - hit, hit, _measure_answer(answer))


def measure_enrich() -> tuple[float, dict[int, float]]:
    """Microseconds of processor time a hit, and bytes of an event in Parquet by rows of an object."""
    batches, enrich_batch = make_batches(), make_enrich_batch()
    rows = [b64decode(answer["data"]) for batch in batches for answer in enrich_batch(batch)]
    sizes = {count: measure_parquet(rows, "snappy", count) for count in ROWS}
    return 1e6 / measure_rate(enrich_batch, batches), sizes


def measure_metrics(publish: Callable[[], None]) -> tuple[int, int]:
    """Bytes of log lines, and metrics that they make, of one publication (CloudWatch bills each name and set of dimensions)."""
    text = StringIO()
    with redirect_stdout(text):
        publish()
    lines = text.getvalue().splitlines()
    metrics = {
        (metric["Name"], *((name, line[name]) for name in dimensions))
        for line in map(json.loads, lines)
        for directive in line["_aws"]["CloudWatchMetrics"]
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    }
    return sum(len(line.encode()) + LINE_OVERHEAD for line in lines), len(metrics)


def publish_hits(dialects: Sequence[str]) -> Callable[[], None]:
    """What enrich publishes of a batch in which these dialects occur."""
    tally = HitTally()
    for dialect in dialects:
        row: dict[str, object] = {
            "dialect": dialect,
            "outcome": "accepted",
            "pixel_id": "px_shop",
            "client_class": "human",
        }
        tally.count_row(row, 0)
    return lambda: tally.publish(namespace="Pixelweave/pixelweave", service="enrich")


def publish_stitching() -> None:
    """What stitch publishes of a batch."""
    StitchTally().publish(namespace="Pixelweave/pixelweave", service="stitch")


def publish_goals() -> None:
    """What goals publishes of a batch."""
    GoalTally().publish(namespace="Pixelweave/pixelweave", service="goals")


def _make_batch() -> dict[str, Any]:
    """A POST with so many hits, as the tag sends them."""
    event: dict[str, Any] = json.loads((EVENTS / "native_batch.json").read_text())
    hit = {"type": "page_view", "url": "https://www.shop.example/cart", "session_id": "7b0a6a8e-93f6"}
    event["rawPath"] = event["requestContext"]["http"]["path"] = f"/e/{KEY}"
    event["body"] = json.dumps({"batch": [hit | {"message_id": f"m-{each}"} for each in range(BATCH_HITS)]})
    event["isBase64Encoded"] = False
    event["headers"].pop("content-encoding", None)
    return event


def _measure_run(artefact: Artefact, events: list[dict[str, Any]]) -> float:
    """Milliseconds of processor time of a process that answers `events`, the least of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        before = _read_milliseconds()
        answers = run_function(artefact, events, is_counted=False).answers
        times.append(_read_milliseconds() - before)
        if any(answer["statusCode"] != 200 for answer in answers):
            raise FunctionError(f"answered {answers[-1]}")
    return min(times)


def _read_milliseconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def _measure_answer(answer: dict[str, Any]) -> int:
    headers = [*answer["headers"].items(), *(("set-cookie", text) for text in answer.get("cookies", ()))]
    head = sum(len(f"{name}: {text}\r\n") for name, text in headers)
    return len(GATEWAY_HEAD) + head + len(b64decode(answer["body"]))


def _always(pixel: Pixel) -> Callable[[str, float], Pixel]:
    return lambda _key, _seconds: pixel
