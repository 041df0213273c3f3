"""A walk through the demo shop in a real browser, as a person takes it: click, type, and look at the panel until it has every hit.

Each step knows how many hits it sends, so that a pixel that says too much or too little is noticed where it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from pixelweave_local.chromium import find_chromium, list_arguments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, ViewportSize

# A page view of each pixel: five dialects and the native one.
PIXELS = 6
# A chapter of the guide comes without a load, and Rokt's script does not see it.
CHAPTER = PIXELS - 1
# An order: Rokt's conversion stands for its page view; kSense, PitchTarget, Altcraft, SendGrid and native tell of it beside theirs.
ORDER = 5
# Who it is: kSense, SendGrid and native have a call of its own for it.
CUSTOMER = 3
# PitchTarget, Altcraft, SendGrid and native have a word for a subscription; kSense, Altcraft and native for a brochure.
LEAD, BROCHURE = 4, 3
# Streams deliver within a second and the panel asks once a second; the rest is for a machine under load.
PATIENCE_MS = 60_000
# Whatever a page asks for, no request leaves the machine.
_LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_ROWS = "#panel tbody tr"
_HAS_ROWS = f"count => document.querySelectorAll('{_ROWS}').length === count"
_BELONG_TO = f"""([address, count]) => [...document.querySelectorAll('{_ROWS} .person')]
    .filter((person) => person.textContent === address).length === count"""


class WalkError(Exception):
    """The panel did not come to show what it should; the text says what, and what it shows."""


def launch_browser(engine: BrowserType, environ: Mapping[str, str]) -> Browser:
    """The installed Chromium, headless, which reaches this machine alone. Raises ChromiumMissingError."""
    return engine.launch(executable_path=find_chromium(environ), args=list_arguments(_LOOPBACK_ONLY))


def open_visit(browser: Browser, viewport: ViewportSize) -> BrowserContext:
    """A visitor whom nobody knows yet, in a window of `viewport` CSS pixels; what it shows does not depend on the machine's settings."""
    probe = browser.new_page()
    # A headless browser's User-Agent says that it is a bot, and a bot's hits come out as such.
    agent = str(probe.evaluate("navigator.userAgent")).replace("HeadlessChrome", "Chrome")
    probe.close()
    visit = browser.new_context(
        user_agent=agent,
        viewport=viewport,
        locale="en-GB",
        timezone_id="UTC",
        color_scheme="light",
        reduced_motion="reduce",
    )
    visit.set_default_timeout(PATIENCE_MS)
    return visit


class ShopWalk:
    """One visitor's tab of the shop at `shop_url`; `hits` is how many its pages have sent so far.

    Every step raises WalkError where the panel does not come to show exactly these.
    """

    def __init__(self, page: Page, shop_url: str) -> None:
        self.page = page
        self.hits = 0
        self._shop_url = shop_url.rstrip("/")

    def enter(self) -> None:
        """Open the home page."""
        self.page.goto(f"{self._shop_url}/")
        self.see(PIXELS)

    def open_listing(self) -> None:
        """Follow the link to all products."""
        self._follow("Shop", "/listing")
        self.see(PIXELS)

    def open_product(self, name: str) -> None:
        """Click the product's card; its page has another image of PitchTarget's."""
        self.page.locator(".card", has_text=name).click()
        self.page.wait_for_url("**/product/*")
        self.see(PIXELS + 1)

    def fill_basket(self) -> None:
        """Put the product that is shown into the basket: an event of the native tag."""
        self._press("Put it in the basket")
        self.see(1)

    def check_out(self) -> None:
        """Go to the checkout from a product's page."""
        self._follow("Check out", "/checkout")
        self.see(PIXELS)

    def order(self, address: str) -> None:
        """Place the order as `address`, and arrive at the thank-you page."""
        self.page.get_by_label("E-mail").fill(address)
        self._press("Place the order")
        self.page.wait_for_url("**/thank-you")
        self.see(PIXELS + ORDER + CUSTOMER)

    def reload_thanks(self) -> None:
        """Load the thank-you page once more."""
        self.page.reload()
        self.see(PIXELS + ORDER + CUSTOMER)

    def open_newsletter(self) -> None:
        """Go to the newsletter's form."""
        self._follow("Newsletter", "/newsletter")
        self.see(PIXELS)

    def subscribe(self, address: str) -> None:
        """Subscribe as `address`."""
        self.page.get_by_label("E-mail").fill(address)
        self._press("Subscribe")
        self.see(LEAD + CUSTOMER)

    def open_guide(self) -> None:
        """Go to the guide's first page."""
        self._follow("Guide", "/guide")
        self.see(PIXELS)

    def open_chapter(self, title: str) -> None:
        """Click a chapter: its address comes without a load."""
        self._follow(title, f"/guide/{title.lower()}")
        self.see(CHAPTER)

    def go_back(self, path: str) -> None:
        """Go back to the chapter before, at `path`."""
        self.page.go_back()
        self.page.wait_for_url(f"**{path}")
        self.see(CHAPTER)

    def take_brochure(self) -> None:
        """Take the brochure from the chapter on care: a goal."""
        self._press("Download the brochure")
        self.see(BROCHURE)

    def send(self, kind: str) -> None:
        """Press the panel's button for a hit of this `kind`: wrong or test."""
        self._press(f"Send a {kind} hit")
        self.see(1)

    def see(self, hits: int) -> None:
        """Look at the panel until it has so many hits more."""
        self.hits += hits
        self._await(_HAS_ROWS, self.hits, f"{self.hits} hits")

    def see_person(self, address: str, hits: int) -> None:
        """Look at the panel until so many hits of it are `address`'s."""
        self._await(_BELONG_TO, [address, hits], f"{hits} hits of {address}")

    def _await(self, expression: str, argument: object, what: str) -> None:
        try:
            self.page.wait_for_function(expression, arg=argument)
        except PlaywrightTimeoutError as exc:
            raise WalkError(f"not {what}: {self.page.locator('#panel').inner_text()}") from exc

    def _follow(self, link: str, path: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).click()
        self.page.wait_for_url(f"**{path}")

    def _press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()
