"""Which objects go together, what came since, and what a version is called."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.packing import (
    LAYOUTS,
    Manifest,
    OverwrittenError,
    PackedPiece,
    PackingError,
    Piece,
    choose_groups,
    find_late,
    make_version,
)

PIECES = st.lists(
    st.builds(
        Piece, st.text("ab", min_size=1, max_size=8), st.sampled_from(['"1"', '"2"']), st.integers(0, 150)
    ),
    max_size=12,
    unique_by=lambda piece: piece.key,
)


def make(*sizes: int, prefix: str = "raw") -> list[Piece]:
    return [Piece(f"{prefix}-{number}", '"tag"', size) for number, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("packed", "raw", "sizes"),
    [
        ([], [], []),
        ([], [40, 40, 20], [[40, 40, 20]]),
        ([], [40, 40, 21], [[40, 40], [21]]),
        ([], [150, 1, 1], [[150], [1, 1]]),
        ([], [1, 150], [[1], [150]]),
        ([50], [10], [[50], [10]]),
        ([49], [10], [[49, 10]]),
        ([49, 50], [52], [[50], [49], [52]]),
        ([], [0, 0], [[0, 0]]),
    ],
)
def test_groups_are_as_large_as_they_may_be(
    packed: list[int], raw: list[int], sizes: list[list[int]]
) -> None:
    groups = choose_groups(make(*packed, prefix="packed"), make(*raw), 100)
    assert [[piece.size for piece in group] for group in groups] == sizes


@given(PIECES, PIECES)
def test_every_source_is_in_one_group(packed: list[Piece], raw: list[Piece]) -> None:
    raw = [piece for piece in raw if piece not in packed]
    groups = choose_groups(packed, raw, 100)
    assert sorted(piece for group in groups for piece in group) == sorted([*packed, *raw])
    assert all(groups)
    assert all(len(group) == 1 or sum(piece.size for piece in group[1:]) <= 100 for group in groups)


def test_a_version_is_named_after_its_sources_and_the_size_of_its_groups() -> None:
    sources = make(1, 2)
    name = make_version(sources, 100)
    assert name == make_version(make(1, 2), 100)
    others = [
        make_version(sources, 101),
        make_version(sources[:1], 100),
        make_version(sources[::-1], 100),
        make_version([sources[0], Piece("raw-1", '"other"', 2)], 100),
    ]
    assert len({name, *others}) == 5


def test_late_is_what_a_version_does_not_cover() -> None:
    raw = make(1, 2, 3)
    assert find_late(raw, ()) == raw
    assert find_late(raw, raw[:2]) == raw[2:]
    assert find_late(raw[:1], raw) == []


def test_an_object_that_was_written_over_is_neither_late_nor_covered() -> None:
    with pytest.raises(OverwrittenError, match="raw-0"):
        find_late([Piece("raw-0", '"other"', 1)], make(1))


def test_a_manifest_has_its_rows_and_keeps_checksums_that_no_float_can() -> None:
    pieces = tuple(make(1, 2))
    packed = (PackedPiece(pieces[0], 3, 2**100 + 1), PackedPiece(pieces[1], 4, 0))
    manifest = Manifest("v1", pieces, pieces[:1], packed)
    assert manifest.rows == 7
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert json.loads(manifest.to_json())["objects"][0]["checksum"] == str(2**100 + 1)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": "v", "sources": [{"key": 1}]}'])
def test_what_is_no_manifest_is_told(text: str) -> None:
    with pytest.raises(PackingError, match="cannot be read"):
        Manifest.from_json(text)


def test_objects_are_sorted_by_columns_of_their_log_and_by_an_id_last() -> None:
    for layout in LAYOUTS.values():
        names = [field.name for field in layout.fields]
        assert set(layout.order) <= set(names)
        assert layout.order[-1] == names[0]
