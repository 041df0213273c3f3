"""S3's notifications, told at once."""

from typing import Any

import pytest
from pixelweave_local import shape
from pixelweave_local.notification import telling_at_once


@pytest.mark.parametrize(
    ("facts", "more", "expected"),
    [
        (("e",), {}, {"size": "e"}),
        (
            (5, "tag", None),
            {"version_id": "v"},
            {"size": 5, "etag": "tag", "deletion_type": None, "version_id": "v"},
        ),
        ((), {"size": 5, "object_extra": {}}, {"size": 5, "object_extra": {}}),
    ],
)
def test_what_ministack_would_tell_later_is_told_now_with_its_place_in_the_order(
    monkeypatch: pytest.MonkeyPatch, facts: tuple[Any, ...], more: dict[str, Any], expected: dict[str, Any]
) -> None:
    told: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    monkeypatch.setattr(shape, "member", lambda *_: lambda event: f"after {event}")
    fire = telling_at_once(lambda *names, **rest: told.append((names, rest)))
    fire("lake", "events/a", "s3:ObjectCreated:Put", *facts, **more)
    assert told == [
        (
            ("lake", "events/a", "s3:ObjectCreated:Put"),
            expected | {"sequencer": "after s3:ObjectCreated:Put"},
        )
    ]
