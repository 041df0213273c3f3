"""Who visits the shop of the history: browsers and the people behind them, who come again, change devices or share one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pixelweave.ident import VISITOR_ID_BYTES, mint_visitor_id

from pixelweave_local.history_client import AMERICA, BROWSERS, EUROPE, Home

if TYPE_CHECKING:
    from random import Random

COMES_AGAIN = 0.42  # of all visits, those by a browser that was here before
OWN_DEVICE = 0.3  # of new browsers, those of somebody whom the shop may learn to know
SECOND_DEVICE = 0.3  # of these, another device of somebody who has one
SHARED = 0.2  # of these, a device that two people use
BREAK = 3_600_000  # ms between a browser's visits, at least
# What a browser says of consent once it has been asked → weight; `gpc` says it by the header Sec-GPC, None never says anything.
CONSENTS: dict[str | None, int] = {"granted": 80, None: 6, "denied": 7, "gpc": 7}

_FIRST = ("ana", "ben", "clara", "david", "emma", "felix", "greta", "hugo", "ida", "jonas", "kim", "lena")
_LAST = ("adler", "berg", "costa", "dubois", "eder", "fischer", "garcia", "haas", "ivanov", "jansen")


@dataclass(slots=True)
class Customer:
    """Somebody whom the shop may learn to know. `user_id` and `phone` are empty where they have none to say."""

    first_name: str
    email: str
    user_id: str
    phone: str


@dataclass(slots=True)
class Browser:
    """A browser with its cookie: what it is, where it is, and who sits before it (nobody who says so, one, or two)."""

    cookie: str
    user_agent: str
    home: Home
    consent: str | None
    has_answered: bool = False  # the banner of the shop, after which its hits say `granted`
    users: tuple[Customer, ...] = ()
    visits: int = 0
    orders: int = 0
    is_subscribed: bool = False
    free_from: int = 0  # Unix milliseconds: its last visit is over, and a while has passed

    @property
    def is_anonymous(self) -> bool:
        """Whether it must not be followed."""
        return self.consent in {"denied", "gpc"}

    @property
    def segment(self) -> str:
        """The kSense-style segment that the shop's label names."""
        if self.orders > 1:
            return "vip"
        if self.orders:
            return "customer"
        return "returning" if self.visits > 1 else "new"


@dataclass(slots=True)
class Crowd:
    """All browsers and customers so far."""

    random: Random
    browsers: list[Browser] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    def pick(self, at: int) -> tuple[Browser, Customer | None]:
        """Who begins a visit `at` (Unix milliseconds): a browser, and which of its users that is."""
        random = self.random
        browser = None
        if self.browsers and random.random() < COMES_AGAIN:
            # Who was here lately, or often, comes again rather than others.
            recent = self.browsers[-min(len(self.browsers), 400) :]
            keen = [each for each in random.choices(recent, k=6) if each.free_from <= at]
            browser = max(keen, key=lambda each: (len(each.users), each.visits < 6), default=None)
        if browser is None:
            browser = self._meet(at)
        browser.visits += 1
        return browser, random.choice(browser.users) if browser.users else None

    def add_customer(self) -> Customer:
        """Somebody new."""
        random, number = self.random, len(self.customers) + 1
        first, last = random.choice(_FIRST), random.choice(_LAST)
        made = Customer(
            first.capitalize(),
            f"{first}.{last}.{number}@mail.example",
            f"c-{10_000 + number}" if random.random() < 0.55 else "",
            f"+49 30 5{number:05d}" if random.random() < 0.3 else "",
        )
        self.customers.append(made)
        return made

    def _meet(self, at: int) -> Browser:
        random = self.random
        evening_there = not 5 <= datetime.fromtimestamp(at / 1000, UTC).hour < 14
        homes = EUROPE + AMERICA
        weights = [home.weight * (3 if evening_there and home in AMERICA else 1) for home in homes]
        browser = Browser(
            cookie=mint_visitor_id(random.randbytes(VISITOR_ID_BYTES)),
            user_agent=random.choices(list(BROWSERS), list(BROWSERS.values()))[0],
            home=random.choices(homes, weights)[0],
            consent=random.choices(list(CONSENTS), list(CONSENTS.values()))[0],
            users=self._choose_users(),
        )
        self.browsers.append(browser)
        return browser

    def _choose_users(self) -> tuple[Customer, ...]:
        random = self.random
        if random.random() >= OWN_DEVICE:
            return ()
        has_another = self.customers and random.random() < SECOND_DEVICE
        user = random.choice(self.customers) if has_another else self.add_customer()
        return (user, self.add_customer()) if random.random() < SHARED else (user,)
