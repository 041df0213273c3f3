"""enrich on one core: records a second over a realistic mix of user agents, and bytes an event takes in Parquet.

`python -m bench.enrich` prints both. Rates depend on the machine; the ratio to the baseline (the same batches decoded and
encoded again, nothing else) does so much less.
"""

from __future__ import annotations

import json
import random
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import duckdb
from pixelweave.enrichment import Enricher
from pixelweave.field import FIELDS, GOALS, PRODUCTS
from pixelweave_aws.hit_tally import HitTally
from pixelweave_aws.transformation import transform_batch
from pixelweave_lookup.client_reader import build_client_reader
from pixelweave_lookup.place_finder import build_place_finder

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDS = 20_000
# Records of a batch: at these sizes about the template's 1 MB.
BATCH = 1_000
ROUNDS = 3
TARGET_PER_SECOND = 10_000
_START_MS = 1_732_190_000_000

_DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36",
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36 "
        "Edg/{v}.0.0.0"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{v}.0) Gecko/20100101 Firefox/{v}.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{m} Safari/605.1.15",
)
_MOBILE = (
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{m} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.{m} "
        "Mobile/15E148 Safari/604.1"
    ),
    "Mozilla/5.0 (Linux; Android 1{m}; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Mobile Safari/537.36",
    (
        "Mozilla/5.0 (Linux; Android 1{m}; SAMSUNG SM-S91{m}B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/2{m}.0 "
        "Chrome/{v}.0.0.0 Mobile Safari/537.36"
    ),
)
# In-app browsers name the build of app and device: nearly every one is new.
_IN_APP = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{m} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "[FBAN/FBIOS;FBAV/{u};FBBV/{u};FBDV/iPhone15,{m};FBMD/iPhone;FBSN/iOS;FBSV/17.{m}]"
)
_OTHERS = (
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Mozilla/5.0",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
)
_REFERRERS = (
    "https://www.google.com/",
    "https://l.facebook.com/",
    "https://www.shop.example/",
    "https://blog.example/post/7",
)
_DIALECTS = ("ksense", "pitchtarget", "altcraft", "rokt", "sendgrid", "native")


class _SilentLog:
    def warning(self, msg: object, /, *, extra: dict[str, object]) -> None:
        raise AssertionError(msg, extra)


def make_user_agent(rng: random.Random) -> str:
    """One of: desktop 45 %, mobile 40 %, in-app 5 % (nearly all distinct), proxies and bots 10 %."""
    kind = rng.random()
    version, minor = 131 - int(rng.expovariate(0.5)), rng.randrange(8)
    if kind < 0.45:
        return rng.choice(_DESKTOP).format(v=version, m=minor)
    if kind < 0.85:
        return rng.choice(_MOBILE).format(v=version, m=minor)
    if kind < 0.9:
        return _IN_APP.format(m=minor, u=rng.randrange(10**9))
    return rng.choice(_OTHERS)


def make_record(rng: random.Random, index: int) -> dict[str, Any]:
    """A record as `collect` sends it: page views mostly, 15 % tagged pages, 5 % purchases, 3 % rejected."""
    now = _START_MS + index * 40 + rng.randrange(40)
    url = f"https://www.shop.example/{rng.choice(('', 'sale', 'cart', 'about'))}/{rng.randrange(800)}"
    if rng.random() < 0.15:
        url += f"?utm_source=google&utm_medium=cpc&utm_campaign=c{rng.randrange(30)}&gclid={rng.getrandbits(200):x}"
    visitor = rng.randrange(RECORDS // 5)
    record: dict[str, Any] = {
        "event_id": f"01934f3c-{rng.getrandbits(16):04x}-7{rng.getrandbits(12):03x}-9000-{rng.getrandbits(48):012x}",
        "pixel_id": f"px_{rng.randrange(12):02d}",
        "workspace_id": "acme",
        "dialect": rng.choice(_DIALECTS),
        "type": "page_view",
        "outcome": "accepted",
        "received_at": now,
        "occurred_at": now - rng.randrange(800),
        "session_id": f"s-{visitor:08x}-{rng.randrange(3)}",
        "visitor_id": f"{visitor * 2654435761 % 2**64:016x}{visitor:016x}",
        "url": url,
        "title": f"Product {rng.randrange(800)} – Shop",
        "language": rng.choice(("en-GB", "de-DE", "fr-FR", "en-US")),
        "user_agent": make_user_agent(rng),
        "schema_version": 1,
        "client": {"network": f"{rng.randrange(1, 224)}.{rng.randrange(256)}.{rng.randrange(256)}.0"},
    }
    if rng.random() < 0.6:
        record["referrer"] = rng.choice(_REFERRERS)
    if rng.random() < 0.3:
        record["props"] = {"screen": rng.choice(("home", "cart", "item")), "ab": str(rng.randrange(4))}
    _vary(rng, record)
    return record


def _vary(rng: random.Random, record: dict[str, Any]) -> None:
    kind = rng.random()
    if kind < 0.05:
        price = f"{rng.randrange(500, 30_000) / 100:.2f}"
        record |= {
            "type": "purchase",
            "value": price,
            "currency": "EUR",
            "order_id": f"o-{rng.randrange(10**7)}",
        }
        record["products"] = [{"product_id": f"sku-{rng.randrange(800)}", "price": price, "quantity": "1"}]
    elif kind < 0.08:
        record |= {"outcome": "rejected", "reason": "invalid_amount"}
    elif kind < 0.11:
        record["consent"] = "denied"


def make_batches() -> list[list[dict[str, Any]]]:
    """The records as Firehose hands them over, in batches; the same in every run."""
    rng = random.Random(20_241_121)
    records = [
        {
            "recordId": f"{index:056d}000000",
            "approximateArrivalTimestamp": record["received_at"] + 300,
            "data": b64encode(
                json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
            ).decode(),
        }
        for index, record in enumerate(make_record(rng, index) for index in range(RECORDS))
    ]
    return [records[start : start + BATCH] for start in range(0, RECORDS, BATCH)]


def copy_batch(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The baseline: decode and encode every record, and do nothing between."""
    return [
        {
            "recordId": record["recordId"],
            "result": "Ok",
            "data": b64encode(
                json.dumps(
                    json.loads(b64decode(record["data"])), separators=(",", ":"), ensure_ascii=False
                ).encode()
            ).decode("ascii"),
        }
        for record in batch
    ]


def measure_rate(run: Callable[[list[dict[str, Any]]], object], batches: list[list[dict[str, Any]]]) -> float:
    """Records a second of processor time: the best of a few rounds over all batches."""
    times = []
    for _ in range(ROUNDS):
        started = process_time()
        for batch in batches:
            run(batch)
        times.append(process_time() - started)
    return RECORDS / min(times)


def make_enrich_batch() -> Callable[[list[dict[str, Any]]], list[Any]]:
    """The whole transform, with caches as empty as after a cold start."""
    enricher = Enricher(build_client_reader(), build_place_finder(None))
    return lambda batch: list(transform_batch(batch, enricher.enrich, HitTally(), _SilentLog()))


def measure_cold_rate(batches: list[list[dict[str, Any]]]) -> float:
    """Records a second of one pass that begins with empty caches."""
    run = make_enrich_batch()
    started = process_time()
    for batch in batches:
        run(batch)
    return RECORDS / (process_time() - started)


def measure_parquet(rows: list[bytes], compression: str, rows_an_object: int) -> float:
    """Bytes an event takes in a Parquet object of that many rows."""
    types = {
        "timestamp": "TIMESTAMP",
        "int": "INTEGER",
        "decimal(18,4)": "DECIMAL(18,4)",
        "map<string,string>": "MAP(VARCHAR, VARCHAR)",
        GOALS: 'STRUCT("name" VARCHAR, "value" DECIMAL(18,4), unit VARCHAR)[]',
        PRODUCTS: 'STRUCT(product_id VARCHAR, "name" VARCHAR, sku VARCHAR, price DECIMAL(18,4), '
        "quantity DECIMAL(18,4), category VARCHAR)[]",
    }
    columns = {field.name: types.get(field.glue, "VARCHAR") for field in FIELDS}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "rows.json"), Path(folder, "rows.parquet")
        source.write_bytes(b"\n".join(rows[:rows_an_object]))
        with duckdb.connect() as connection:
            relation = connection.read_json(str(source), columns=columns, format="newline_delimited")
            relation.write_parquet(str(target), compression=compression)
        return target.stat().st_size / rows_an_object


def main() -> None:
    """Print both tables."""
    batches = make_batches()
    enrich_batch = make_enrich_batch()
    rows = [b64decode(answer["data"]) for batch in batches for answer in enrich_batch(batch)]
    agents = {json.loads(row)["user_agent"] for row in rows}
    sent = sum(len(b64decode(record["data"])) for batch in batches for record in batch) / RECORDS
    print(f"enrich: {RECORDS} records, {len(agents)} user agents, {sent:.0f} bytes a record in, one core")
    baseline = measure_rate(copy_batch, batches)
    for name, rate in (
        ("decode + encode only", baseline),
        ("enrich, empty caches", measure_cold_rate(batches)),
        ("enrich, warm", measure_rate(enrich_batch, batches)),
    ):
        print(f"  {name:<22} {rate:>9,.0f} records/s   {baseline / rate:4.1f} × the baseline's time")
    print(f"  the aim is {TARGET_PER_SECOND:,} records/s")
    print("bytes an event takes")
    print(f"  {'JSON':<22} {sum(map(len, rows)) / RECORDS:>9.0f}")
    for compression in ("snappy", "zstd"):
        for count in (100, 1_000, RECORDS):
            size = measure_parquet(rows, compression, count)
            print(f"  {f'Parquet, {compression}':<22} {size:>9.0f}   in objects of {count:,} rows")


if __name__ == "__main__":
    main()
