"""What the shop of the history sells, and the pages that it has beside its products."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

HOST = "www.shop.example"
BLOG = "blog.shop.example"


class Page(NamedTuple):
    """A page of the shop: where it is, its title, and the section of the shop that its label names."""

    host: str
    path: str
    title: str
    section: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{self.host}{self.path}"


class Product(NamedTuple):
    """A product: `eur` and `usd` are what one piece costs in Europe and in America."""

    sku: str
    name: str
    category: str
    eur: Decimal
    usd: Decimal

    @property
    def page(self) -> Page:
        """Its own page."""
        slug = self.name.lower().replace(" ", "-")
        return Page(HOST, f"/{self.category}/{slug}", f"{self.name} – Demo shop", self.category)

    def price(self, currency: str) -> Decimal:
        """The price of one piece in `EUR` or `USD`."""
        return self.usd if currency == "USD" else self.eur


def _product(sku: str, name: str, category: str, eur: str, usd: str) -> Product:
    return Product(sku, name, category, Decimal(eur), Decimal(usd))


PRODUCTS = (
    _product("SC-01", "Heron scarf", "scarves", "49.90", "54.00"),
    _product("SC-02", "Wren scarf", "scarves", "39.90", "44.00"),
    _product("SC-03", "Dune shawl", "scarves", "69.00", "75.00"),
    _product("BL-01", "Ember blanket", "blankets", "119.85", "129.00"),
    _product("BL-02", "Drift blanket", "blankets", "139.00", "149.00"),
    _product("BL-03", "Pebble throw", "blankets", "89.90", "98.00"),
    _product("RG-01", "Moss runner", "rugs", "79.95", "86.00"),
    _product("RG-02", "Slate rug", "rugs", "249.00", "269.00"),
    _product("LN-01", "Tide towel", "linen", "25.00", "28.00"),
    _product("LN-02", "Cloud sheet", "linen", "99.50", "109.00"),
    _product("LN-03", "Meadow napkins", "linen", "32.00", "35.00"),
    _product("SC-04", "Lichen mittens", "scarves", "29.90", "33.00"),
)
CATEGORIES = tuple(dict.fromkeys(product.category for product in PRODUCTS))

HOME = Page(HOST, "/", "Demo shop – wool and linen", "home")
SALE = Page(HOST, "/sale", "Winter sale – Demo shop", "sale")
BASKET = Page(HOST, "/basket", "Your basket – Demo shop", "basket")
CHECKOUT = Page(HOST, "/checkout", "Checkout – Demo shop", "checkout")
PAYMENT = Page(HOST, "/checkout/payment", "Payment – Demo shop", "checkout")
THANKS = Page(HOST, "/thank-you", "Thank you – Demo shop", "checkout")
NEWSLETTER = Page(HOST, "/newsletter", "Our letter – Demo shop", "service")
QUOTE = Page(HOST, "/made-to-measure", "Made to measure – Demo shop", "service")
BROCHURE = Page(HOST, "/brochure", "The brochure – Demo shop", "service")
ACCOUNT = Page(HOST, "/account", "Your account – Demo shop", "account")
ARTICLES = (
    Page(BLOG, "/washing-wool", "How to wash wool", "blog"),
    Page(BLOG, "/linen-or-cotton", "Linen or cotton?", "blog"),
    Page(BLOG, "/a-loom-at-home", "A loom at home", "blog"),
    Page(BLOG, "/moths", "What helps against moths – and what does not", "blog"),
)


def list_category(category: str) -> Page:
    """The page that lists a category."""
    return Page(HOST, f"/{category}", f"{category.capitalize()} – Demo shop", category)


LISTINGS = tuple(list_category(category) for category in CATEGORIES)
