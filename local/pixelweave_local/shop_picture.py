"""`make picture`: the demo shop's panel after somebody subscribed, as the README shows it, taken from the stack that `make up` runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from playwright.sync_api import Error, sync_playwright

from pixelweave_local.chromium import ChromiumMissingError
from pixelweave_local.place import ROOT, STACK_FILE, read_json
from pixelweave_local.progress import step
from pixelweave_local.shop_walk import ShopWalk, WalkError, launch_browser, open_visit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from playwright.sync_api import ViewportSize

PICTURE = ROOT / "docs" / "images" / "shop-panel.png"
ADDRESS = "jane.doe@example.com"
# So wide that a row is a line; so high that the panel has hits from before she was known, too.
VIEWPORT: ViewportSize = {"width": 1120, "height": 800}
MAX_BYTES = 150_000


class PictureError(Exception):
    """The picture could not be taken; the text says why."""


def read_shop_url(stack_file: Path = STACK_FILE) -> str:
    """The address of the demo shop that runs. Raises PictureError where none does."""
    shop_url = read_json(stack_file).get("shop_url")
    if not shop_url:
        raise PictureError("there is no stack to take a picture of: make up")
    return str(shop_url)


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
    if len(picture) > MAX_BYTES:
        raise PictureError(f"the picture has {len(picture):,} bytes, over {MAX_BYTES:,}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    return len(picture)


def main() -> int:
    """Take the picture; the exit status, with the reason on stderr."""
    try:
        shop_url = read_shop_url()
        with step("picture", f"walking through {shop_url}/") as now:
            size = take_picture(shop_url, PICTURE, os.environ)
            now.note = f"{PICTURE.relative_to(ROOT)}, {size:,} bytes"
    except (PictureError, ChromiumMissingError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
