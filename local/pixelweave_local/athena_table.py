"""A Glue table as a SELECT: its columns by their Glue types, its partitions as they are registered or by the paths of its objects.

Objects are Parquet, or JSON lines where the table's SerDe is one of Athena's two for JSON.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from pixelweave_local.glue_type import duckdb_type, literal, quote

# Athena user guide, "JSON SerDe libraries".
JSON_SERDES = ("org.apache.hive.hcatalog.data.JsonSerDe", "org.openx.data.jsonserde.JsonSerDe")


class Source(NamedTuple):
    """A table of the query: its database and name, its Glue description, and its objects as local files.

    `partitions` has the files of each registered partition by the values of its keys; None where none are registered.
    """

    database: str
    name: str
    glue: dict[str, Any]
    root: Path
    files: list[str]
    partitions: dict[tuple[str, ...], list[str]] | None = None


def relation(source: Source) -> str:
    """A SELECT that gives the table's columns and partition keys, in Glue's order and types."""
    columns = [
        (c["Name"], duckdb_type(c.get("Type", "string"))) for c in source.glue["StorageDescriptor"]["Columns"]
    ]
    keys = [(k["Name"], duckdb_type(k.get("Type", "string"))) for k in source.glue.get("PartitionKeys") or []]
    groups = _group(source) if source.partitions is None else source.partitions
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {quote(name)}" for name, kind in columns + keys)
    selects = [f"SELECT {nothing} WHERE false"]
    chosen = ", ".join(f"CAST({quote(name)} AS {kind}) AS {quote(name)}" for name, kind in columns)
    for values, files in sorted(groups.items()):
        parts = [
            f"CAST({literal(value)} AS {kind}) AS {quote(name)}"
            for (name, kind), value in zip(keys, values, strict=True)
        ]
        listed = ", ".join(literal(file) for file in files)
        reader = _reader(source.glue, listed, columns)
        # S608: names and texts come through quote() and literal().
        selects.append("SELECT " + ", ".join([chosen, *parts]) + " FROM " + reader)  # noqa: S608
    return " UNION ALL ".join(selects)


def _group(source: Source) -> dict[tuple[str, ...], list[str]]:
    """The files by the values of the partition keys that their paths tell; Athena does not see one outside every partition."""
    pattern = partition_pattern(source.glue)
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in source.files:
        match = pattern.match(str(Path(file).relative_to(source.root)))
        if match:
            groups.setdefault(match.groups(), []).append(file)
    return groups


def _reader(glue: dict[str, Any], listed: str, columns: list[tuple[str, str]]) -> str:
    """What reads the listed files; a key or column that a file, or all of them, lack is null."""
    serde = glue["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary")
    if serde not in JSON_SERDES:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {quote(name)}" for name, kind in columns)
        files = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
        # S608: names and texts come through quote() and literal().
        return f"(SELECT {nothing} WHERE false UNION ALL BY NAME SELECT * FROM {files})"  # noqa: S608
    typed = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns)
    return f"read_json([{listed}], format = 'newline_delimited', hive_partitioning = false, columns = {{{typed}}})"


def partition_pattern(glue: dict[str, Any]) -> re.Pattern[str]:
    """What an object's key below the table's location must look like; one group per partition key."""
    location = str(glue["StorageDescriptor"]["Location"]).rstrip("/") + "/"
    names = [key["Name"] for key in glue.get("PartitionKeys") or []]
    template = (glue.get("Parameters") or {}).get("storage.location.template")
    if not template or not str(template).startswith(location):
        return re.compile("".join(f"{re.escape(name)}=([^/]+)/" for name in names))
    below = re.escape(str(template).removeprefix(location).rstrip("/") + "/") if names else ""
    return re.compile(re.sub(r"\\\$\\\{\w+\\\}", "([^/]+)", below))
