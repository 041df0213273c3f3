"""A writer of tiny .mmdb files (MaxMind DB file format specification 2.0), so that tests need no one's data."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_MARKER = b"\xab\xcd\xefMaxMind.com"
_STRING, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 5, 6, 7, 9, 11
# libmaxminddb reads each number of the metadata in this width only.
_WIDTHS = {_UINT16: 2, _UINT32: 4, _UINT64: 8}
_SMALL_SIZE = 29


def write_database(path: Path, records: dict[str, Any], *, ip_version: int = 6) -> None:
    """Write `records` (network → data of dicts, lists and texts) as a database."""
    data = bytearray()
    offsets: dict[str, int] = {}
    for network, record in records.items():
        offsets[network] = len(data)
        data += _encode(record)
    tree: list[list[int | None]] = [[None, None]]
    leaves: dict[tuple[int, int], int] = {}
    for network, offset in offsets.items():
        _insert(tree, leaves, _bits(network, ip_version), offset)
    count = len(tree)
    body = bytearray()
    for index, node in enumerate(tree):
        for side in (0, 1):
            child = node[side]
            if (index, side) in leaves:
                child = count + 16 + leaves[index, side]
            body += (count if child is None else child).to_bytes(3)
    metadata = {
        "binary_format_major_version": (_UINT16, 2),
        "binary_format_minor_version": (_UINT16, 0),
        "build_epoch": (_UINT64, 1_732_200_000),
        "database_type": "Test-City",
        "description": {"en": "test"},
        "ip_version": (_UINT16, ip_version),
        "languages": ["en"],
        "node_count": (_UINT32, count),
        "record_size": (_UINT16, 24),
    }
    path.write_bytes(bytes(body) + bytes(16) + bytes(data) + _MARKER + _encode(metadata))


def _bits(network: str, ip_version: int) -> str:
    net = ip_network(network)
    bits = f"{int(net.network_address):0{net.max_prefixlen}b}"[: net.prefixlen]
    # IPv4 lies in the first /96 of an IPv6 tree.
    return "0" * 96 + bits if net.version < ip_version else bits


def _insert(tree: list[list[int | None]], leaves: dict[tuple[int, int], int], bits: str, offset: int) -> None:
    node = 0
    for bit in bits[:-1]:
        child = tree[node][int(bit)]
        if child is None:
            child = len(tree)
            tree.append([None, None])
            tree[node][int(bit)] = child
        node = child
    leaves[node, int(bits[-1])] = offset


def _encode(value: Any) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        return _control(_STRING, len(text)) + text
    if isinstance(value, dict):
        return _control(_MAP, len(value)) + b"".join(_encode(part) for item in value.items() for part in item)
    if isinstance(value, list):
        return _control(_ARRAY, len(value)) + b"".join(map(_encode, value))
    kind, number = value
    return _control(kind, _WIDTHS[kind]) + int(number).to_bytes(_WIDTHS[kind])


def _control(kind: int, size: int) -> bytes:
    assert size < _SMALL_SIZE
    # Types above 7 are «extended»: zero in the control byte, and the type less 7 in the next.
    return bytes([size, kind - 7]) if kind > _MAP else bytes([kind << 5 | size])
