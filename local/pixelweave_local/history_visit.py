"""One visit to the shop of the history, page by page, as a tag on its pages tells it (native dialect)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_local import history_catalogue as shop
from pixelweave_local.history_source import write_landing

if TYPE_CHECKING:
    from random import Random

    from pixelweave_local.history_catalogue import Page, Product
    from pixelweave_local.history_source import Source
    from pixelweave_local.history_visitor import Browser, Crowd, Customer

type Body = dict[str, object]

LEAVES_AT_ONCE = 0.36
FILLS_BASKET = 0.17
CHECKS_OUT = 0.6
BUYS = 0.62
SUBSCRIBES, SUBSCRIBES_AS_A_CUSTOMER = 0.025, 0.12
ASKS_FOR_A_QUOTE = 0.016
TAKES_THE_BROCHURE = 0.025
LOGS_IN = 0.4
CONFIRMS_ADDRESS = 0.5  # of logins, those that say the address too
USES_OTHERS_ADDRESS = 0.2  # of who is logged in on a shared device: the browser fills in the other's
COUNTS_FROM = 1000


class Told(NamedTuple):
    """One call of the tag: when (Unix milliseconds, the client's clock) and what it says."""

    at: int
    body: Body


class Visit:
    """A visit by `browser` that begins `at` a moment; `told` is what its tag says, in order."""

    def __init__(self, crowd: Crowd, browser: Browser, customer: Customer | None, at: int) -> None:
        self._crowd = crowd
        self._random: Random = crowd.random
        self._browser = browser
        self._customer = customer
        self._at = at
        self._session_id = f"{self._random.getrandbits(80):020x}"
        self._address = ""
        self._referrer = ""
        self._title = ""
        self._section = ""
        self._is_logged_in = False
        self.told: list[Told] = []

    def walk(self, source: Source) -> list[Told]:
        """Go through the shop as somebody does whom `source` brought."""
        random = self._random
        landing = random.choice(source.landings)
        self._referrer = source.referrer
        self._view(landing, write_landing(random, source, landing))
        if random.random() < LEAVES_AT_ONCE / source.keenness:
            return self._end()
        self._browser.has_answered = True
        self._may_log_in()
        products = [product for product in shop.PRODUCTS if product.page == landing]
        for _ in range(1 + min(int(random.expovariate(0.23)), 16)):
            products += self._look_around()
        self._may_talk(source.keenness)
        if products and random.random() < FILLS_BASKET * source.keenness:
            self._shop(products, source.keenness)
        return self._end()

    def _end(self) -> list[Told]:
        self._browser.free_from = self._at + 3_600_000
        return self.told

    def _look_around(self) -> list[Product]:
        """One more page; the product that it shows, if it does."""
        random = self._random
        chosen = random.random()
        if chosen < 0.5:
            product = random.choice(shop.PRODUCTS)
            self._view(product.page)
            return [product]
        self._view(
            random.choice(shop.LISTINGS if chosen < 0.8 else (shop.HOME, shop.SALE))
            if chosen < 0.92
            else random.choice(shop.ARTICLES)
        )
        return []

    def _may_log_in(self) -> None:
        customer = self._customer
        if customer is None or not customer.user_id or self._random.random() >= LOGS_IN:
            return
        self._view(shop.ACCOUNT)
        self._is_logged_in = True
        said: Body = {"user_id": customer.user_id, "traits": {"first_name": customer.first_name}}
        if self._random.random() < CONFIRMS_ADDRESS:
            said["email"] = self._choose_address(customer)
        self._tell("identify", **said)

    def _may_talk(self, keenness: float) -> None:
        """Subscribe, ask for a quote, take the brochure: whatever comes to mind."""
        random = self._random
        subscribes = SUBSCRIBES if self._customer is None else SUBSCRIBES_AS_A_CUSTOMER
        if not self._browser.is_subscribed and random.random() < subscribes * keenness:
            self._view(shop.NEWSLETTER)
            self._tell("custom", name="newsletter_signup", **self._give_address())
            self._browser.is_subscribed = True
        if random.random() < ASKS_FOR_A_QUOTE * keenness:
            self._view(shop.QUOTE)
            worth = {"value": str(random.choice((150, 300, 450))), "currency": self._browser.home.currency}
            self._tell(
                "lead",
                name="Made to measure",
                **self._give_address(),
                **(worth if random.random() < 0.6 else {}),
            )
        if random.random() < TAKES_THE_BROCHURE:
            self._view(shop.BROCHURE)
            self._tell("goal", goals=[{"name": "Brochure", "value": "2.5", "unit": "points"}])

    def _shop(self, products: list[Product], keenness: float) -> None:
        random, currency = self._random, self._browser.home.currency
        basket = [
            (product, random.choices((1, 2, 3), (8, 2, 1))[0])
            for product in random.sample(products, min(len(products), random.choice((1, 1, 2))))
        ]
        for product, quantity in basket:
            self._view(product.page)
            self._tell(
                "custom",
                name="add_to_basket",
                props={"sku": product.sku, "category": product.category, "quantity": str(quantity)},
            )
        self._view(shop.BASKET)
        if random.random() >= CHECKS_OUT * min(keenness, 1.4):
            return
        self._view(shop.CHECKOUT)
        if random.random() >= 0.8:
            return
        self._view(shop.PAYMENT)
        if random.random() >= BUYS:
            return
        self._view(shop.THANKS)
        total = sum((product.price(currency) * quantity for product, quantity in basket), Decimal())
        self._tell(
            "purchase",
            name="order",
            value=str(total),
            currency=currency,
            order_id=f"O-{COUNTS_FROM + random.getrandbits(40)}",
            products=[
                {
                    "product_id": product.sku, "sku": product.sku, "name": product.name,
                    "price": str(product.price(currency)), "quantity": str(quantity), "category": product.category,
                }
                for product, quantity in basket
            ],
            **self._give_address(with_phone=True),
        )  # fmt: skip
        self._browser.orders += 1

    def _give_address(self, *, with_phone: bool = False) -> Body:
        """What somebody says of themselves who leaves an address; who had no name gets one with that."""
        if self._customer is None:
            self._customer = self._crowd.add_customer()
            self._browser.users = (self._customer,)
        customer = self._customer
        given: Body = {"email": customer.email, "traits": {"first_name": customer.first_name}}
        if self._is_logged_in:
            given |= {"user_id": customer.user_id, "email": self._choose_address(customer)}
        if with_phone and customer.phone:
            given["phone"] = customer.phone
        return given

    def _choose_address(self, customer: Customer) -> str:
        others = [user for user in self._browser.users if user is not customer]
        return (others[0] if others and self._random.random() < USES_OTHERS_ADDRESS else customer).email

    def _view(self, page: Page, address: str = "") -> None:
        """Open a page, after a while on the one before."""
        if self._address:
            self._referrer = self._address
            self._at += 4_000 + int(self._random.expovariate(1 / 45_000))
        self._address, self._title, self._section = address or page.url, page.title, page.section
        self._tell("page_view")

    def _tell(self, kind: str, **said: object) -> None:
        self._at += self._random.randrange(300, 2500)
        browser, random = self._browser, self._random
        body: Body = {
            "type": kind,
            "message_id": f"{random.getrandbits(96):024x}",
            "occurred_at": self._at,
            "session_id": self._session_id,
            "url": self._address,
            "title": self._title,
            "language": browser.home.language,
            "labels": {"section": self._section, "segment": browser.segment},
        }
        if self._referrer:
            body["referrer"] = self._referrer
        # Who denies is remembered to have done so; who grants is heard before that, too.
        if browser.consent == "denied" or (browser.consent == "granted" and browser.has_answered):
            body["consent"] = browser.consent
        self.told.append(Told(self._at, body | said))
