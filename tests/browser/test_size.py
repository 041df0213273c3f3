"""Large hits: whole where a POST can carry them, and never an image whose address no server would read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.browser.visit import Visit

LONG = 300


def products(count: int) -> dict[str, object]:
    return {"products": [{"product_id": str(number), "name": "x" * 900} for number in range(count)]}


@pytest.mark.parametrize("count", [10, 60, 90])
def test_a_large_hit_arrives_whole(visit: Visit, count: int) -> None:
    visit.open("quiet").call("track", "purchase", products(count))
    (hit,) = visit.sent(1)
    assert (hit.row["outcome"], len(hit.row["products"])) == ("accepted", count)


def test_large_hits_at_once_all_arrive_though_keepalive_has_one_limit_for_all(visit: Visit) -> None:
    visit.freeze()
    visit.open("quiet")
    visit.page.evaluate(
        "data => { for (let number = 0; number < 5; number++) pixelweave('track', 'n' + number, data) }",
        products(40),
    )
    for _ in range(6):
        visit.sent()
        visit.pass_time(LONG)
    assert sorted(each.row["name"] for each in visit.sent(5)) == ["n0", "n1", "n2", "n3", "n4"]


def test_an_image_is_not_tried_with_an_address_over_8000_characters(visit: Visit) -> None:
    asked: list[int] = []

    def refuse(route: Route) -> None:
        asked.append(len(route.request.url))
        route.abort() if route.request.method == "POST" else route.continue_()

    visit.freeze()
    visit.page.route("**/e/**", refuse)
    visit.open("quiet").call("track", "purchase", products(20))
    visit.sent(0)
    visit.call("track", "signup", {"props": {"note": "x" * 1000}})
    visit.sent(1)
    assert max(asked) < 8_000
