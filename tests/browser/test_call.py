"""Calls of the tag: before it is there, under another name, and with the tag more than once on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.stub_site import SHOP

if TYPE_CHECKING:
    from tests.browser.visit import Visit

SCRIPT = "https://collect.example/t/pixel.js?sid=native-signals"


def test_calls_made_before_the_script_arrives_are_sent_when_it_does(visit: Visit) -> None:
    hits = visit.open("queue").sent(3)
    assert sorted(each.row["type"] for each in hits) == ["custom", "identify", "page_view"]
    signup = next(each for each in hits if each.fields.get("name") == "signup")
    assert signup.row["props"] == {"plan": "pro"}


def test_the_script_three_times_on_a_page_counts_once(visit: Visit) -> None:
    view, signup = visit.open("twice").sent(2)
    assert (view.row["type"], signup.row["name"]) == ("page_view", "signup")


def test_the_script_inserted_once_more_later_counts_nothing_and_breaks_nothing(visit: Visit) -> None:
    visit.open("native").sent(1)
    visit.page.add_script_tag(url=SCRIPT)
    visit.sent(1)
    visit.page.evaluate("history.pushState({}, '', '/native/next')")
    visit.call("track", "signup")
    assert [each.row["type"] for each in visit.sent(3)] == ["page_view", "page_view", "custom"]


def test_three_languages_on_one_page_leave_each_other_alone(visit: Visit) -> None:
    visit.open("two-tags")
    visit.page.evaluate("history.pushState({}, '', '/two-tags/next')")
    hits = visit.sent(5)
    counts = [each.row["dialect"] for each in hits]
    assert {dialect: counts.count(dialect) for dialect in counts} == {"native": 2, "sendgrid": 2, "ksense": 1}
    assert len({each.row["message_id"] for each in hits}) == 5


def test_another_name_takes_calls_in_both_forms(visit: Visit) -> None:
    assert [each.row["name"] for each in visit.open("renamed").sent(2)] == ["signup", "basket"]
    assert visit.page.evaluate("typeof window.pixelweave") == "undefined"


def test_a_hit_says_where_and_when_it_happened(visit: Visit) -> None:
    visit.open("plain")
    (view,) = visit.open("native?utm_source=mail", referer=f"{SHOP}/plain").sent(1)
    assert view.row["url"] == f"{SHOP}/native?utm_source=mail"
    assert (view.row["title"], view.row["referrer"]) == ("Shop", f"{SHOP}/plain")
    assert (view.fields["time_zone"], view.row["type"]) == ("Europe/Berlin", "page_view")
    assert abs(view.fields["occurred_at"] - visit.page.evaluate("Date.now()")) < 10_000


@pytest.mark.parametrize("missing", ["Temporal", "Intl"])
def test_the_time_zone_comes_from_either_of_the_browsers_two_ways(visit: Visit, missing: str) -> None:
    visit.page.add_init_script(f"delete window.{missing}")
    (view,) = visit.open("native").sent(1)
    assert view.fields["time_zone"] == "Europe/Berlin"


def test_a_hit_is_a_simple_post_with_the_visitors_cookie_and_no_preflight(visit: Visit) -> None:
    visit.open("same-site").call("track", "one")
    visit.sent(1)
    visit.call("track", "two")
    one, two = visit.sent(2)
    assert [each.request.method for each in (one, two)] == ["POST", "POST"]
    assert one.request.headers["content-type"].startswith("text/plain")
    assert ("cookie" in one.request.headers, "pw_vid=" in two.request.headers["cookie"]) == (False, True)
    assert one.row["visitor_id"] == two.row["visitor_id"]


def test_an_unknown_call_and_strange_parameters_send_nothing_odd(visit: Visit) -> None:
    visit.open("quiet")
    visit.page.evaluate("pixelweave('nothing', 1); pixelweave(); pixelweave('constructor'); pixelweave(null)")
    visit.page.evaluate("const circle = {}; circle.circle = circle; pixelweave('track', 'circle', circle)")
    visit.page.evaluate("pixelweave('track', 'big', { props: { big: 1n } })")
    visit.call("track", "after")
    assert [each.row["name"] for each in visit.sent(1)] == ["after"]
