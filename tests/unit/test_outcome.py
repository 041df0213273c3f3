"""The closed list of reasons is closed: nothing in the code uses another, and every one is used."""

import re
from pathlib import Path

from pixelweave import outcome
from pixelweave.refusal import REFUSALS

SOURCE = Path(outcome.__file__).parent


def test_a_reason_is_a_rejection_or_a_flag_not_both() -> None:
    assert not outcome.REJECTIONS.keys() & outcome.FLAGS.keys()


def test_every_reason_is_given_somewhere() -> None:
    text = "\n".join(path.read_text() for path in SOURCE.rglob("*.py") if path.name != "outcome.py")
    unused = [reason for reason in outcome.REASONS if f'"{reason}"' not in text]
    assert unused == []


def test_every_reason_given_is_on_the_list() -> None:
    # What rebuilding finds missing in the table, and what a form of a goal lacks, is no reason of a hit.
    others = {"rebuilding.py", "goal_form.py"}
    paths = (path for path in SOURCE.rglob("*.py") if path.name not in others)
    text = "\n".join(path.read_text() for path in paths)
    words = r'"((?:missing|invalid|unknown|unequal|duplicate|too|empty)_[a-z_]+|[a-z]+_too_(?:long|large|deep)|field_truncated)"'
    given = set(re.findall(words, text))
    assert given - outcome.REASONS.keys() - REFUSALS.keys() == set()


def test_every_refusal_is_explained_in_the_documentation() -> None:
    text = (SOURCE.parents[2] / "docs" / "identity.md").read_text()
    assert [reason for reason in REFUSALS if f"{reason}" not in text] == []
