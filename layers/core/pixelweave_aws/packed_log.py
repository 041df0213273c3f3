"""What readers of the log's objects need to know of packed days (docs/compaction.md, «Who else reads the log»)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pixelweave.packing import PackingError

from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.partition import Partitions

if TYPE_CHECKING:
    from datetime import date

    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from pixelweave.packing import Manifest

    from pixelweave_aws.partition import Partition


def read_current(store: LogStore, partition: Partition) -> Manifest | None:
    """The manifest of the version that is read of a day; None: the day is raw. Raises PackingError for any other place."""
    if partition.location == store.locate(store.raw_prefix(partition.day)):
        return None
    root = store.locate(store.packed_prefix(partition.day))
    version = partition.location.removeprefix(root).rstrip("/")
    manifest = None
    if partition.location.startswith(root) and version:
        manifest = store.read_manifest(store.packed_prefix(partition.day, version))
    if manifest is None or manifest.version != version:
        raise PackingError(f"the partition of {partition.day} points to what is neither raw nor packed")
    return manifest


class PackedLog:
    """The packed days of one log. Errors of AWS itself come through as botocore's."""

    @classmethod
    def connect(cls, s3: S3Client, glue: GlueClient, bucket: str, database: str, table: str) -> Self:
        """Those of the log that is called like its table."""
        return cls(LogStore(s3, bucket, table), Partitions(glue, database, table))

    def __init__(self, store: LogStore, partitions: Partitions) -> None:
        self._store = store
        self._partitions = partitions

    def read(self, first_day: date, last_day: date) -> dict[date, Manifest]:
        """The manifests of those days, both included, that are packed. Raises PackingError, NoTableError."""
        found = self._partitions.list(first_day, last_day)
        manifests = {day: read_current(self._store, partition) for day, partition in found.items()}
        return {day: manifest for day, manifest in manifests.items() if manifest is not None}
