"""Accessibility rules, held against a page by axe-core (https://github.com/dequelabs/axe-core), which package.json pins."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
_PACKAGE = HERE / "node_modules" / "axe-core"
_RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, html }) => `${id}: ${help}: ${target}: ${html.slice(0, 200)}`));
}"""


def install() -> str:
    """axe-core's script, of the version that package.json pins; subprocess.CalledProcessError where npm cannot bring it."""
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]["axe-core"]
    told = _PACKAGE / "package.json"
    if not told.exists() or json.loads(told.read_text(encoding="utf-8"))["version"] != wanted:
        subprocess.run(["npm", "ci", "--silent"], cwd=HERE, check=True)
    return (_PACKAGE / "axe.min.js").read_text(encoding="utf-8")


def run(page: Page) -> list[str]:
    """What breaks a rule of axe-core's default set on the page as it is: one line an element."""
    # The browser evaluates this as its own tool does: the page's Content-Security-Policy does not reach it, and stays in force.
    page.evaluate(install())
    found: list[str] = page.evaluate(_RUN)
    return found
