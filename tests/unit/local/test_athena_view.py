"""Athena's views: statements, the catalogue's entries, and queries over them."""

import json
from typing import Any

import pytest
from pixelweave_local import athena, shape
from pixelweave_local.athena_view import CreateView, read_create, read_view, write_view

COLUMNS = [{"Name": "name", "Type": "string"}, {"Name": "value", "Type": "decimal(18,4)"}]


class Catalogue:
    """Stands in for ministack's Glue: one table without objects, `log/events`."""

    def __init__(self) -> None:
        self.tables: dict[str, Any] = {
            "log/events": {"StorageDescriptor": {"Location": "s3://lake/events/", "Columns": COLUMNS}}
        }

    def create(self, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if request["DatabaseName"] != "log":
            return 400, {}, json.dumps({"message": f"Database {request['DatabaseName']} not found."}).encode()
        self.tables[f"log/{request['TableInput']['Name']}"] = request["TableInput"]
        return 200, {}, b"{}"


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    made = Catalogue()
    members = {
        "_tables": made.tables,
        "_create_table": made.create,
        "_materialize_table_files": lambda location, folders: [],
    }
    monkeypatch.setattr(shape, "member", lambda module, name: members[name])
    return made


def run(query: str) -> list[list[Any]]:
    rows: list[list[Any]] = athena.execute(query, "log")["rows"]
    return rows


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("CREATE VIEW people AS SELECT 1 AS n", CreateView("", "people", "SELECT 1 AS n", replace=False)),
        (
            'create or  replace view "People" as\n-- as\nSELECT 1',
            CreateView("", "people", "-- as\nSELECT 1", replace=True),
        ),
        ('CREATE VIEW "log"."people" AS SELECT 1', CreateView("log", "people", "SELECT 1", replace=False)),
        (
            "CREATE VIEW awsdatacatalog.log.people AS SELECT 1",
            CreateView("log", "people", "SELECT 1", replace=False),
        ),
        ("SELECT 'CREATE VIEW a AS SELECT 1'", None),
        ("CREATE TABLE a AS SELECT 1", None),
        ("CREATE VIEW a b AS SELECT 1", None),
    ],
)
def test_a_statement_that_makes_a_view_is_told_from_others(query: str, expected: CreateView | None) -> None:
    assert read_create(query) == expected


def test_a_view_lies_in_the_catalogue_as_athena_keeps_it() -> None:
    table = write_view("log", "people", "SELECT «n» FROM events", [("n", "bigint", "bigint")])
    assert table["TableType"] == "VIRTUAL_VIEW"
    assert table["Parameters"]["presto_view"] == "true"
    assert table["ViewOriginalText"].startswith("/* Presto View: ")
    assert table["StorageDescriptor"]["Columns"] == [{"Name": "n", "Type": "bigint"}]
    assert read_view(table) == ("SELECT «n» FROM events", "log")


def test_a_view_is_queried_like_a_table_and_views_stand_on_views(catalogue: Catalogue) -> None:
    run("CREATE VIEW named AS SELECT name, count(*) AS n FROM events GROUP BY name")
    run("CREATE VIEW totals AS SELECT sum(n) AS n, max(e.value) AS top FROM named, events AS e")
    assert run("SELECT n, top FROM totals") == [[None, None]]
    assert run('SELECT count(*) FROM "log".totals t JOIN named ON true JOIN events ON true') == [["0"]]
    assert [column["Type"] for column in catalogue.tables["log/totals"]["StorageDescriptor"]["Columns"]] == [
        "bigint",
        "decimal(18,4)",
    ]


def test_a_table_without_objects_has_its_columns_and_no_rows(catalogue: Catalogue) -> None:
    answer = athena.execute("SELECT * FROM events", "log")
    assert answer == {"columns": ["name", "value"], "column_types": ["varchar", "decimal"], "rows": []}


def test_only_or_replace_takes_the_place_of_a_view(catalogue: Catalogue) -> None:
    run("CREATE VIEW one AS SELECT 1 AS n")
    run("CREATE OR REPLACE VIEW one AS SELECT 2 AS n")
    assert run("SELECT n FROM one") == [["2"]]
    with pytest.raises(athena.QueryError, match="already exists"):
        run("CREATE VIEW one AS SELECT 3 AS n")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("CREATE OR REPLACE VIEW events AS SELECT 1 AS n", "already exists"),
        ("CREATE VIEW a AS SELECT * FROM nowhere", "TABLE_NOT_FOUND"),
        ("CREATE VIEW other.a AS SELECT 1 AS n", "Database other not found"),
        ("CREATE VIEW a AS SELECT count(*) FROM events", "not specified at position 1"),
        ("CREATE VIEW a AS SELECT name, value, NAME FROM events", "more than once"),
        (
            "CREATE VIEW a AS SELECT current_timestamp AS now",
            "Unsupported Hive type: timestamp with time zone",
        ),
        ("CREATE VIEW a AS SELECT * FROM a", "recursive"),
        ("CREATE OR REPLACE VIEW one AS SELECT * FROM two", "recursive"),
    ],
)
def test_a_view_that_athena_would_refuse_is_refused(catalogue: Catalogue, query: str, reason: str) -> None:
    run("CREATE VIEW one AS SELECT 1 AS n")
    run("CREATE VIEW two AS SELECT * FROM one")
    before = dict(catalogue.tables)
    with pytest.raises(athena.QueryError, match=reason):
        run(query)
    assert catalogue.tables == before
