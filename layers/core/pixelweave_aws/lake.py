"""The event log as SQL sees it: Athena.

LakeError
├── QueryFailedError    Athena refused, failed or cancelled the query
└── QueryTimeoutError   it ran too long and was stopped
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pixelweave_aws.sql import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import RowTypeDef

    from pixelweave_aws.sql import Value

type Row = dict[str, str | None]

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0


class LakeError(Exception):
    """A query has no result."""


class QueryFailedError(LakeError):
    """Athena refused, failed or cancelled the query; the message is its reason."""


class QueryTimeoutError(LakeError):
    """The query ran longer than it may; it was stopped."""


class Lake:
    """Runs SQL (Trino's, Athena engine v3) in one database and workgroup, one query at a time."""

    def __init__(
        self,
        client: AthenaClient,
        database: str,
        work_group: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        timeout_seconds: float = 300.0,
    ) -> None:
        self._client = client
        self._database = database
        self._work_group = work_group
        self._sleep = sleep
        self._monotonic = monotonic
        self._timeout_seconds = timeout_seconds

    def query(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Run a SELECT and return all its rows: column → text as Athena prints it, None for null.

        `parameters` take the places of the `?` in `sql`, see `pixelweave_aws.sql.bind`.
        Raises QueryFailedError, QueryTimeoutError, BindingError; others are botocore's.
        """
        return list(self._read(self.execute(bind(sql, parameters))))

    def execute(self, sql: str) -> str:
        """Run one statement to its end and return its query id; for what has no rows to read, such as CREATE VIEW.

        Raises QueryFailedError, QueryTimeoutError; others are botocore's.
        """
        query_id = self._client.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self._database},
            WorkGroup=self._work_group,
        )["QueryExecutionId"]
        try:
            self._wait(query_id)
        except (KeyboardInterrupt, QueryTimeoutError):
            # Nobody will read the result, and Athena bills what a query scans.
            self._client.stop_query_execution(QueryExecutionId=query_id)
            raise
        return query_id

    def _wait(self, query_id: str) -> None:
        deadline = self._monotonic() + self._timeout_seconds
        pause = FIRST_PAUSE_SECONDS
        while True:
            status = self._client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return
            if status["State"] in {"FAILED", "CANCELLED"}:
                reason = status.get("StateChangeReason") or "no reason given"
                ended = "failed" if status["State"] == "FAILED" else "was cancelled"
                raise QueryFailedError(f"the query {ended}: {reason}")
            if self._monotonic() + pause > deadline:
                raise QueryTimeoutError(
                    f"the query took more than {self._timeout_seconds:g} s and was stopped"
                )
            self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _read(self, query_id: str) -> Iterator[Row]:
        columns: list[str | None] | None = None
        for page in self._client.get_paginator("get_query_results").paginate(QueryExecutionId=query_id):
            for row in page["ResultSet"]["Rows"]:
                cells = _read_cells(row)
                if columns is None:  # the first row of the first page of a SELECT has the names
                    columns = cells
                else:
                    yield {str(name): cell for name, cell in zip(columns, cells, strict=True)}


def _read_cells(row: RowTypeDef) -> list[str | None]:
    return [datum.get("VarCharValue") for datum in row["Data"]]
