"""The kSense seed's calls, as they stand there, with our host and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.visit import Visit

EMAIL = "md5:00de5f451333e5d393cc49f1f0fd0200"


def test_the_four_examples_of_the_seed_are_four_hits(visit: Visit) -> None:
    view, conversion, informed, user_info = visit.open("ksense").sent(4)
    assert [each.fields["track"] for each in (view, conversion, informed)] == ["pv", "conversion", "pv"]
    assert informed.fields["user_info"] == {
        "internal_id": "50b5337b-819f-4407-8bf1-a9f15e1d0504",
        "email": EMAIL,
    }
    assert informed.fields["labels"] == ["section=listing_view", "user_segment=new_users"]
    assert user_info.fields["track"] == "user_info"
    assert [each.row["type"] for each in (view, conversion, informed, user_info)] == [
        "page_view",
        "conversion",
        "page_view",
        "identify",
    ]
