"""Traits: the latest word wins, and a person's fit one item whatever is said."""

from __future__ import annotations

import pytest
from pixelweave.trait import MAX_BYTES, MAX_TRAITS, Trait, fold_traits, merge_traits
from pixelweave_aws.identity_item import write_traits

from bench.metered_store import measure_item

KNOWN = {"plan": Trait("pro", 10)}


@pytest.mark.parametrize(
    ("value", "occurred_at", "after"),
    [
        ("free", 11, Trait("free", 11)),
        ("free", 9, None),
        # Of two at the same moment the greater text, whichever came first.
        ("zero", 10, Trait("zero", 10)),
        ("free", 10, None),
        # The same again costs no write.
        ("pro", 11, None),
    ],
)
def test_the_latest_word_wins(value: str, occurred_at: int, after: Trait | None) -> None:
    folded = fold_traits(KNOWN, {"plan": value}, occurred_at)
    assert folded == (None if after is None else {"plan": after})


def test_past_a_hundred_names_new_ones_are_left_out_and_known_ones_change() -> None:
    known = {f"t{number}": Trait("x", 1) for number in range(MAX_TRAITS - 1)}
    full = fold_traits(known, {"one": "a", "more": "b"}, 2)
    assert full is not None
    assert (len(full), "one" in full, "more" in full) == (MAX_TRAITS, True, False)
    assert fold_traits(full, {"more": "b"}, 3) is None
    assert fold_traits(full, {"t0": "y"}, 3) == full | {"t0": Trait("y", 3)}


@pytest.mark.parametrize(("length", "is_taken"), [(1_000, True), (1_001, False)])
def test_what_would_outgrow_the_item_is_left_out(length: int, is_taken: bool) -> None:
    known = {"a": Trait("x" * (MAX_BYTES - 1_000 - 2), 1)}
    assert (fold_traits(known, {"b": "x" * length}, 2) is not None) is is_taken
    # What is replaced makes room.
    assert fold_traits(known, {"a": "y" * length}, 2) == {"a": Trait("y" * length, 2)}


def test_the_longest_that_can_be_said_is_an_item_of_dynamodb() -> None:
    """400 KB (DynamoDB developer guide, «Item size»); a hundred longest values would be more."""
    traits: dict[str, Trait] = {}
    for number in range(MAX_TRAITS):
        said = {f"{number:02d}" + "\U0001f600" * 126: "\U0001f600" * 1024}
        traits = fold_traits(traits, said, number) or traits
    assert measure_item(write_traits("pn_1", traits, 1)) < 400 * 1024
    assert len(traits) > 60


def test_merged_persons_have_the_latest_words_of_both() -> None:
    one = {"a": Trait("old", 1), "b": Trait("x", 5)}
    other = {"a": Trait("new", 2), "c": Trait("y", 1)}
    merged = {"a": Trait("new", 2), "b": Trait("x", 5), "c": Trait("y", 1)}
    assert merge_traits(one, other) == merge_traits(other, one) == merged
