"""Athena's views: how CREATE VIEW is read, and how a view lies in the Glue catalogue.

Athena keeps a view as a Glue table of type VIRTUAL_VIEW, whose text is a JSON document in base64 (Trino's «Presto View»). So does
this, and whatever reads the catalogue finds what it would find on AWS.
"""

import base64
import json
import re
from typing import Any, NamedTuple

VIRTUAL_VIEW = "VIRTUAL_VIEW"
_PREFIX, _SUFFIX = "/* Presto View: ", " */"

_NAME = r'(?:"[^"]+"|\w+)'
_CREATE = re.compile(
    rf"\s*CREATE\s+(?P<replace>OR\s+REPLACE\s+)?VIEW\s+(?P<name>{_NAME}(?:\.{_NAME}){{0,2}})\s+AS\s+(?P<select>.+)",
    re.IGNORECASE | re.DOTALL,
)


class CreateView(NamedTuple):
    """A statement that makes a view; `database` is empty where the statement names none."""

    database: str
    name: str
    select: str
    replace: bool


def read_create(query: str) -> CreateView | None:
    """The CREATE VIEW that `query` is; None for any other statement."""
    match = _CREATE.fullmatch(query)
    if match is None:
        return None
    *path, name = (part.strip('"').lower() for part in re.findall(_NAME, match["name"]))
    return CreateView(path[-1] if path else "", name, match["select"], bool(match["replace"]))


def write_view(database: str, name: str, select: str, columns: list[tuple[str, str, str]]) -> dict[str, Any]:
    """The Glue TableInput of a view; each column is its name, its Trino type and its Glue type."""
    definition = {
        "originalSql": select,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": column, "type": trino} for column, trino, _ in columns],
    }
    text = base64.b64encode(json.dumps(definition).encode()).decode()
    return {
        "Name": name,
        "TableType": VIRTUAL_VIEW,
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": glue} for column, _, glue in columns],
            "Location": "",
            "SerdeInfo": {},
        },
        "ViewOriginalText": f"{_PREFIX}{text}{_SUFFIX}",
        "ViewExpandedText": "/* Presto View */",
    }


def read_view(table: dict[str, Any]) -> tuple[str, str]:
    """The SELECT of a view in the catalogue, and the database that its bare names mean."""
    text = str(table["ViewOriginalText"]).removeprefix(_PREFIX).removesuffix(_SUFFIX)
    definition = json.loads(base64.b64decode(text))
    return definition["originalSql"], definition["schema"]
