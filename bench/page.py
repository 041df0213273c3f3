"""What a tag costs the page that carries it: bytes, and time of Chromium's main thread with its processor slowed down.

`python -m bench.page` prints the table. All tags are measured in turn, in one run, against servers on loopback that answer everything.
"""

from __future__ import annotations

import json
import os
import subprocess
from threading import Thread
from typing import TYPE_CHECKING, cast

from pixelweave_local.chromium import find_chromium, list_arguments
from playwright.sync_api import sync_playwright

from bench.page_round import compare_evaluation, rotate, take_medians
from bench.page_stub import Stub
from bench.page_tag import FOLDER, NO_TAG, list_tags
from bench.page_trace import CATEGORIES, PageCost, read_trace

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = 15
SLOWDOWN = 4
BASE = "@plausible-analytics/tracker"
ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
    "--disable-blink-features=AutomationControlled",  # tags do not count what says that it is driven
)
# zlib's and brotli's own best, from Node, which the tags' packages need in any case.
COMPRESS = """
const { brotliCompressSync, gzipSync } = require('zlib');
const text = require('fs').readFileSync(0);
console.log(JSON.stringify([text.length, gzipSync(text, { level: 9 }).length, brotliCompressSync(text).length]));
"""


def measure_page(browser: Browser, stub: Stub) -> PageCost:
    """Open the stub's page once, as a new visitor in a new tab; SilentTagError, AssertionError where a script failed."""
    agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{browser.version} Safari/537.36"
    context = browser.new_context(user_agent=agent)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    browser.start_tracing(page=page, categories=list(CATEGORIES))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    before = stub.hits
    page.goto(f"{stub.origin}/")
    try:
        stub.wait_for_hit(page, before)
    finally:  # an error explains a silence
        assert not errors, f"{stub.tag.name}: {errors}"
    trace = browser.stop_tracing()
    context.close()
    return read_trace(trace, stub.origin)


def measure_rounds(browser: Browser, stubs: list[Stub]) -> dict[str, list[PageCost]]:
    """Each tag's costs, by its name, in the order of the rounds; the round that warms up is left out."""
    for stub in stubs:
        measure_page(browser, stub)
    costs: dict[str, list[PageCost]] = {stub.tag.name: [] for stub in stubs}
    for number in range(PAGES):
        for stub in rotate(stubs, number):
            costs[stub.tag.name].append(measure_page(browser, stub))
    return costs


def weigh(script: bytes) -> list[int]:
    """Bytes: plain, gzip -9, brotli 11."""
    done = subprocess.run(["node", "-e", COMPRESS], input=script, check=True, capture_output=True)
    return cast("list[int]", json.loads(done.stdout))


def write_row(stub: Stub, costs: list[PageCost], base: list[PageCost]) -> str:
    """A tag's line of the table."""
    plain, packed, brotli = weigh(stub.tag.script)
    cost, ratio = take_medians(costs), compare_evaluation(costs, base)
    return (
        f"  {stub.tag.name:36} {plain:>8,} {packed:>7,} {brotli:>7,} bytes  evaluation {cost.evaluation:7.2f}"
        f" = {ratio.middle:5.2f} × ({ratio.low:.2f} to {ratio.high:.2f})  all scripts {cost.script:7.2f}"
        f"  longest task {cost.longest_task:7.2f}  blocking {cost.blocking:6.2f}  hits a page {stub.hits / (PAGES + 1):.1f}"
    )


def main() -> None:
    """Print the table."""
    stubs = [Stub(tag) for tag in (NO_TAG, *list_tags())]
    for stub in stubs:
        Thread(target=stub.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=list_arguments(*ARGUMENTS)
        )
        print(
            f"page: Chromium {browser.version}, processor {SLOWDOWN} × slower, tags in turn, medians of {PAGES} rounds; ms"
        )
        print(
            f"  packages of {FOLDER.name}/package-lock.json and Umami's archive; not measured: Snowplow's sp.js (not on npm)"
        )
        print(f"  ×: times {BASE}'s evaluation of the same round, in brackets the middle half of the rounds")
        costs = measure_rounds(browser, stubs)
        browser.close()
    (base,) = (each for name, each in costs.items() if name.startswith(BASE))
    for stub in stubs:
        stub.shutdown()
        print(write_row(stub, costs[stub.tag.name], base))


if __name__ == "__main__":
    main()
