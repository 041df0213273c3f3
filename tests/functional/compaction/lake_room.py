"""A lake with one log, whose objects are lines of text, and everybody who reads it while it is packed.

Packing itself is a concatenation here: what DuckDB makes of objects has tests of its own.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.compaction import Compaction, Limits
from pixelweave_aws.lake_object import LakeObjects
from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.packed_log import PackedLog
from pixelweave_aws.partition import Partitions

from tests.functional.fake_glue import FakeGlue
from tests.functional.fake_s3 import FakeS3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

BUCKET, DATABASE, LOG = "lake", "pixelweave", "events"
DAY = date(2026, 3, 1)
HOUR = 3600
LIMITS = Limits(after_hours=48, grace_hours=24, group_bytes=100)
# Two days after its end: the first moment at which it is packed.
SETTLED = datetime(2026, 3, 4, tzinfo=UTC).timestamp()


class Content(NamedTuple):
    """What a packed object holds."""

    rows: int
    checksum: int


def concatenate(sources: Sequence[Path], target: Path) -> Content:
    """Write all lines of the sources in order; ValueError for one that says it is broken."""
    lines = []
    for source in sources:
        found = source.read_text().splitlines()
        if "broken" in found:
            raise ValueError(f"{source.name}: not Parquet")
        lines += found
    target.write_text("".join(f"{line}\n" for line in sorted(lines)))
    return Content(len(lines), sum(int(sha256(line.encode()).hexdigest()[:16], 16) for line in lines))


class Room:
    """The lake and a clock. The compaction's calls go through clients that somebody may listen at."""

    def __init__(self) -> None:
        self.now = SETTLED
        self.s3 = FakeS3()
        self.glue = FakeGlue()
        self.glue.make_table(LOG, f"s3://{BUCKET}/{LOG}/", [("event_id", "string")])
        self.partitions = Partitions(self.glue.client(), DATABASE, LOG)
        self.partitions.register(DAY - timedelta(days=1), DAY + timedelta(days=1))
        store = LogStore(self.s3.client(), BUCKET, LOG)
        self.log = LakeObjects(self.s3.client(), BUCKET, PackedLog(store, self.partitions))

    def put(self, name: str, lines: Iterable[str], day: date = DAY) -> None:
        """What the stream does."""
        text = "".join(f"{line}\n" for line in lines)
        self.s3.objects[f"{LOG}/dt={day}/{name}"] = (text.encode(), {})

    def compaction(
        self, listen: Callable[[str], None] | None = None, has_time: Callable[[], bool] = lambda: True
    ) -> Compaction:
        """What packs; `listen` hears of each of its calls before it is made."""
        s3, glue = self.s3, self.glue
        if listen:
            s3, glue = HeardS3(self.s3, listen), HeardGlue(self.glue, listen)
        return Compaction(
            LOG,
            Partitions(glue.client(), DATABASE, LOG),
            LogStore(s3.client(), BUCKET, LOG),
            concatenate,
            limits=LIMITS,
            now=lambda: self.now,
            has_time=has_time,
        )

    def settle(self, listen: Callable[[str], None] | None = None) -> str:
        """Let one run look at the day; the state it told."""
        return self.compaction(listen).settle(DAY).state

    def locate(self) -> str:
        """The prefix that readers open."""
        location: str = self.glue.partitions[LOG][str(DAY)]["StorageDescriptor"]["Location"]
        return location.removeprefix(f"s3://{BUCKET}/")

    def plan(self) -> tuple[str, ...]:
        """The keys that a query reads which is planned now."""
        return tuple(
            key for key in self.keys(self.locate()) if not key.rpartition("/")[2].startswith(("_", "."))
        )

    def read(self, keys: Iterable[str]) -> Counter[str]:
        """The rows of these objects, which must be there."""
        return Counter(line for key in keys for line in self.s3.objects[key][0].decode().splitlines())

    def query(self) -> Counter[str]:
        """The rows that Athena sees."""
        return self.read(self.plan())

    def recount(self) -> Counter[str]:
        """The rows of the objects that recounting reads."""
        return self.read(each.key for each in self.log.list_events(DAY, DAY))

    def keys(self, prefix: str = "") -> list[str]:
        """All keys below a prefix, in their order."""
        return sorted(key for key in self.s3.objects if key.startswith(prefix))

    def list_leftovers(self) -> list[str]:
        """The keys of the day that nobody reads."""
        kept = self.locate()
        return [key for key in self.keys() if f"dt={DAY}/" in key and not key.startswith(kept)]


class HeardS3(FakeS3):
    """S3 over the same objects; somebody listens."""

    def __init__(self, s3: FakeS3, listen: Callable[[str], None]) -> None:
        super().__init__()
        self.objects = s3.objects
        self._listen = listen

    def begin(self, call: str) -> None:
        """Tell of a call."""
        self._listen(call)


class HeardGlue(FakeGlue):
    """Glue over the same partitions; somebody listens."""

    def __init__(self, glue: FakeGlue, listen: Callable[[str], None]) -> None:
        super().__init__()
        self.tables, self.partitions = glue.tables, glue.partitions
        self._listen = listen

    def begin(self, call: str, table: str) -> None:
        """Tell of a call."""
        self._listen(call)
        super().begin(call, table)
