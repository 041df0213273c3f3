"""The page's modules by themselves: called in a browser that shows nothing of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.dashboard.site import DashboardSite

_CALL = "async ([module, name, parameters]) => (await import(new URL(module, location.origin)))[name](...parameters)"


class Kit:
    """Calls functions of the modules that `site` serves."""

    def __init__(self, page: Page, site: DashboardSite) -> None:
        self._page = page
        # Of the site's origin, under the site's policy, and at rest.
        page.goto(site.address.replace("index.html", "app/print.css"))

    def call(self, module: str, name: str, *parameters: Any) -> Any:
        """What a function gives."""
        return self._page.evaluate(_CALL, [f"app/{module}.js", name, list(parameters)])

    def run(self, function: str, parameter: Any) -> Any:
        """What a JavaScript function gives that imports what it needs."""
        return self._page.evaluate(function, parameter)
