"""How fast the dashboard opens: thirteen months of a busy pixel in Chromium, from the address to the numbers of the overview.

`python -m bench.dashboard` prints the table. The documents are made by chance (tests/browser/dashboard/documents.py) and served from memory
on loopback; a browser's cache begins empty, and each opening is a visitor of its own.
"""

from __future__ import annotations

import os
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_local.chromium import find_chromium, list_arguments
from playwright.sync_api import sync_playwright

from tests.browser.dashboard.documents import BUSY, TODAY, make_history
from tests.browser.dashboard.site import DashboardSite

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OPENINGS = 9
# Rows of each part a day: 500 is where `publish` folds sessions and goals (docs/dashboard.md, «Top rows»), 300 the others.
SIZES = (50, 500)
RANGES = {"30 days": "30d", "13 months": "13m"}
_IS_SHOWN = """() => document.querySelector('#numbers .cards[aria-busy="false"]') !== null"""


class Opening(NamedTuple):
    """The page opened once.

    Milliseconds until every number of the overview stood there, and those that its main thread was at work; requests, and bytes of their
    bodies as sent.
    """

    milliseconds: float
    computed: float
    requests: int
    sent: int


def open_page(browser: Browser, site: DashboardSite, days: str) -> Opening:
    """Open the overview of these days as a new visitor."""
    site.asked.clear()
    site.sent = 0
    context = browser.new_context()
    page = context.new_page()
    page.clock.set_fixed_time(f"{TODAY}T12:00:00Z")
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(f"{site.address}#/overview?pixel={BUSY}&range={days}", wait_until="commit")
    # Looked for with each frame: a selector is looked for after longer and longer pauses, of half a second in the end.
    page.wait_for_function(_IS_SHOWN)
    # The page's own clock stands still; the protocol's does not.
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    took = (metrics["Timestamp"] - metrics["NavigationStart"]) * 1_000
    context.close()
    return Opening(took, metrics["TaskDuration"] * 1_000, len(site.asked), site.sent)


def measure(rows: int) -> list[str]:
    """The table's lines for so many rows a day."""
    documents = make_history(visitors=40 * rows, rows=rows).write()
    site = DashboardSite(documents).start()
    lines = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(os.environ), args=list_arguments())
        for label, days in RANGES.items():
            openings = [open_page(browser, site, days) for _ in range(OPENINGS)]
            last = openings[-1]
            took, computed = (median(each[place] for each in openings) for place in (0, 1))
            fastest = min(each.milliseconds for each in openings)
            lines.append(
                f"| {rows} | {label} | {took:,.0f} ms | {fastest:,.0f} ms | {computed:,.0f} ms"
                f" | {last.requests} | {last.sent / 1_000:,.0f} kB |"
            )
        browser.close()
    site.stop()
    return lines


def main() -> None:
    """Print the table."""
    print(
        "| rows a day and part | overview of | until its numbers stand there, median | fastest | main thread | requests | sent |"
    )
    print("|---:|---|---:|---:|---:|---:|---:|")
    for rows in SIZES:
        print("\n".join(measure(rows)), flush=True)


if __name__ == "__main__":
    main()
