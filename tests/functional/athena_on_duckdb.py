"""Athena's API over DuckDB: statements are parsed as Athena's and run as DuckDB's, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlglot

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb


class AthenaOnDuckdb:
    """The calls that Lake makes. A query is seen `polls_until_done` times before it has succeeded."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, *, polls_until_done: int = 0, page_size: int = 1000
    ) -> None:
        self.connection = connection
        self.polls_until_done = polls_until_done
        self.page_size = page_size
        self.statements: list[str] = []
        self.stopped: list[str] = []
        self._states: dict[str, dict[str, Any]] = {}
        self._rows: dict[str, list[list[str | None]]] = {}
        self._polls = 0

    def close(self) -> None:
        """Let go of the database: DuckDB complains of one that outlives the interpreter."""
        self.connection.close()
        del self.connection

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        """Run the statement at once."""
        assert request["QueryExecutionContext"] == {"Database": "lake"}
        assert request["WorkGroup"] == "group"
        self.statements.append(request["QueryString"])
        self._polls = 0
        query_id = str(len(self.statements))
        try:
            result = self.connection.execute(self.translate(request["QueryString"]))
            columns = [column[0] for column in result.description or []]
            rows = [[self.show(cell) for cell in row] for row in result.fetchall()]
        except Exception as exc:
            self._states[query_id] = {"State": "FAILED", "StateChangeReason": str(exc)}
        else:
            self._states[query_id] = {"State": "SUCCEEDED"}
            self._rows[query_id] = [list(columns), *rows]
        return {"QueryExecutionId": query_id}

    def translate(self, statement: str) -> str:
        """In DuckDB's words."""
        return sqlglot.transpile(statement, read="athena", write="duckdb")[0]

    def show(self, cell: object) -> str | None:
        """As text."""
        return None if cell is None else str(cell)

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803
        """Tell the state, RUNNING for the first polls."""
        self._polls += 1
        running = self._polls <= self.polls_until_done
        return {
            "QueryExecution": {"Status": {"State": "RUNNING"} if running else self._states[QueryExecutionId]}
        }

    def stop_query_execution(self, *, QueryExecutionId: str) -> None:  # noqa: N803
        """Remember who was stopped."""
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, operation: str) -> AthenaOnDuckdb:
        """Return the only paginator there is."""
        assert operation == "get_query_results"
        return self

    def paginate(self, *, QueryExecutionId: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        """Yield pages, names in the first row of the first page."""
        rows = self._rows[QueryExecutionId]
        for start in range(0, len(rows), self.page_size):
            page = rows[start : start + self.page_size]
            yield {
                "ResultSet": {
                    "Rows": [
                        {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]}
                        for row in page
                    ]
                }
            }
