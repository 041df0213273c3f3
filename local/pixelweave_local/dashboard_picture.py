"""`python -m pixelweave_local.dashboard_picture`: the dashboard as the README shows it, taken from the stack that `make up` runs."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import Error, sync_playwright

from pixelweave_local.history_pixel import SHOP
from pixelweave_local.picture import IMAGES, PictureError, keep_picture, read_address, run_command
from pixelweave_local.progress import step
from pixelweave_local.shop_walk import launch_browser

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Literal

    from playwright.sync_api import Browser

# As wide as the page's text.
WIDTH = 1180
_READY = '#main:has(h1):not(:has([aria-busy="true"]))'


class View(NamedTuple):
    """A picture's file, the page's address after its #, in which colours, the row that is opened, and how much is seen of it."""

    file: str
    fragment: str
    colours: Literal["light", "dark"] = "light"
    opened: str | None = None
    height: int = 860


# A week and the one before it, or all of the demo's thirty days, before which there is nothing to compare with.
VIEWS = (
    View("dashboard-overview.png", f"/overview?pixel={SHOP.pixel_id}&range=7d&metric=sessions", height=1_240),
    View(
        "dashboard-goals.png", f"/goals?pixel={SHOP.pixel_id}&range=7d&by=channel,campaign", opened="Purchase"
    ),
    View("dashboard-funnel.png", f"/funnels?pixel={SHOP.pixel_id}&range=30d&compare=0", "dark"),
)


def take_pictures(
    dashboard_url: str, folder: Path, environ: Mapping[str, str], views: Sequence[View] = VIEWS
) -> dict[str, int]:
    """Write the pictures into `folder`; their sizes in bytes by name. Raises PictureError, ChromiumMissingError."""
    with sync_playwright() as playwright:
        browser = launch_browser(playwright.chromium, environ)
        try:
            taken = {view.file: _take(browser, f"{dashboard_url}/#{view.fragment}", view) for view in views}
        except Error as exc:
            raise PictureError(f"the dashboard at {dashboard_url} cannot be looked at: {exc}") from exc
        finally:
            browser.close()
    return {name: keep_picture(picture, folder / name) for name, picture in taken.items()}


def _take(browser: Browser, address: str, view: View) -> bytes:
    page = browser.new_page(
        viewport={"width": WIDTH, "height": view.height}, color_scheme=view.colours, locale="en-GB"
    )
    page.goto(address)
    page.wait_for_selector(_READY)
    if view.opened is not None:
        page.get_by_role("button", name=f"Parts of {view.opened}", exact=True).click()
    # Nothing has the focus, and the mouse is over nothing.
    page.locator("h1").focus()
    page.mouse.move(0, 0)
    picture = page.screenshot(caret="hide", animations="disabled")
    page.close()
    return picture


def main() -> None:
    """Take the pictures. Raises PictureError, ChromiumMissingError."""
    dashboard_url = read_address("dashboard_url")
    with step("pictures", f"looking at {dashboard_url}/") as now:
        sizes = take_pictures(dashboard_url, IMAGES, os.environ)
        now.note = ", ".join(f"{name} {size:,} bytes" for name, size in sizes.items())


if __name__ == "__main__":
    sys.exit(run_command(main))
