"""The served tag is what its sources make: built anew with the pinned tools."""

from __future__ import annotations

from pixelweave_local.tag_build import find_drift


def test_the_served_script_is_the_one_that_its_sources_make() -> None:
    assert find_drift() == []
