"""Content-Security-Policy: images alone are enough, so are connections; with neither, silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.visit import Visit

BLOCKED = "Content Security Policy"


def forgive_policy(visit: Visit) -> int:
    """Take the browser's own reports of the policy out of the errors; how many those were."""
    own = [error for error in visit.errors if BLOCKED in error]
    visit.errors[:] = [error for error in visit.errors if BLOCKED not in error]
    return len(own)


def test_where_only_images_may_load_the_hit_is_an_image(visit: Visit) -> None:
    (hit,) = visit.open("policy-image").sent(1)
    assert (hit.request.method, hit.is_still, hit.row["type"], hit.row["outcome"]) == (
        "GET",
        True,
        "page_view",
        "accepted",
    )
    assert hit.row["session_id"]
    assert forgive_policy(visit)


def test_where_only_connections_are_allowed_the_hit_is_a_post(visit: Visit) -> None:
    (hit,) = visit.open("policy-connect").sent(1)
    assert (hit.request.method, hit.row["outcome"]) == ("POST", "accepted")
    assert visit.errors == []


def test_where_nothing_is_allowed_nothing_is_sent_and_nothing_breaks(visit: Visit) -> None:
    visit.freeze()
    visit.open("policy-script").sent(0)
    for _ in range(10):
        visit.pass_time(300)
        visit.sent(0)
    # Chromium writes two lines for a post and one for an image; there are five retries of both.
    assert 3 <= forgive_policy(visit) <= 3 * 6
