"""Columns of an object against those of the log: what is missing is null, what has another type is refused.

Firehose (Hive's writer) and DuckDB store the same columns differently: INT96 or microseconds, decimals as bytes or integers, lists and maps
in older or newer groups. DuckDB reads them into the types below. An object from before a column existed does without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import duckdb
from duckdb.sqltypes import DuckDBPyType
from pixelweave.column import read_members
from pixelweave.field import FIELDS, GOALS, PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pixelweave.field import Field

_STRUCTS = (GOALS, PRODUCTS)
_INSTANTS = frozenset(
    ("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone")
)


class MalformedObjectError(ValueError):
    """An object that is not Parquet, is cut off, or whose columns are not those of the log. The message holds no data."""


def compile_columns(names: Sequence[str], found: Mapping[str, DuckDBPyType]) -> str:
    """A select list of the columns `names` of the log, in their own types, over an object that has the columns `found`.

    Raises:
        MalformedObjectError: a column has a type that does not fit.
    """
    kinds = {field.name: field.glue for field in FIELDS}
    lowered = {name.lower(): kind for name, kind in found.items()}
    return ", ".join(_compile_column(name, kinds[name], lowered.get(name)) for name in names)


def compile_table(fields: Sequence[Field], found: Mapping[str, DuckDBPyType]) -> str:
    """A select list of all columns of a table, in their order and their own types, over an object that has the columns `found`.

    It loses nothing: a column or a member of a struct that the table does not have is refused.

    Raises:
        MalformedObjectError: a column is not of the table, or has a type that does not fit.
    """
    lowered = {name.lower(): kind for name, kind in found.items()}
    unknown = sorted(lowered.keys() - {field.name for field in fields})
    if unknown:
        raise MalformedObjectError(f"the object has columns that the table lacks: {', '.join(unknown)}")
    return ", ".join(_compile_whole(field, lowered.get(field.name)) for field in fields)


def list_kinds(fields: Sequence[Field]) -> list[tuple[str, str]]:
    """The names and DuckDB types of a table's columns, as a Parquet object of them is read."""
    return [(field.name, str(duckdb.type(_COLUMNS[field.glue].kind))) for field in fields]


def _compile_whole(field: Field, found: DuckDBPyType | None) -> str:
    column = _COLUMNS[field.glue]
    fits = _has_members_of if field.glue in _STRUCTS else _fits
    if found is not None and not fits(found, field.glue):
        raise MalformedObjectError(f"the column {field.name} of the object is not of the type {field.glue}")
    value = "NULL" if found is None else f'"{field.name}"'
    return f'CAST({value} AS {column.kind}) AS "{field.name}"'


def _compile_column(name: str, glue: str, found: DuckDBPyType | None) -> str:
    column = _COLUMNS[glue]
    if found is None:
        return f'CAST(NULL AS {column.kind}) AS "{name}"'
    if not column.fits(found):
        raise MalformedObjectError(f"the column {name} of the object is not of the type {glue}")
    # A list of structs may have more members than ours: it stays as it is.
    return f'"{name}"' if glue == GOALS else f'CAST("{name}" AS {column.kind}) AS "{name}"'


def _is_text(kind: DuckDBPyType) -> bool:
    return kind.id == "varchar"


def _is_instant(kind: DuckDBPyType) -> bool:
    return kind.id in _INSTANTS


def _is_integer(kind: DuckDBPyType) -> bool:
    return kind.id == "integer"


def _is_list(kind: DuckDBPyType) -> bool:
    return kind.id == "list"


def _is_amount(kind: DuckDBPyType) -> bool:
    """Whether every amount of this type is one of decimal(18,4)."""
    if kind.id != "decimal":
        return False
    size = dict(kind.children)
    scale = int(str(size["scale"]))
    return scale <= 4 and int(str(size["precision"])) - scale <= 14


def _is_map(kind: DuckDBPyType) -> bool:
    return kind.id == "map" and all(str(member) == "VARCHAR" for _, member in kind.children)


def _read_structs(kind: DuckDBPyType) -> dict[str, DuckDBPyType]:
    """The members of a list of structs by name; none where it is something else."""
    if kind.id != "list":
        return {}
    ((_, element),) = kind.children
    if not isinstance(element, DuckDBPyType) or element.id != "struct":
        return {}
    return {name.lower(): member for name, member in element.children if isinstance(member, DuckDBPyType)}


def _is_goals(kind: DuckDBPyType) -> bool:
    members = _read_structs(kind)
    return all(
        name in members and _COLUMNS[glue].fits(members[name]) for name, glue in read_members(GOALS).items()
    )


def _fits(kind: DuckDBPyType, glue: str) -> bool:
    return _COLUMNS[glue].fits(kind)


def _has_members_of(kind: DuckDBPyType, glue: str) -> bool:
    """Whether it is a list of structs that have no other members than `glue` has."""
    members, known = _read_structs(kind), read_members(glue)
    return bool(members) and all(
        name in known and _COLUMNS[known[name]].fits(member) for name, member in members.items()
    )


class _Column(NamedTuple):
    """How DuckDB calls a Glue type, and which types of an object's column are read as it."""

    kind: str
    fits: Callable[[DuckDBPyType], bool]


_COLUMNS = {
    "string": _Column("VARCHAR", _is_text),
    "timestamp": _Column("TIMESTAMP", _is_instant),
    "decimal(18,4)": _Column("DECIMAL(18,4)", _is_amount),
    "map<string,string>": _Column("MAP(VARCHAR, VARCHAR)", _is_map),
    "int": _Column("INTEGER", _is_integer),
    GOALS: _Column("STRUCT(name VARCHAR, value DECIMAL(18,4), unit VARCHAR)[]", _is_goals),
    PRODUCTS: _Column(
        "STRUCT(product_id VARCHAR, name VARCHAR, sku VARCHAR, price DECIMAL(18,4), "
        "quantity DECIMAL(18,4), category VARCHAR)[]",
        _is_list,
    ),
}
