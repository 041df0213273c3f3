"""Thrift's compact protocol, as far as a Parquet footer needs it (thrift/doc/specs/thrift-compact-protocol.md)."""

from __future__ import annotations

from itertools import pairwise

type Value = int | str | Struct | list[Value]

_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12


class Long(int):
    """An i64, where a plain int is an i32."""


class Struct(dict[int, Value]):
    """Fields by their ids, in ascending order."""


def encode(struct: Struct) -> bytes:
    """The bytes of a struct."""
    fields = sorted(struct.items())
    steps = [after - before for before, after in pairwise([0, *(number for number, _ in fields)])]
    body = b"".join(
        bytes([step << 4 | _kind(value)]) + _encode(value)
        for step, (_, value) in zip(steps, fields, strict=True)
    )
    return body + b"\0"


def encode_varint(number: int) -> bytes:
    """An unsigned number, seven bits a byte, the lowest first."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def _kind(value: Value) -> int:
    if isinstance(value, Long):
        return _I64
    if isinstance(value, int):
        return _I32
    if isinstance(value, str):
        return _BINARY
    return _STRUCT if isinstance(value, Struct) else _LIST


def _encode(value: Value) -> bytes:
    if isinstance(value, int):
        return encode_varint(value << 1)
    if isinstance(value, str):
        return encode_varint(len(value.encode())) + value.encode()
    if isinstance(value, Struct):
        return encode(value)
    head = bytes([0xF0 | _kind(value[0])]) + encode_varint(len(value))
    return head + b"".join(_encode(item) for item in value)
