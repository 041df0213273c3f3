"""Single-page applications: a page counts once per distinct URL in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.stub_site import SHOP

if TYPE_CHECKING:
    from tests.browser.exchange import Received
    from tests.browser.visit import Visit


def push(visit: Visit, url: str) -> None:
    visit.page.evaluate("url => history.pushState({}, '', url)", url)


def go_back(visit: Visit) -> None:
    visit.page.evaluate(
        "new Promise(done => { addEventListener('popstate', done, { once: true }); history.back() })"
    )


def urls(hits: list[Received]) -> list[tuple[str, str | None]]:
    return [(each.row["url"].removeprefix(SHOP), each.row.get("referrer")) for each in hits]


def test_pushing_a_url_counts_a_page_that_was_reached_from_the_one_before(visit: Visit) -> None:
    visit.open("native")
    push(visit, "/native/list")
    push(visit, "/native/detail?id=1")
    assert urls(visit.sent(3)) == [
        ("/native", None),
        ("/native/list", f"{SHOP}/native"),
        ("/native/detail?id=1", f"{SHOP}/native/list"),
    ]


def test_going_back_counts_the_page_again(visit: Visit) -> None:
    visit.open("native")
    push(visit, "/native/list")
    go_back(visit)
    assert [url for url, _ in urls(visit.sent(3))] == ["/native", "/native/list", "/native"]


def test_the_same_url_twice_in_a_row_counts_once(visit: Visit) -> None:
    visit.open("native")
    for url in ("/native", "/native/list", "/native/list"):
        push(visit, url)
    assert [url for url, _ in urls(visit.sent(2))] == ["/native", "/native/list"]


def test_replacing_the_url_counts_no_page_and_the_next_hit_is_of_the_new_one(visit: Visit) -> None:
    visit.open("native")
    visit.page.evaluate("history.replaceState({}, '', '/native?step=2')")
    visit.call("track", "signup")
    assert [(each.row["type"], each.row["url"].removeprefix(SHOP)) for each in visit.sent(2)] == [
        ("page_view", "/native"),
        ("custom", "/native?step=2"),
    ]


def test_a_link_within_a_page_whose_url_was_replaced_counts_no_page(visit: Visit) -> None:
    visit.open("native?utm_source=mail")
    visit.page.evaluate("history.replaceState({}, '', '/native')")
    visit.page.evaluate(
        "new Promise(done => { addEventListener('hashchange', done); location.hash = 'end' })"
    )
    visit.sent(1)
    push(visit, "/native?utm_source=mail")
    assert urls(visit.sent(2))[1] == ("/native?utm_source=mail", f"{SHOP}/native")


def test_a_fragment_is_no_page_of_its_own(visit: Visit) -> None:
    visit.open("native#top")
    push(visit, "#middle")
    visit.page.evaluate(
        "new Promise(done => { addEventListener('hashchange', done); location.hash = 'end' })"
    )
    visit.sent(1)


def test_a_fragment_is_a_page_where_the_tag_says_so(visit: Visit) -> None:
    visit.open("spa-hash#/list")
    visit.page.evaluate(
        "new Promise(done => { addEventListener('hashchange', done); location.hash = '/detail' })"
    )
    push(visit, "#/detail")
    assert [each.fields["url"].removeprefix(SHOP) for each in visit.sent(2)] == [
        "/spa-hash#/list",
        "/spa-hash#/detail",
    ]


def test_sendgrid_fires_its_page_on_every_route(visit: Visit) -> None:
    visit.open("spa-sendgrid")
    push(visit, "/spa-sendgrid/next")
    assert [each.row["type"] for each in visit.sent(2)] == ["page_view", "page_view"]


@pytest.mark.parametrize("path", ["ksense", "quiet"])
def test_pages_that_fire_by_hand_stay_silent_on_a_new_route(visit: Visit, path: str) -> None:
    before = len(visit.open(path).sent())
    push(visit, f"/{path}/next")
    visit.sent(before)


def test_the_page_keeps_its_own_pushstate_with_its_errors_and_state(visit: Visit) -> None:
    visit.open("native")
    thrown = visit.page.evaluate(
        "() => { try { history.pushState({}, '', 'https://elsewhere.example/') } catch (error) { return error.name } }"
    )
    assert thrown == "SecurityError"
    push(visit, "/native/next")
    assert visit.page.evaluate("history.state") == {}
    assert visit.page.evaluate("history.pushState({ a: 1 }, '')") is None
    visit.sent(2)
