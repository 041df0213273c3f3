"""The SELECTs behind deployed views, as Athena keeps them in the Glue catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from pixelweave_aws.view_text import ViewTextError, ViewTexts
from pixelweave_local.athena_view import write_view

from tests.functional.fake_glue import FakeGlue

SELECT = "SELECT 'ü' AS \"a\" FROM events WHERE x LIKE '\\%' ESCAPE '\\'"


def make_texts(**tables: dict[str, Any]) -> ViewTexts:
    glue = FakeGlue()
    glue.tables.update(tables)
    return ViewTexts(glue.client(), "lake")


def test_a_view_is_read_as_it_was_made() -> None:
    view = write_view("lake", "people", SELECT, [("a", "varchar", "string")])
    assert make_texts(people=view).read(["people"]) == {"people": SELECT}


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"ViewOriginalText": "SELECT 1"},
        {"ViewOriginalText": "/* Presto View: no base64 */"},
        {"ViewOriginalText": "/* Presto View: e30= */"},
    ],
)
def test_what_is_no_view_of_athenas_is_told(table: dict[str, Any]) -> None:
    with pytest.raises(ViewTextError, match="people is not a view of Athena's: deploy the stack again"):
        make_texts(people=table).read(["people"])


def test_what_is_not_deployed_is_told() -> None:
    with pytest.raises(ViewTextError, match="the view people is not deployed"):
        make_texts().read(["people"])
