"""The session id: one a tab and pixel, in sessionStorage or, where that is blocked, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visit import Visit

BLOCKED = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('blocked', 'SecurityError') } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"


def test_a_session_spans_the_pages_of_a_tab(visit: Visit) -> None:
    visit.open("native").sent(1)
    one, two = visit.open("native").sent(2)
    assert one.row["session_id"] == two.row["session_id"]
    assert visit.page.evaluate("Object.values({ ...sessionStorage })") == [one.row["session_id"]]


def test_another_tab_is_another_session_of_the_same_visitor(start: Callable[[], Visit]) -> None:
    first = start().open("same-site")
    first.call("track", "one")
    (one,) = first.sent(1)
    second = start().open("same-site")
    second.call("track", "two")
    _, two = second.collector.wait_for(2)
    assert one.row["session_id"] != two.row["session_id"]
    assert one.row["visitor_id"] == two.row["visitor_id"]


def test_another_pixel_has_a_session_of_its_own(visit: Visit) -> None:
    visit.open("native").sent(1)
    one, two = visit.open("spa-sendgrid").sent(2)
    assert one.row["session_id"] != two.row["session_id"]


def test_reset_begins_a_new_session(visit: Visit) -> None:
    visit.open("native").sent(1)
    visit.call("reset")
    visit.call("track", "after")
    before, after = visit.sent(2)
    assert before.row["session_id"] != after.row["session_id"]
    (again,) = visit.open("native").sent(3)[2:]
    assert again.row["session_id"] == after.row["session_id"]


def test_blocked_storage_keeps_the_session_in_memory(visit: Visit) -> None:
    for poison in (BLOCKED, FULL):
        visit.page.add_init_script(poison)
    visit.open("native").call("track", "signup")
    one, two = visit.sent(2)
    assert one.row["session_id"] == two.row["session_id"]
    visit.call("reset")
    visit.call("track", "after")
    assert visit.sent(3)[2].row["session_id"] != one.row["session_id"]


def test_a_full_storage_keeps_the_session_in_memory(visit: Visit) -> None:
    visit.page.add_init_script(FULL)
    visit.open("native").call("track", "signup")
    one, two = visit.sent(2)
    assert one.row["session_id"] == two.row["session_id"]


def test_a_sandboxed_frame_has_no_storage_and_still_counts(visit: Visit) -> None:
    visit.open("frame")
    (hit,) = visit.collector.wait_for(1)
    assert (hit.row["type"], hit.row["outcome"]) == ("page_view", "accepted")
    assert hit.fields["session_id"]
    visit.sent(1)
