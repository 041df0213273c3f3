"""What brings people to the shop of the history: searches, campaigns, letters, other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave_local.history_catalogue import ARTICLES, HOME, LISTINGS, PRODUCTS, SALE, Page

if TYPE_CHECKING:
    from random import Random


class Source(NamedTuple):
    """A kind of visit: how often (a weight), from which page, with which tags in the address (`{click}` is a click id), where it lands,
    and how keen it is: the chances to buy are multiplied by it."""

    weight: float
    referrer: str
    query: str
    landings: tuple[Page, ...]
    keenness: float = 1.0


_SHELVES = (HOME, *LISTINGS)
_GOODS = tuple(product.page for product in PRODUCTS)
LETTER = "utm_source=newsletter&utm_medium=email&utm_campaign=letter-{letter}"
SALE_NAME = "winter-sale"

EVERYDAY = (
    Source(20, "", "", _SHELVES, 1.2),
    Source(23, "https://www.google.com/", "", (*_SHELVES, *_GOODS, *ARTICLES)),
    Source(4, "https://www.bing.com/", "", _SHELVES),
    Source(3, "https://duckduckgo.com/", "", (*_GOODS, *ARTICLES)),
    Source(
        9,
        "https://www.google.com/",
        "utm_source=google&utm_medium=cpc&utm_campaign=brand&gclid={click}",
        (HOME,),
        1.8,
    ),
    Source(
        7,
        "https://www.google.com/",
        "utm_source=google&utm_medium=cpc&utm_campaign=blankets&utm_term=wool+blanket&gclid={click}",
        (LISTINGS[1], _GOODS[3], _GOODS[4]),
        1.1,
    ),
    Source(
        6,
        "https://l.facebook.com/",
        "utm_source=facebook&utm_medium=paid_social&utm_campaign=lookalike&fbclid={click}",
        (HOME, *_GOODS[:4]),
        0.5,
    ),
    Source(6, "https://l.instagram.com/", "", _GOODS[:6], 0.4),
    Source(3, "https://www.pinterest.com/", "", (*_GOODS, *ARTICLES), 0.4),
    Source(2, "https://www.youtube.com/", "", (ARTICLES[2], LISTINGS[2]), 0.4),
    Source(
        3,
        "https://deals.example/",
        "utm_source=deals&utm_medium=affiliate&utm_campaign=partners",
        (*_GOODS[:3], SALE),
        1.3,
    ),
    Source(4, "https://slow-living.example/wool", "", (ARTICLES[0], ARTICLES[3], HOME), 0.7),
    Source(3, "", "utm_source=display-net&utm_medium=display&utm_campaign=retargeting", _GOODS, 1.4),
)
FROM_SALE = (
    Source(
        12,
        "https://www.google.com/",
        f"utm_source=google&utm_medium=cpc&utm_campaign={SALE_NAME}&gclid={{click}}",
        (SALE,),
        1.5,
    ),
    Source(
        10,
        "https://l.facebook.com/",
        f"utm_source=facebook&utm_medium=paid_social&utm_campaign={SALE_NAME}&utm_content=video&fbclid={{click}}",
        (SALE,),
        0.8,
    ),
    Source(2, "", f"utm_source=sms&utm_medium=sms&utm_campaign={SALE_NAME}", (SALE,), 2.0),
)
LETTER_READERS = 30.0


def choose_source(random: Random, *, letter: int | None, is_sale: bool) -> Source:
    """What brings a visit on a day of the sale or not, on the day of letter number `letter` or of none."""
    sources: list[Source] = [*EVERYDAY, *(FROM_SALE if is_sale else ())]
    if letter is not None:
        sources.append(Source(LETTER_READERS, "", LETTER.format(letter=letter), (SALE, *LISTINGS), 1.9))
    (chosen,) = random.choices(sources, [source.weight for source in sources])
    return chosen


def write_landing(random: Random, source: Source, page: Page) -> str:
    """The address that a visit lands on: the page's, with the source's tags."""
    if not source.query:
        return page.url
    return f"{page.url}?{source.query.format(click=f'{random.getrandbits(64):016x}')}"
