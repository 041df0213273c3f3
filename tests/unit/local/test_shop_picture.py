"""Where the picture of the demo shop's panel is taken, and what is said where nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave_local.place import write_json
from pixelweave_local.shop_picture import MAX_BYTES, PICTURE, PictureError, read_shop_url

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shop_is_the_one_that_make_up_wrote_down(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    write_json(path, {"shop_url": "http://127.0.0.1:4568"})
    assert read_shop_url(path) == "http://127.0.0.1:4568"


def test_without_a_stack_the_error_names_the_command_that_starts_one(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    for known in (None, {"collector_url": "http://127.0.0.1:4567"}):
        if known:
            write_json(path, known)
        with pytest.raises(PictureError, match="make up"):
            read_shop_url(path)


def test_the_picture_of_the_repository_is_a_png_that_a_readme_can_afford() -> None:
    picture = PICTURE.read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) <= MAX_BYTES
