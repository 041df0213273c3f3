"""What `make up` prints at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave_local.pixel import DemoPixel
from pixelweave_local.report import Addresses, print_report
from pixelweave_local.story import Attribution

if TYPE_CHECKING:
    import pytest

ADDRESSES = Addresses("http://127.0.0.1:4567", "http://127.0.0.1:4568", "http://127.0.0.1:4569")


def test_the_commands_to_try_say_whose_the_address_is(capsys: pytest.CaptureFixture[str]) -> None:
    told = [Attribution("native", "buys", "pn_one", "session", is_backwards=True)]
    print_report(ADDRESSES, {"native": DemoPixel("px_demo_native", "key")}, {}, told, [], [])
    # The history has a workspace of its own, and an address belongs to one.
    assert "people show jane.roe@shop.example --workspace demo\n" in capsys.readouterr().out
