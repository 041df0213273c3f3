"""Where the README's pictures are taken, what is said where nothing runs, and how large they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave_local.dashboard_picture import VIEWS
from pixelweave_local.picture import (
    IMAGES,
    MAX_BYTES,
    PictureError,
    keep_picture,
    read_address,
    run_command,
)
from pixelweave_local.place import write_json
from pixelweave_local.shop_picture import PICTURE

if TYPE_CHECKING:
    from pathlib import Path

BOTH = ("shop_url", "dashboard_url")


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("slash", ["", "/"])
def test_what_is_looked_at_is_what_make_up_wrote_down(tmp_path: Path, name: str, slash: str) -> None:
    path = tmp_path / "stack.json"
    write_json(path, {name: f"http://127.0.0.1:4568{slash}"})
    assert read_address(name, path) == "http://127.0.0.1:4568"


@pytest.mark.parametrize("name", BOTH)
def test_without_a_stack_the_error_names_the_command_that_starts_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / "stack.json"
    for known in (None, {"collector_url": "http://127.0.0.1:4567"}):
        if known:
            write_json(path, known)
        with pytest.raises(PictureError, match="make up"):
            read_address(name, path)


def test_a_picture_is_kept_up_to_the_limit_and_not_beyond(tmp_path: Path) -> None:
    path = tmp_path / "images" / "one.png"
    assert keep_picture(b"x" * MAX_BYTES, path) == path.stat().st_size == MAX_BYTES
    with pytest.raises(PictureError, match=r"two\.png has 150,001 bytes"):
        keep_picture(b"x" * (MAX_BYTES + 1), tmp_path / "two.png")
    assert not (tmp_path / "two.png").exists()


def test_a_picture_that_cannot_be_taken_is_one_line_and_an_exit_status(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise PictureError("why")

    assert (run_command(fail), capsys.readouterr().err) == (1, "error: why\n")
    assert run_command(lambda: None) == 0


@pytest.mark.parametrize("name", [PICTURE.name, *(view.file for view in VIEWS)])
def test_the_pictures_of_the_repository_are_pngs_that_a_readme_can_afford(name: str) -> None:
    picture = (IMAGES / name).read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(picture) <= MAX_BYTES
