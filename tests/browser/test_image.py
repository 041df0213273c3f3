"""Hits as images, where a page cannot post: the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Route

    from tests.browser.visit import Visit

# What two visits to a page do not have in common.
OWN = {"event_id", "message_id", "received_at", "occurred_at", "session_id", "visitor_id"}


def refuse_posts(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def describe(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OWN}


@pytest.mark.parametrize(("path", "count"), [("ksense", 4), ("sendgrid", 7), ("poisoned", 5)])
def test_every_call_leaves_the_same_row_as_an_image(
    start: Callable[[], Visit], path: str, count: int
) -> None:
    posting, showing = start(), start()
    posted = posting.open(path).sent(count)
    posting.collector.reset()
    showing.page.route("https://collect.example/**", refuse_posts)
    shown = showing.open(path).sent(count)
    assert {each.is_still for each in posted} == {False}
    assert {each.is_still for each in shown} == {True}
    assert [describe(each.row) for each in shown] == [describe(each.row) for each in posted]
