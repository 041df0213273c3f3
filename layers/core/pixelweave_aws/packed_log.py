"""What readers of the log's objects need to know of packed days (docs/compaction.md, «Who else reads the log»)."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Self

from pixelweave.packing import PackingError

from pixelweave_aws.log_retention import read_last_expired
from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.partition import Partitions

if TYPE_CHECKING:
    from collections.abc import Callable
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
    """The packed days of one log. `read_expired()` tells the last day that may have expired by the bucket's rules, None where nothing
    expires. Errors of AWS itself come through as botocore's.
    """

    @classmethod
    def connect(cls, s3: S3Client, glue: GlueClient, bucket: str, database: str, table: str) -> Self:
        """Those of the log that is called like its table."""
        return cls(
            LogStore(s3, bucket, table),
            Partitions(glue, database, table),
            lambda: read_last_expired(s3, bucket, time.time()),
        )

    def __init__(
        self,
        store: LogStore,
        partitions: Partitions,
        read_expired: Callable[[], date | None] = lambda: None,
    ) -> None:
        self._store = store
        self._partitions = partitions
        self._read_expired = read_expired

    def read(self, first_day: date, last_day: date) -> dict[date, Manifest]:
        """The manifests of those days, both included, that are packed and have not expired. Raises PackingError, NoTableError."""
        manifests = {}
        # The rules are asked for once, and only where a day needs them.
        read_expired = cache(self._read_expired)
        for day, partition in self._partitions.list(first_day, last_day).items():
            try:
                manifest = read_current(self._store, partition)
            except PackingError:
                # The partition of a day outlives its objects, and nothing points it back.
                expired = read_expired()
                if expired is None or day > expired:
                    raise
                continue
            if manifest is not None:
                manifests[day] = manifest
        return manifests
