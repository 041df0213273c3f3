"""A collector that cannot answer: hits wait, come again under the same message_id, and count once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.stub_collector import HANG, LOSE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

    from tests.browser.exchange import Received
    from tests.browser.stub_collector import StubCollector
    from tests.browser.visit import Visit

# First sending and five retries.
MOST_ATTEMPTS = 6
LONG = 300


@pytest.fixture
def frozen(visit: Visit) -> Visit:
    """A visit to the page that sends nothing by itself, with time standing still."""
    visit.freeze()
    return visit.open("quiet")


def ids(hits: list[Received]) -> list[str]:
    return [each.fields["message_id"] for each in hits]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_refused_hit_comes_again_and_is_delivered_once(
    frozen: Visit, collector: StubCollector, status: int
) -> None:
    collector.plan(status)
    frozen.call("track", "signup")
    frozen.sent(1)
    frozen.pass_time(LONG)
    refused, accepted = frozen.sent(2)
    assert (refused.status, accepted.status) == (status, 200)
    assert refused.fields == accepted.fields
    frozen.pass_time(LONG)
    assert [row["name"] for each in frozen.sent(2) for row in each.rows] == ["signup"]


@pytest.mark.parametrize("status", [400, 404, 405, 413])
def test_a_hit_that_will_never_be_taken_is_not_sent_again(
    frozen: Visit, collector: StubCollector, status: int
) -> None:
    collector.plan(status)
    frozen.call("track", "signup")
    frozen.sent(1)
    frozen.pass_time(LONG)
    frozen.sent(1)


def test_only_what_failed_comes_again_and_a_new_call_does_not_hurry_it(
    frozen: Visit, collector: StubCollector
) -> None:
    collector.plan(503)
    frozen.call("track", "one")
    frozen.sent(1)
    frozen.call("track", "two")
    assert [each.fields["name"] for each in frozen.sent(2)] == ["one", "two"]
    frozen.pass_time(LONG)
    assert [each.fields["name"] for each in frozen.sent(3)].count("two") == 1


def test_a_page_that_calls_much_does_not_use_up_the_retries_of_a_short_outage(
    frozen: Visit, collector: StubCollector
) -> None:
    names = [f"n{number}" for number in range(8)]
    collector.plan(*[503] * len(names))
    for name in names:
        frozen.call("track", name)
        frozen.sent()
    frozen.pass_time(LONG)
    assert sorted(row["name"] for each in frozen.sent() for row in each.rows) == names


def test_a_hit_is_given_up_after_five_retries(frozen: Visit, collector: StubCollector) -> None:
    collector.plan(*[503] * 20)
    frozen.call("track", "signup")
    for _ in range(MOST_ATTEMPTS + 3):
        frozen.sent()
        frozen.pass_time(LONG)
    assert len(set(ids(frozen.sent(MOST_ATTEMPTS)))) == 1


def wait_for_retry(visit: Visit, known: int) -> int:
    """Tenths of a second until the next request."""
    for tenths in range(1, 3000):
        visit.pass_time(0.1)
        visit.page.evaluate("0")
        if len(visit.asked) > known:
            visit.sent(known + 1)
            return tenths
    raise AssertionError("no retry")


@pytest.mark.parametrize("dice", [0, 0.999])
def test_pauses_grow(frozen: Visit, collector: StubCollector, dice: float) -> None:
    frozen.page.evaluate("dice => { Math.random = () => dice }", dice)
    collector.plan(503, 503, 503)
    frozen.call("track", "signup")
    frozen.sent(1)
    pauses = [wait_for_retry(frozen, known) for known in (1, 2, 3)]
    assert pauses[0] >= 3
    assert pauses == sorted(set(pauses))


def test_pauses_have_jitter(frozen: Visit, collector: StubCollector) -> None:
    pauses = []
    for known, dice in ((1, 0), (3, 0.999)):
        frozen.page.evaluate("dice => { Math.random = () => dice }", dice)
        collector.plan(503)
        frozen.call("track", "signup")
        frozen.sent(known)
        pauses.append(wait_for_retry(frozen, known))
    assert pauses[0] < pauses[1]


def test_offline_hits_wait_and_go_out_once_when_the_line_is_back(
    frozen: Visit, context: BrowserContext
) -> None:
    context.set_offline(True)
    for name in ("one", "two", "three"):
        frozen.call("track", name)
    frozen.sent(0)
    context.set_offline(False)
    frozen.collector.wait_for(3)
    assert sorted(each.row["name"] for each in frozen.sent(3)) == ["one", "three", "two"]
    frozen.pass_time(LONG)
    frozen.sent(3)


def test_a_line_that_is_gone_for_long_costs_no_retries(frozen: Visit, context: BrowserContext) -> None:
    context.set_offline(True)
    frozen.call("track", "signup")
    for _ in range(MOST_ATTEMPTS + 3):
        frozen.sent(0)
        frozen.pass_time(LONG)
        frozen.page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    context.set_offline(False)
    # The last attempt may fail a moment after the line is back: then the hit comes with its first retry.
    frozen.pass_time(LONG)
    frozen.collector.wait_for(1)
    frozen.sent(1)


def test_a_moment_without_a_line_is_kept_as_the_moment_of_the_call(
    frozen: Visit, context: BrowserContext
) -> None:
    called = frozen.page.evaluate("Date.now()")
    context.set_offline(True)
    frozen.call("track", "signup")
    frozen.sent(0)
    frozen.page.evaluate("document.title = 'Another'")
    frozen.page.clock.fast_forward(500)
    context.set_offline(False)
    (hit,) = frozen.collector.wait_for(1)
    assert (hit.fields["occurred_at"], hit.fields["title"]) == (called, "Quiet")


def test_at_most_a_hundred_hits_wait(frozen: Visit, context: BrowserContext) -> None:
    context.set_offline(True)
    frozen.page.evaluate(
        "() => { for (let number = 0; number < 130; number++) pixelweave('track', 'n' + number) }"
    )
    frozen.sent(0)
    context.set_offline(False)
    frozen.collector.wait_for(100)
    assert len(set(ids(frozen.sent(100)))) == 100


def test_a_failing_post_becomes_an_image_under_the_same_id(frozen: Visit) -> None:
    posted: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            posted.append(json.loads(route.request.post_data or "")["message_id"])
            route.abort()
        else:
            route.continue_()

    frozen.page.route("**/e/**", refuse)
    frozen.call("track", "signup", {"props": {"plan": "pro"}, "labels": ["a=b"]})
    (hit,) = frozen.sent(1)
    assert (hit.request.method, hit.is_still, hit.row["outcome"]) == ("GET", True, "accepted")
    assert (hit.row["name"], hit.row["props"], hit.row["labels"]) == ("signup", {"plan": "pro"}, {"a": "b"})
    assert posted == [hit.row["message_id"]]


def test_a_hit_that_comes_again_after_a_logout_is_of_the_session_before(
    frozen: Visit, collector: StubCollector
) -> None:
    collector.plan(503)
    frozen.call("track", "signup")
    frozen.sent(1)
    frozen.call("reset")
    frozen.pass_time(LONG)
    refused, accepted = frozen.sent(2)
    assert refused.fields["session_id"] == accepted.fields["session_id"]


def test_a_lost_answer_brings_the_hit_again_under_the_same_id(
    frozen: Visit, collector: StubCollector
) -> None:
    collector.plan(LOSE)
    frozen.call("track", "signup")
    hits = collector.wait_for(2)
    assert len({row["message_id"] for each in hits for row in each.rows}) == 1


def test_a_slow_answer_holds_nothing_up(frozen: Visit, collector: StubCollector) -> None:
    collector.plan(HANG)
    frozen.call("track", "slow")
    collector.wait_for(1)
    frozen.call("track", "quick")
    hits = collector.wait_for(2)
    assert [each.fields["name"] for each in hits] == ["slow", "quick"]
    frozen.pass_time(LONG)
    frozen.page.evaluate("dispatchEvent(new Event('online'))")
    frozen.page.evaluate("0")
    assert len(frozen.asked) == 2
