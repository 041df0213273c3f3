"""Starting and stopping the demo shop's process."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import pytest
from pixelweave_local import shop_process
from pixelweave_local.place import Place, environment, write_json
from pixelweave_local.process import end, members, spawn
from pixelweave_local.site_process import SiteError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_shop_without_an_embedded_aws_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with pytest.raises(SiteError, match="embedded AWS is not running: make up"):
        shop_process.start(place, preferred=None)
    assert not place.shop.exists()


def test_stopping_does_not_touch_a_process_that_took_over_the_number(tmp_path: Path) -> None:
    place = Place(tmp_path)
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    stranger = spawn(command, tmp_path / "log", environment({}))
    write_json(place.shop, {"pid": stranger, "port": 1})
    assert not shop_process.stop(place)
    assert len(members(stranger)) == 1
    assert not place.shop.exists()
    end(stranger)


def test_nothing_to_stop_is_no_error(tmp_path: Path) -> None:
    assert not shop_process.stop(Place(tmp_path))


def test_a_process_of_ours_leads_a_group_and_says_what_it_prints_to_its_log(tmp_path: Path) -> None:
    script = "import os, sys; print(os.getpgrp()); print(sys.stdin.read() + 'err', file=sys.stderr)"
    pid = spawn([sys.executable, "-c", script], tmp_path / "log", {"PYTHONUNBUFFERED": "1"})
    os.waitpid(pid, 0)
    assert re.fullmatch(rf"{pid}\nerr\n", (tmp_path / "log").read_text(encoding="utf-8"))
