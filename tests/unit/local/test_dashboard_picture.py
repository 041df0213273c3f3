"""Where the pictures of the dashboard are taken, and what is said where nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave_local.dashboard_picture import IMAGES, VIEWS, read_dashboard_url
from pixelweave_local.place import write_json
from pixelweave_local.shop_picture import MAX_BYTES, PictureError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_dashboard_is_the_one_that_make_up_wrote_down(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    write_json(path, {"dashboard_url": "http://127.0.0.1:4569/"})
    assert read_dashboard_url(path) == "http://127.0.0.1:4569"


def test_without_a_stack_the_error_names_the_command_that_starts_one(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    for known in (None, {"shop_url": "http://127.0.0.1:4568"}):
        if known:
            write_json(path, known)
        with pytest.raises(PictureError, match="make up"):
            read_dashboard_url(path)


@pytest.mark.parametrize("name", [view.file for view in VIEWS])
def test_the_pictures_of_the_repository_are_pngs_that_a_readme_can_afford(name: str) -> None:
    picture = (IMAGES / name).read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) <= MAX_BYTES
