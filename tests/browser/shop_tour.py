"""One visitor's whole tour of the demo shop, and what its panel and the goal report said on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pixelweave.goal_report import TOTAL, list_goal_rows
from pixelweave_aws.goal_table import GoalTable
from pixelweave_local.shop_walk import ShopWalk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

ADDRESS = "weaver@mail.example"
PRODUCT = "Heron scarf"
# (dialect, goal) → conversions, value by unit.
type Totals = dict[tuple[str, str], tuple[int, dict[str, Decimal]]]

# The sessions of the three tags and of Rokt's script.
_SESSIONS = """() => Object.entries(sessionStorage)
    .filter(([key]) => key === 'rokt_session_id' || key.startsWith('pw_')).map(([, value]) => value)"""
_ROWS = """rows => rows.map((row) => {
  const [, dialect, what, outcome, person] = row.cells;
  const read = (cell, selector) => cell.querySelector(selector)?.textContent ?? null;
  return [dialect.textContent, read(what, '.what'), read(what, 'small'), read(outcome, '.badge'), read(outcome, 'small'),
    read(person, '.person'), !!person.querySelector('.afterwards'), !!outcome.querySelector('.repeat')];
})"""


class Shown(NamedTuple):
    """A row of the panel, as a person reads it."""

    dialect: str
    what: str
    path: str | None
    outcome: str
    reason: str | None
    person: str | None
    is_afterwards: bool
    is_repeat: bool


class Watch:
    """What a visitor's browser asked for, and everything that went wrong in it."""

    def __init__(self, visit: BrowserContext, collector_url: str) -> None:
        self.errors: list[str] = []
        self.origins: set[str] = set()
        self.pages: list[str] = []
        self.hits = 0
        self._collector = urlsplit(collector_url).netloc
        visit.on("weberror", self._note_error)
        visit.on("console", self._note_message)
        visit.on("request", self._note_request)
        visit.on("response", self._note_response)

    def _note_error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def _note_message(self, message: ConsoleMessage) -> None:
        # A page that its policy refuses something says so here.
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _note_request(self, asked: Request) -> None:
        url = urlsplit(asked.url)
        self.origins.add(f"{url.scheme}://{url.netloc}")
        self.hits += url.netloc == self._collector and not url.path.startswith("/t/")
        if asked.is_navigation_request():
            self.pages.append(url.path)

    def _note_response(self, response: Response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")


class Tour:
    """Takes the tour of the shop at `shop_url`; `panels` and `goals` are by the step after which they were read.

    `sessions` are those of its tab, and `hits_asked` is how many hits its pages sent.
    """

    def __init__(
        self, cloud: Cloud, pixels: Mapping[str, DemoPixel], visit: BrowserContext, shop_url: str
    ) -> None:
        self.cloud = cloud
        self.pixels = pixels
        self.shop_url = shop_url
        self.watch = Watch(visit, cloud.collector_url)
        self.walk = ShopWalk(visit.new_page(), shop_url)
        self.page = self.walk.page
        self.panels: dict[str, list[Shown]] = {}
        self.goals: dict[str, Totals] = {}
        self.texts: dict[str, str] = {}
        self.sessions: list[str] = []
        self.hits_asked = 0
        self._goals_before = self._read_goals()

    @property
    def visitor_id(self) -> str:
        """The visitor cookie's value."""
        (value,) = {
            each["value"] for each in self.page.context.cookies(self.shop_url) if each["name"] == "pw_vid"
        }
        return value

    def read_sessions(self) -> list[str]:
        """The session ids that the tab keeps now."""
        found: list[str] = self.page.evaluate(_SESSIONS)
        return found

    def take(self, hostile: str) -> None:
        """Click through every page; at last send an event of the name `hostile`."""
        walk = self.walk
        walk.enter()
        walk.open_listing()
        walk.open_product(PRODUCT)
        walk.fill_basket()
        walk.check_out()
        self.texts["basket"] = self.page.locator("#basket").inner_text()
        self._note("anonymous")
        walk.order(ADDRESS)
        walk.see_person(ADDRESS, walk.hits)
        self.texts["thanks"] = self.page.locator("#thanks").inner_text()
        self._note("ordered")
        walk.reload_thanks()
        self._note("reloaded")
        walk.open_newsletter()
        walk.subscribe(ADDRESS)
        self._note("subscribed")
        walk.open_guide()
        walk.open_chapter("Wool")
        walk.open_chapter("Linen")
        walk.go_back("/guide/wool")
        walk.open_chapter("Care")
        # The same address once more is no page: a hit of it would be one too many for the steps to come.
        self.page.get_by_role("link", name="Care", exact=True).click()
        walk.take_brochure()
        walk.send("wrong")
        walk.send("test")
        self.page.evaluate("name => window.pixelweave('track', name)", hostile)
        walk.see(1)
        walk.see_person(ADDRESS, walk.hits)
        self._note("end")
        self.sessions = self.read_sessions()
        self.hits_asked = self.watch.hits

    def read_panel(self) -> list[Shown]:
        """The panel's rows, the last hit first."""
        return [Shown(*row) for row in self.page.locator("#panel tbody tr").evaluate_all(_ROWS)]

    def _note(self, step: str) -> None:
        self.cloud.settle()
        self.panels[step] = self.read_panel()
        self.goals[step] = self._read_goals()

    def _read_goals(self) -> Totals:
        table = GoalTable(self.cloud.outputs["GoalsTableName"], self.cloud.client("dynamodb"))
        return {
            (dialect, row.goal): (row.conversions, dict(row.values))
            for dialect, pixel in self.pixels.items()
            for row in list_goal_rows(table.read_totals(pixel.pixel_id), {}, TOTAL)
        }

    def count_goals(self, step: str) -> Totals:
        """What the tour added to the goal report up to `step`: the stack is other tests' too."""
        made: Totals = {}
        for goal, (count, values) in self.goals[step].items():
            count_before, values_before = self._goals_before.get(goal, (0, {}))
            if count != count_before:
                worth = {unit: value - values_before.get(unit, 0) for unit, value in values.items()}
                made[goal] = (count - count_before, worth)
        return made
