"""Rows of the log as Hive's Parquet writer stores them, which Firehose converts formats with, and DuckDB cannot write.

Times are INT96, amounts DECIMAL in bytes of fixed length; lists are `bag` of `array_element`, maps are `map` with MAP_KEY_VALUE
(parquet-format, LogicalTypes.md, «Lists», «Maps»; HiveSchemaConverter). One row group, one plain uncompressed page a column.
"""

from __future__ import annotations

from decimal import Decimal
from struct import pack
from typing import TYPE_CHECKING, Any, NamedTuple

from pixelweave.field import GOALS

from tests.unit.parquet.thrift import Long, Struct, encode, encode_varint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

INT96, BYTES, FIXED = 3, 6, 7
UTF8, MAP, MAP_KEY_VALUE, LIST, DECIMAL = 0, 1, 2, 3, 5
REQUIRED, OPTIONAL, REPEATED = 0, 1, 2
_JULIAN_EPOCH = 2_440_588
_DAY_MS = 86_400_000
_MAGIC = b"PAR1"


class Slot(NamedTuple):
    """One entry of a column: its levels, and its value where the definition level is the highest."""

    repetition: int
    definition: int
    value: Any = None


class Leaf(NamedTuple):
    """A column as Parquet has it: its path, physical type, highest levels and entries."""

    path: list[str]
    physical: int
    repetition: int
    definition: int
    slots: list[Slot]


def write_hive(path: Path, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> Path:
    """Write rows (`received_at` in epoch milliseconds) with columns of these Glue types to `path`; return it."""
    body, chunks = bytearray(_MAGIC), []
    for leaf in (leaf for name, glue in columns.items() for leaf in _list_leaves(name, glue, rows)):
        page = _encode_page(leaf)
        chunks.append(_describe_chunk(leaf, len(body), len(page)))
        body += page
    schema = [
        Struct({4: "hive_schema", 5: len(columns)}),
        *(element for name, glue in columns.items() for element in _list_elements(name, glue)),
    ]
    group = Struct({1: [*chunks], 2: Long(len(body)), 3: Long(len(rows))})
    footer = encode(
        Struct({1: 1, 2: [*schema], 3: Long(len(rows)), 4: [group], 6: "parquet-mr version 1.8.1"})
    )
    path.write_bytes(bytes(body) + footer + pack("<I", len(footer)) + _MAGIC)
    return path


def _list_elements(name: str, glue: str) -> list[Struct]:
    if glue == GOALS:
        members = (("name", "string"), ("value", "decimal(18,4)"), ("unit", "string"))
        return [
            Struct({3: OPTIONAL, 4: name, 5: 1, 6: LIST}),
            Struct({3: REPEATED, 4: "bag", 5: 1}),
            Struct({3: OPTIONAL, 4: "array_element", 5: 3}),
            *(element for member, kind in members for element in _list_elements(member, kind)),
        ]
    if glue == "map<string,string>":
        return [
            Struct({3: OPTIONAL, 4: name, 5: 1, 6: MAP}),
            Struct({3: REPEATED, 4: "map", 5: 2, 6: MAP_KEY_VALUE}),
            Struct({1: BYTES, 3: REQUIRED, 4: "key", 6: UTF8}),
            Struct({1: BYTES, 3: OPTIONAL, 4: "value", 6: UTF8}),
        ]
    if glue == "timestamp":
        return [Struct({1: INT96, 3: OPTIONAL, 4: name})]
    if glue == "decimal(18,4)":
        return [Struct({1: FIXED, 2: 8, 3: OPTIONAL, 4: name, 6: DECIMAL, 7: 4, 8: 18})]
    return [Struct({1: BYTES, 3: OPTIONAL, 4: name, 6: UTF8})]


def _list_leaves(name: str, glue: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Leaf]:
    values = [row.get(name) for row in rows]
    if glue == GOALS:
        for member, physical in (("name", BYTES), ("value", FIXED), ("unit", BYTES)):
            slots = [slot for goals in values for slot in _list_goal_slots(goals, member)]
            yield Leaf([name, "bag", "array_element", member], physical, 1, 4, slots)
    elif glue == "map<string,string>":
        keys = [None if entries is None else [(key, 2) for key in entries] for entries in values]
        texts = [
            None if entries is None else [(text, 2 if text is None else 3) for text in entries.values()]
            for entries in values
        ]
        yield Leaf([name, "map", "key"], BYTES, 1, 2, [slot for each in keys for slot in _list_slots(each)])
        yield Leaf(
            [name, "map", "value"], BYTES, 1, 3, [slot for each in texts for slot in _list_slots(each)]
        )
    else:
        physical = {"timestamp": INT96, "decimal(18,4)": FIXED}.get(glue, BYTES)
        yield Leaf([name], physical, 0, 1, [Slot(0, int(value is not None), value) for value in values])


def _list_goal_slots(goals: Sequence[Mapping[str, Any]] | None, member: str) -> Iterator[Slot]:
    found = None if goals is None else [goal.get(member) for goal in goals]
    yield from _list_slots(None if found is None else [(value, 3 if value is None else 4) for value in found])


def _list_slots(entries: Sequence[tuple[Any, int]] | None) -> Iterator[Slot]:
    """The slots of one row's list: null and empty ones take one without a value."""
    if not entries:
        yield Slot(0, 0 if entries is None else 1)
        return
    for place, (value, definition) in enumerate(entries):
        yield Slot(int(place > 0), definition, value)


def _encode_page(leaf: Leaf) -> bytes:
    data = b""
    if leaf.repetition:
        data += _encode_levels([slot.repetition for slot in leaf.slots])
    data += _encode_levels([slot.definition for slot in leaf.slots])
    data += b"".join(
        _encode_value(leaf.physical, slot.value) for slot in leaf.slots if slot.definition == leaf.definition
    )
    header = Struct({1: len(leaf.slots), 2: 0, 3: 3, 4: 3})
    return encode(Struct({1: 0, 2: len(data), 3: len(data), 5: header})) + data


def _encode_levels(levels: Sequence[int]) -> bytes:
    """Runs of one, each a header and a byte (RLE / bit-packing hybrid)."""
    runs = b"".join(encode_varint(1 << 1) + bytes([level]) for level in levels)
    return pack("<I", len(runs)) + runs


def _encode_value(physical: int, value: Any) -> bytes:
    if physical == INT96:
        day, moment = divmod(value, _DAY_MS)
        return pack("<qI", moment * 1_000_000, day + _JULIAN_EPOCH)
    if physical == FIXED:
        return pack(">q", int(Decimal(value).scaleb(4)))
    text = str(value).encode()
    return pack("<I", len(text)) + text


def _describe_chunk(leaf: Leaf, offset: int, size: int) -> Struct:
    described = Struct(
        {
            1: leaf.physical,
            2: [0, 3],
            3: [*leaf.path],
            4: 0,
            5: Long(len(leaf.slots)),
            6: Long(size),
            7: Long(size),
            9: Long(offset),
        }
    )
    return Struct({2: Long(offset), 3: described})
