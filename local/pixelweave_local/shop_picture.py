"""`make picture`: the demo shop's panel after somebody subscribed, as the README shows it, taken from the stack that `make up` runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright

from pixelweave_local.picture import IMAGES, PictureError, keep_picture, read_address, run_command
from pixelweave_local.place import ROOT
from pixelweave_local.progress import step
from pixelweave_local.shop_walk import ShopWalk, WalkError, launch_browser, open_visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import ViewportSize

PICTURE = IMAGES / "shop-panel.png"
ADDRESS = "jane.doe@example.com"
# So wide that a row is a line; so high that the panel has hits from before she was known, too.
VIEWPORT: ViewportSize = {"width": 1120, "height": 800}


def tell_story(walk: ShopWalk) -> None:
    """Look around, send what is rejected and what is a test, and subscribe: what was anonymous becomes hers afterwards."""
    walk.enter()
    walk.open_newsletter()
    walk.send("wrong")
    walk.send("test")
    walk.subscribe(ADDRESS)
    # Rokt's script is told of her with the next page: its two page views are nobody's yet.
    walk.see_person(ADDRESS, walk.hits - 2)


def take_picture(shop_url: str, path: Path, environ: Mapping[str, str]) -> int:
    """Write the picture to `path`; its size in bytes. Raises PictureError, ChromiumMissingError."""
    with sync_playwright() as playwright:
        browser = launch_browser(playwright.chromium, environ)
        page = open_visit(browser, VIEWPORT).new_page()
        try:
            tell_story(ShopWalk(page, shop_url))
            # The mouse rests on the form's button, and no caret blinks.
            picture = page.screenshot(caret="hide", animations="disabled")
        except (Error, WalkError) as exc:
            raise PictureError(f"the demo shop at {shop_url} cannot be walked through: {exc}") from exc
        browser.close()
    return keep_picture(picture, path)


def main() -> None:
    """Take the picture. Raises PictureError, ChromiumMissingError."""
    shop_url = read_address("shop_url")
    with step("picture", f"walking through {shop_url}/") as now:
        size = take_picture(shop_url, PICTURE, os.environ)
        now.note = f"{PICTURE.relative_to(ROOT)}, {size:,} bytes"


if __name__ == "__main__":
    sys.exit(run_command(main))
