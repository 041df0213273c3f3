"""What reading objects for their conversions takes of a processor, by the real scan, with twenty goals a pixel."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import duckdb
from pixelweave.field import FIELDS
from pixelweave.goal import Condition, GoalRecord, GoalSpec, GoalValue, define_goal
from pixelweave_local.glue_type import duckdb_type
from pixelweave_parquet.object_scan import ObjectScan

from bench.enrich import make_batches, make_enrich_batch

FEW, MANY = 200, 20_000
GOALS = 20
ROUNDS = 3


def measure_scan() -> tuple[float, float]:
    """Milliseconds of processor time for an object whatever is in it, and microseconds more for each event."""
    batches, enrich_batch = make_batches(), make_enrich_batch()
    rows = [b64decode(answer["data"]) for batch in batches for answer in enrich_batch(batch)]
    with TemporaryDirectory() as folder:
        few, many = (_measure_object(Path(folder), rows[:count]) for count in (FEW, MANY))
    an_event = (many - few) / (MANY - FEW)
    return (few - an_event * FEW) * 1e3, an_event * 1e6


def _measure_object(folder: Path, rows: list[bytes]) -> float:
    """Seconds of processor time, the least of a few rounds."""
    source, path = folder / "rows.json", folder / f"{len(rows)}.parquet"
    source.write_bytes(b"\n".join(rows))
    columns = {field.name: duckdb_type(field.glue) for field in FIELDS}
    with duckdb.connect() as connection:
        relation = connection.read_json(str(source), columns=columns, format="newline_delimited")
        relation.write_parquet(str(path), compression="snappy")
    times = []
    for _ in range(ROUNDS):
        started = process_time()
        with ObjectScan(path, spill=folder) as scan:
            records = {pixel_id: _make_goals(pixel_id) for pixel_id in scan.pixel_ids()}
            if not scan.tally() or not list(scan.find_conversions(records)):
                raise ValueError("the object has nothing to count")
        times.append(process_time() - started)
    return min(times)


def _make_goals(pixel_id: str) -> list[GoalRecord]:
    specs = (
        GoalSpec(
            name=f"Goal {number}",
            conditions=(
                Condition(field="path", pattern=f"/sale/{number}*"),
                Condition(field="type", pattern="page_view"),
            ),
            value=GoalValue() if number % 2 else None,
            once="session",
        )
        for number in range(GOALS)
    )
    return [
        define_goal(spec, pixel_id=pixel_id, goal_id=f"gl_{place}", now=0) for place, spec in enumerate(specs)
    ]
