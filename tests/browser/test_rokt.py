"""The Rokt seed's JavaScript, as it stands there, with our host and key: it needs no tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.visit import Visit


def test_the_page_view_example_is_a_page_view_of_an_anonymous_session(visit: Visit) -> None:
    (view,) = visit.open("rokt-view").sent(1)
    assert (view.row["type"], view.row["outcome"], view.row["title"]) == ("page_view", "accepted", "Offers")
    assert view.row["url"] == "https://shop.example/"
    assert view.row["session_id"] == visit.page.evaluate("sessionStorage.rokt_session_id")


def test_the_conversion_example_belongs_to_the_session_of_the_page_view(visit: Visit) -> None:
    visit.open("rokt-view").sent(1)
    view, conversion = visit.open("rokt-conversion").sent(2)
    assert (conversion.row["type"], conversion.row["name"], conversion.row["outcome"]) == (
        "conversion",
        "signup",
        "accepted",
    )
    assert (conversion.row["order_id"], conversion.row["value"], conversion.row["currency"]) == (
        "54321",
        "300.50",
        "USD",
    )
    assert conversion.row["session_id"] == view.row["session_id"]
