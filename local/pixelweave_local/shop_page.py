"""The demo shop's pages: HTML files with the demo pixels' keys and the collector's URL filled in, and their policy.

A page may hold `{{name}}`, which is replaced by the escaped value of that name, and `{{> name}}`, which is replaced by the file
`parts/name.html`. No word of a request reaches a page, which is why the policy may allow, by its hash, each inline script that a page
has: those are the ones that the seeds prescribe.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from pixelweave_local.place import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHOP = ROOT / "local" / "shop"
# Chapters of the section that changes its address without a load (pushState): each must also answer a load.
CHAPTERS = ("wool", "linen", "care")
# Path → page.
_PAGES = {
    "/": "home",
    "/listing": "listing",
    "/checkout": "checkout",
    "/thank-you": "thank-you",
    "/newsletter": "newsletter",
    "/guide": "guide",
    **{f"/guide/{chapter}": "guide" for chapter in CHAPTERS},
}
_PRODUCT = "/product/"
_SLOT = re.compile(r"\{\{(> )?([a-z_-]+)\}\}")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class SlotError(Exception):
    """A page names a value or a part that does not exist."""


class Page(NamedTuple):
    """A page as it is served: its HTML and its Content-Security-Policy."""

    html: str
    policy: str


def read_catalogue(folder: Path = SHOP) -> dict[str, dict[str, str]]:
    """The products by the last part of their address; prices are decimal strings in USD."""
    catalogue: dict[str, dict[str, str]] = json.loads(
        (folder / "assets" / "catalogue.json").read_text(encoding="utf-8")
    )
    return catalogue


class ShopPages:
    """Writes the pages of `folder` for a collector and the keys of its pixels (dialect → key)."""

    def __init__(self, collector_url: str, keys: Mapping[str, str], folder: Path = SHOP) -> None:
        self._collector_url = collector_url
        self._keys = keys
        self._folder = folder

    def find(self, path: str) -> Page | None:
        """The page at `path` of the shop, None where there is none. Raises SlotError for a page that is wrong itself."""
        if path.startswith(_PRODUCT):
            slug = path.removeprefix(_PRODUCT)
            product = read_catalogue(self._folder).get(slug)
            return None if product is None else self._write("product", _name_product(slug, product))
        name = _PAGES.get(path)
        return None if name is None else self._write(name, {})

    def _write(self, name: str, extra: Mapping[str, str]) -> Page:
        params = {"page": f"{name}.html"}
        values = {
            "collector": self._collector_url,
            "params": base64.b64encode(json.dumps(params).encode()).decode(),
            "params_json": quote(json.dumps(params | {"sku": extra.get("sku", "")})),
            "page": name,
            **{f"key_{dialect}": key for dialect, key in self._keys.items()},
            **extra,
        }
        html = self._fill((self._folder / "pages" / f"{name}.html").read_text(encoding="utf-8"), values)
        return Page(html, self._write_policy(html))

    def _fill(self, text: str, values: Mapping[str, str]) -> str:
        def replace(slot: re.Match[str]) -> str:
            is_part, name = slot.groups()
            if not is_part:
                if name not in values:
                    raise SlotError(f"no value for {slot[0]}")
                return escape(values[name])
            if name == "cards":
                return self._write_cards(values)
            path = self._folder / "parts" / f"{name}.html"
            if not path.is_file():
                raise SlotError(f"no part for {slot[0]}")
            return self._fill(path.read_text(encoding="utf-8"), values)

        return _SLOT.sub(replace, text)

    def _write_cards(self, values: Mapping[str, str]) -> str:
        """A card for each product."""
        card = (self._folder / "parts" / "card.html").read_text(encoding="utf-8")
        products = read_catalogue(self._folder)
        return "".join(self._fill(card, {**values, **_name_product(*each)}) for each in products.items())

    def _write_policy(self, html: str) -> str:
        """The policy of a page: itself, the collector, and the inline scripts that it has."""
        hashes = "".join(f" '{hash_script(script)}'" for script in _INLINE_SCRIPT.findall(html))
        collector = self._collector_url
        return (
            f"default-src 'none'; script-src 'self' {collector}{hashes}; style-src 'self'; "
            f"img-src 'self' {collector}; connect-src 'self' {collector}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )


def hash_script(script: str) -> str:
    """The source expression of an inline script (CSP Level 3, 2.3.1, «hash-source»)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _name_product(slug: str, product: Mapping[str, str]) -> dict[str, str]:
    return {"slug": slug, **product}
