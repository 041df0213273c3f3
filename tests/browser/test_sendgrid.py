"""The SendGrid seed's calls, as they stand there, with our host and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.exchange import Received
    from tests.browser.visit import Visit


@pytest.fixture
def hits(visit: Visit) -> list[Received]:
    """What the seed's page sends."""
    return visit.open("sendgrid").sent(7)


def test_the_page_is_recorded_without_a_call_and_again_by_the_call(hits: list[Received]) -> None:
    by_itself, called = hits[:2]
    assert (by_itself.row["type"], by_itself.row["url"], by_itself.row["title"]) == (
        "page_view",
        "https://shop.example/sendgrid",
        "Pricing",
    )
    assert called.fields["name"] == "Pricing and Plans | SendGrid"
    assert called.row["url"] == "https://sendgrid.com/pricing"
    assert called.row["referrer"] == "https://sendgrid.com/labs"


def test_the_identity_call_carries_the_id_and_the_traits(hits: list[Received]) -> None:
    identify = hits[2]
    assert (identify.fields["type"], identify.fields["userId"]) == ("identify", "123456")
    assert identify.fields["traits"] == {"email": "mike@example.com"}


def test_both_purchases_are_purchases_and_the_first_has_its_products(hits: list[Received]) -> None:
    completed, bare = hits[3:5]
    assert [each.row["type"] for each in (completed, bare)] == ["purchase", "purchase"]
    assert (completed.row["value"], completed.row["currency"]) == ("119.85", "USD")
    assert [product["sku"] for product in completed.row["products"]] == ["SKU-1", "SKU-2"]
    assert (bare.fields["event"], "properties" in bare.fields) == ("Purchase", False)


def test_both_leads_are_leads(hits: list[Received]) -> None:
    full, bare = hits[5:]
    assert [each.row["type"] for each in (full, bare)] == ["lead", "lead"]
    assert full.fields["properties"] == {"email": "mike@example.com", "source": "Landing Page 1"}
    assert bare.fields["properties"] == {"email": "mike@example.com"}


def test_every_call_is_accepted_under_an_id_of_its_own_in_one_session(hits: list[Received]) -> None:
    assert {each.row["outcome"] for each in hits} == {"accepted"}
    assert len({each.row["message_id"] for each in hits}) == 7
    assert len({each.row["session_id"] for each in hits}) == 1
