"""docs/bi.md: its queries run, once what a tool puts into them is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.functional.question_log import EVENTS, LINKS
from tests.functional.view_lake import ROOT, ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
# What Metabase and Grafana make of their variables and macros (their docs: «SQL parameters»; «Macros» of the Athena plugin).
FILLED = {
    "{{from}}": "'2025-06-03'",
    "{{to}}": "'2025-06-15'",
    "$__rawTimeFrom('yyyy-MM-dd')": "'2025-06-07'",
    "$__rawTimeTo('yyyy-MM-dd')": "'2025-06-09'",
    "$__timeFilter(received_at)": "received_at BETWEEN TIMESTAMP '2025-06-07 08:01:00' AND TIMESTAMP '2025-06-09 08:01:00'",
}
# By the heading above the query: the first rows of the answer.
ANSWERS = {
    "QuickSight": [
        "2025-01-10 Purchase direct None EUR 1 40.0000",
        "2025-05-31 Add to basket email NL None 1 None",
        "2025-05-31 Checkout email NL None 1 None",
    ],
    "Metabase": ["2025-06-03 email 1", "2025-06-03 paid_search 1", "2025-06-04 email 0"],
    "Grafana": [
        "2025-06-07 08:00:00 rejected 1",
        "2025-06-08 08:00:00 rejected 1",
        "2025-06-09 08:00:00 bot 2",
    ],
}


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        lake.fill("events", EVENTS)
        lake.fill("links", LINKS)
        yield lake


@pytest.mark.parametrize("tool", ANSWERS)
def test_the_query_for_a_tool_runs(lake: ViewLake, tool: str) -> None:
    (query,) = re.findall(
        r"```sql\n(.*?)```", PAGE.partition(f"## {tool}\n")[2].partition("\n## ")[0], re.DOTALL
    )
    for written, meant in FILLED.items():
        query = query.replace(written, meant)
    assert not re.search(r"[{}$]", query)
    rows = [" ".join(map(str, row)) for row in lake.query(query)]
    assert (rows if "ORDER BY" in query else sorted(rows))[:3] == ANSWERS[tool]


def test_there_is_no_query_but_one_a_tool() -> None:
    assert PAGE.count("```sql") == len(ANSWERS)


def test_what_grafana_is_given_names_its_plugin_and_the_settings_it_takes() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (source,) = yaml.safe_load(text)["datasources"]
    assert source["type"] == "grafana-athena-datasource"
    assert source["jsonData"].keys() == {
        "authType", "assumeRoleArn", "defaultRegion", "catalog", "database", "workgroup",
    }  # fmt: skip
