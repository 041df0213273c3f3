"""What an audience's query costs Trino to plan: a WITH query is run once per mention."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
import sqlglot
from pixelweave.audience_form import read_audience
from pixelweave.audience_sql import write_query
from pixelweave_aws.sql import bind
from sqlglot import exp

from tests.functional.view_lake import list_views

NOW = datetime(2025, 6, 30, tzinfo=UTC)
GOAL, FUNNEL = {"goal": "Purchase"}, {"funnel": "Checkout", "reached": 2, "not_reached": 3}


def count_runs(conditions: list[dict[str, object]]) -> Counter[str]:
    """How often each table and WITH query is run for an audience of these conditions."""
    spec = read_audience({"audience": "Tried", "workspace": "acme", "all": conditions})
    query = write_query(spec, list_views(), '"lake"."events"', NOW)
    tree = sqlglot.parse_one(bind(query.sql, query.values), read="athena")
    named = {
        cte.alias: cte.this for cte in tree.find_all(exp.CTE) if cte.parent and cte.parent.parent is tree
    }
    tree.set("with_", None)
    runs: Counter[str] = Counter()
    for name, body in [("", tree), *reversed(named.items())]:  # each before those that it mentions
        for table in body.find_all(exp.Table):
            if table.name != "log":
                runs[table.name] += runs[name] if name else 1
    return runs


@pytest.mark.parametrize(
    ("conditions", "runs"), [([GOAL], 1), ([FUNNEL], 2), ([GOAL, FUNNEL], 2), ([FUNNEL, FUNNEL], 2)]
)
def test_whose_events_are_is_found_out_once_and_for_chains_once_more(
    conditions: list[dict[str, object]], runs: int
) -> None:
    """Each time has some fifty stages, and Trino refuses a query of more than 150 (trino.io, «query.max-stage-count»)."""
    assert count_runs(conditions)["events_attributed"] == runs
