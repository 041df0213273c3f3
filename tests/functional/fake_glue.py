"""The part of Glue that knows tables and their partitions (moto's wants a library that nothing else here does)."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_glue import GlueClient

PAGE = 50


class FakeGlue:
    """Tables and partitions of one database. Like Glue it takes and gives copies."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, Any]] = {}
        self.partitions: dict[str, dict[str, dict[str, Any]]] = {}
        self.calls: list[str] = []

    def client(self) -> GlueClient:
        """What stands where boto3's client does."""
        return cast("GlueClient", self)

    def make_table(self, name: str, location: str, columns: list[tuple[str, str]]) -> None:
        """Create a table, or give it other columns."""
        described = [{"Name": column, "Type": kind} for column, kind in columns]
        self.tables[name] = {
            "Name": name,
            "StorageDescriptor": {"Location": location, "Columns": described},
        }
        self.partitions.setdefault(name, {})

    def get_table(self, *, DatabaseName: str, Name: str) -> dict[str, Any]:  # noqa: N803 - boto3's names, here and below
        """Describe a table."""
        del DatabaseName
        self.begin("GetTable", Name)
        return {"Table": deepcopy(self.tables[Name])}

    def get_paginator(self, operation: str) -> FakeGlue:
        """Return the only paginator there is."""
        assert operation == "get_partitions"
        return self

    def paginate(self, *, DatabaseName: str, TableName: str, Expression: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield the partitions that an expression of two bounds wants."""
        del DatabaseName
        self.begin("GetPartitions", TableName)
        low, high = Expression.split("'")[1::2]
        found = [
            deepcopy(each) for day, each in sorted(self.partitions[TableName].items()) if low <= day <= high
        ]
        for start in range(0, max(len(found), 1), PAGE):
            yield {"Partitions": found[start : start + PAGE]}

    def batch_create_partition(
        self,
        *,
        DatabaseName: str,  # noqa: N803
        TableName: str,  # noqa: N803
        PartitionInputList: list[dict[str, Any]],  # noqa: N803
    ) -> dict[str, Any]:
        """Create those that are not there."""
        del DatabaseName
        self.begin("BatchCreatePartition", TableName)
        assert len(PartitionInputList) <= 100
        errors = []
        for each in PartitionInputList:
            (day,) = each["Values"]
            if day in self.partitions[TableName]:
                errors.append(_fail([day], "AlreadyExistsException"))
            else:
                self.partitions[TableName][day] = deepcopy(each)
        return {"Errors": errors}

    def batch_update_partition(
        self,
        *,
        DatabaseName: str,  # noqa: N803
        TableName: str,  # noqa: N803
        Entries: list[dict[str, Any]],  # noqa: N803
    ) -> dict[str, Any]:
        """Replace those that are there."""
        del DatabaseName
        self.begin("BatchUpdatePartition", TableName)
        assert len(Entries) <= 100
        errors = []
        for entry in Entries:
            (day,) = entry["PartitionValueList"]
            if day in self.partitions[TableName]:
                self.partitions[TableName][day] = deepcopy(entry["PartitionInput"])
            else:
                errors.append(_fail([day], "EntityNotFoundException"))
        return {"Errors": errors}

    def begin(self, call: str, table: str) -> None:
        """Hear of a call before it does anything."""
        self.calls.append(call)
        if table not in self.tables:
            raise ClientError(
                {"Error": {"Code": "EntityNotFoundException", "Message": f"no table {table}"}}, call
            )


def _fail(values: list[str], code: str) -> dict[str, Any]:
    return {"PartitionValues": values, "ErrorDetail": {"ErrorCode": code, "ErrorMessage": "as Glue says"}}
