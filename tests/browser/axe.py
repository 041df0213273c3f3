"""The rules of axe-core (WCAG and good practice), run on the page as it stands."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "npm"
RUN = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"


def run(page: Page) -> list[str]:
    """Each violation as rule, sentence and the element, one a line; the installed package is that of `npm/package-lock.json`."""
    # An evaluation is the browser's owner's, so that no Content-Security-Policy of the page is in its way.
    page.evaluate(_read_source())
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in page.evaluate(RUN)
        for node in violation["nodes"]
    ]


@cache
def _read_source() -> str:
    package = FOLDER / "node_modules" / "axe-core"
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    wanted = lock["packages"]["node_modules/axe-core"]["version"]
    if _read_version(package / "package.json") != wanted:
        subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, check=True)
    return (package / "axe.min.js").read_text(encoding="utf-8")


def _read_version(path: Path) -> str | None:
    return json.loads(path.read_text(encoding="utf-8"))["version"] if path.is_file() else None
