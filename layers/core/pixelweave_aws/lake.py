"""The event log as SQL sees it: Athena.

LakeError
├── QueryFailedError    Athena refused, failed or cancelled the query
└── QueryTimeoutError   it ran too long and was stopped
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_aws.sql import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef, RowTypeDef

    from pixelweave_aws.sql import Value

type Row = dict[str, str | None]

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0


class QueryStatistics(NamedTuple):
    """What a statement took: bytes scanned, which Athena bills, and milliseconds from its start to its end."""

    bytes_scanned: int = 0
    milliseconds: int = 0


class LakeError(Exception):
    """A query has no result."""


class QueryFailedError(LakeError):
    """Athena refused, failed or cancelled the query; the message is its reason, `statistics` what it took all the same."""

    def __init__(self, message: str, statistics: QueryStatistics | None = None) -> None:
        super().__init__(message)
        self.statistics = statistics or QueryStatistics()


class QueryTimeoutError(LakeError):
    """The query ran longer than it may; it was stopped."""


class Lake:
    """Runs SQL (Trino's, Athena engine v3) in one database and workgroup."""

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
        return list(self.read(self.execute(bind(sql, parameters))))

    def execute(self, sql: str) -> str:
        """Run one statement to its end and return its query id; for what has no rows to read, such as CREATE VIEW.

        Raises QueryFailedError, QueryTimeoutError; others are botocore's.
        """
        query_id = self.start(sql)
        self.finish(query_id)
        return query_id

    def start(self, sql: str) -> str:
        """Start one statement and return its query id; several run at the same time. Errors are botocore's."""
        return self._client.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self._database},
            WorkGroup=self._work_group,
        )["QueryExecutionId"]

    def finish(self, query_id: str, timeout_seconds: float | None = None) -> QueryStatistics:
        """Wait until a statement has ended, and tell what it took; one that takes longer than it may is stopped.

        Raises QueryFailedError, QueryTimeoutError; others are botocore's.
        """
        timeout = self._timeout_seconds if timeout_seconds is None else timeout_seconds
        try:
            return self._wait(query_id, timeout)
        except (KeyboardInterrupt, QueryTimeoutError):
            # Nobody will read the result, and Athena bills what a query scans.
            self._client.stop_query_execution(QueryExecutionId=query_id)
            raise

    def _wait(self, query_id: str, timeout_seconds: float) -> QueryStatistics:
        deadline = self._monotonic() + timeout_seconds
        pause = FIRST_PAUSE_SECONDS
        while True:
            execution = self._client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            status, statistics = execution["Status"], _read_statistics(execution)
            if status["State"] == "SUCCEEDED":
                return statistics
            if status["State"] in {"FAILED", "CANCELLED"}:
                reason = status.get("StateChangeReason") or "no reason given"
                ended = "failed" if status["State"] == "FAILED" else "was cancelled"
                raise QueryFailedError(f"the query {ended}: {reason}", statistics)
            if self._monotonic() + pause > deadline:
                raise QueryTimeoutError(f"the query took more than {timeout_seconds:g} s and was stopped")
            self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def read(self, query_id: str) -> Iterator[Row]:
        """The rows of a SELECT that has succeeded, page by page. Errors are botocore's."""
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


def _read_statistics(execution: QueryExecutionTypeDef) -> QueryStatistics:
    found = execution.get("Statistics", {})
    return QueryStatistics(found.get("DataScannedInBytes", 0), found.get("TotalExecutionTimeInMillis", 0))
