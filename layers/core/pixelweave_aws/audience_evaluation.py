"""Audiences evaluated by Athena, over the views that are deployed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pixelweave.audience_member import read_evaluation
from pixelweave.audience_sql import write_query
from pixelweave.audience_table import VIEWS

from pixelweave_aws.sql import bind, quote_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    from pixelweave.audience import AudienceSpec
    from pixelweave.audience_member import Evaluation

    from pixelweave_aws.lake import Lake

    class Texts(Protocol):
        """Where the SELECTs of views are known: `view_text.ViewTexts`."""

        def read(self, names: Iterable[str]) -> dict[str, str]:
            """The SELECT of each view."""


class AudienceEvaluation:
    """Evaluates audiences, each in one query. The texts of the views are read once."""

    def __init__(self, lake: Lake, texts: Texts, *, database: str, table: str) -> None:
        self._lake = lake
        self._texts = texts
        self._table = f"{quote_name(database)}.{quote_name(table)}"

    def evaluate(self, spec: AudienceSpec, now_ms: int, limit: int | None = None) -> Evaluation:
        """Who is in the audience at `now_ms` (Unix milliseconds), with `limit` members at most.

        Raises LakeError; others are botocore's.
        """
        now = datetime.fromtimestamp(now_ms / 1000, UTC)
        query = write_query(spec, self._views, self._table, now, limit)
        rows = self._lake.read(self._lake.execute(bind(query.sql, query.values)))
        return read_evaluation(spec, rows, now_ms)

    @cached_property
    def _views(self) -> Mapping[str, str]:
        return self._texts.read(VIEWS)
