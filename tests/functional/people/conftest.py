"""A stack, silent or with the story told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.functional.people.story import open_stack, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.people_stack import PeopleStack


@pytest.fixture
def stack() -> Iterator[PeopleStack]:
    yield from open_stack()


@pytest.fixture
def story(stack: PeopleStack) -> PeopleStack:
    return tell(stack)
