"""Text from the wire: nothing stays in it that a store refuses, and nothing else is lost."""

from __future__ import annotations

import pytest
from pixelweave.text import clean, is_true


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" a ", "a"),
        ("a\r\nb\tc", "a  b c"),
        ("a\x00\x07\x7f\x9fb", "ab"),
        ("a\ud800b", "ab"),
        # SQS refuses a message that holds one of these, and a spilled row holds its text as it is.
        ("a\ufffe\uffffb", "ab"),
        ("a\ufffdb", "a\ufffdb"),
        ("\u4e2d\U0001f600 é", "\u4e2d\U0001f600 é"),
    ],
)
def test_what_no_store_takes_is_left_out(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("TRUE", True), ("on", True), ("0", False), ("", False), ("yes!", False), (None, False)],
)
def test_a_flag_is_set_by_four_words(text: str | None, expected: bool) -> None:
    assert is_true(text) is expected
