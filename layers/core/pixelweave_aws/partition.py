"""Days of a log in the Glue catalogue: partitions by `dt`, each with a location of its own (docs/compaction.md).

PartitionError          Glue did not do as it was told
└── NoTableError        there is no such table
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import PartitionInputTypeDef, PartitionTypeDef

# What BatchCreatePartition and BatchUpdatePartition take (Glue API reference).
BATCH = 100


class PartitionError(Exception):
    """Glue did not do as it was told; the text has its words."""


class NoTableError(PartitionError):
    """The catalogue has no such table."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A registered day: where its objects lie (`s3://…/`), and what was noted about it."""

    day: date
    location: str
    parameters: Mapping[str, str]


class Partitions:
    """The partitions of one table, which has the key `dt`. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: GlueClient, database: str, table: str) -> None:
        self._client = client
        self._names: dict[str, Any] = {"DatabaseName": database, "TableName": table}

    def list(self, first_day: date, last_day: date) -> dict[date, Partition]:
        """The registered ones of these days, both included. Raises NoTableError."""
        return {day: _read(day, found) for day, found in self._list(first_day, last_day).items()}

    def register(self, first_day: date, last_day: date) -> tuple[int, int]:
        """Register the days that are not, below the table's own location, and give those that are the table's columns.

        Returns how many were new, and how many had other columns. Raises PartitionError.
        """
        found = self._list(first_day, last_day)
        days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
        new = [day for day in days if day not in found]
        for batch in batched(new, BATCH, strict=False):
            inputs = [
                self._compose(Partition(day, f"{self._storage['Location'].rstrip('/')}/dt={day}/", {}))
                for day in batch
            ]
            answer = self._client.batch_create_partition(**self._names, PartitionInputList=inputs)
            # Another call may have been faster.
            _raise_for(answer.get("Errors", []), allowed="AlreadyExistsException")
        columns = _name_columns(self._storage)
        stale = [
            _read(day, each)
            for day, each in found.items()
            if _name_columns(each.get("StorageDescriptor", {})) != columns
        ]
        for part in batched(stale, BATCH, strict=False):
            self._update(part)
        return len(new), len(stale)

    def move(self, partition: Partition) -> None:
        """Give a registered day another location and other notes, in one step for everybody who asks for it. Raises PartitionError."""
        self._update([partition])

    @cached_property
    def _storage(self) -> dict[str, Any]:
        try:
            table = self._client.get_table(
                DatabaseName=self._names["DatabaseName"], Name=self._names["TableName"]
            )
        except ClientError as exc:
            raise _name_missing(exc) from exc
        return dict(table["Table"]["StorageDescriptor"])

    def _list(self, first_day: date, last_day: date) -> dict[date, PartitionTypeDef]:
        paginator = self._client.get_paginator("get_partitions")
        found = {}
        try:
            # The embedded AWS takes no notice of the expression.
            for page in paginator.paginate(
                **self._names, Expression=f"dt >= '{first_day}' AND dt <= '{last_day}'"
            ):
                for each in page["Partitions"]:
                    day = _read_day(each)
                    if day is not None and first_day <= day <= last_day:
                        found[day] = each
        except ClientError as exc:
            raise _name_missing(exc) from exc
        return found

    def _update(self, partitions: Iterable[Partition]) -> None:
        answer = self._client.batch_update_partition(
            **self._names,
            Entries=[
                {"PartitionValueList": [str(each.day)], "PartitionInput": self._compose(each)}
                for each in partitions
            ],
        )
        _raise_for(answer.get("Errors", []))

    def _compose(self, partition: Partition) -> PartitionInputTypeDef:
        """With the table's storage as it is now: a column that a partition lacks is null in all of it."""
        return {
            "Values": [str(partition.day)],
            "StorageDescriptor": {**self._storage, "Location": partition.location},  # type: ignore[typeddict-item] # of another direction
            "Parameters": dict(partition.parameters),
        }


def _read_day(found: PartitionTypeDef) -> date | None:
    """None: somebody registered what is no day."""
    try:
        return date.fromisoformat(found["Values"][0])
    except (ValueError, LookupError):
        return None


def _read(day: date, found: PartitionTypeDef) -> Partition:
    location = found.get("StorageDescriptor", {}).get("Location", "")
    return Partition(day, f"{location.rstrip('/')}/", dict(found.get("Parameters", {})))


def _name_columns(storage: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(column["Name"], column.get("Type", "")) for column in storage.get("Columns", [])]


def _name_missing(error: ClientError) -> Exception:
    """NoTableError where Glue says that, else the error itself."""
    if error.response["Error"]["Code"] == "EntityNotFoundException":
        return NoTableError(error.response["Error"].get("Message", "no such table"))
    return error


def _raise_for(errors: Iterable[Any], allowed: str = "") -> None:
    for error in errors:
        detail = error.get("ErrorDetail", {})
        if detail.get("ErrorCode") != allowed:
            raise PartitionError(f"{detail.get('ErrorCode')}: {detail.get('ErrorMessage')}")
