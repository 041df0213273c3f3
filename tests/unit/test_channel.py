"""Channels: one kind of traffic for every hit, from a closed list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.channel import CHANNELS, classify_channel, parse_channel
from pixelweave.field import FIELDS
from pixelweave.page import CLICK_IDS

HOST = "www.shop.example"


def classify(
    source: str = "",
    medium: str = "",
    campaign: str = "",
    click: str = "",
    referrer: str = "",
    host: str = HOST,
) -> str | None:
    row: dict[str, object] = {
        "utm_source": source,
        "utm_medium": medium,
        "utm_campaign": campaign,
        "click_id": click,
        "referrer_host": referrer,
        "host": host,
    }
    return classify_channel({name: value for name, value in row.items() if value})


@pytest.mark.parametrize(
    ("source", "medium", "channel"),
    [
        ("google", "cpc", "paid_search"),
        ("Bing", "CPC", "paid_search"),
        ("google.com", "ppc", "paid_search"),
        ("facebook", "paid", "paid_social"),
        ("fb", "paid_social", "paid_social"),
        ("l.instagram.com", "cpm", "paid_social"),
        ("youtube", "cpv", "paid_video"),
        ("youtube", "cpc", "paid_video"),
        ("ebay", "cpc", "paid_shopping"),
        ("unknown", "cpc", "paid_other"),
        ("unknown", "retargeting", "paid_other"),
        ("unknown", "cpm", "display"),
        ("unknown", "banner", "display"),
        ("google", "organic", "organic_search"),
        ("instagram", "organic", "organic_social"),
        ("unknown", "organic", "organic_search"),
        ("unknown", "social", "organic_social"),
        ("tiktok", "", "organic_social"),
        ("vimeo", "", "organic_video"),
        ("unknown", "promo-video", "organic_video"),
        ("etsy", "", "organic_shopping"),
        ("unknown", "email", "email"),
        ("google", "e-mail", "email"),
        ("newsletter", "", "email"),
        ("newsletter", "unknown", "email"),
        ("unknown", "affiliate", "affiliates"),
        ("unknown", "referral", "referral"),
        ("unknown", "audio", "audio"),
        ("unknown", "sms", "sms"),
        ("sms", "", "sms"),
        ("unknown", "web_push", "push"),
        ("unknown", "mobile", "push"),
        ("(direct)", "(none)", "direct"),
        ("direct", "", "direct"),
        ("direct", "cpc", "paid_other"),
        ("unknown", "", "other"),
        ("unknown", "unknown", "other"),
        ("", "unknown", "other"),
    ],
)
def test_tags_decide(source: str, medium: str, channel: str) -> None:
    assert classify(source, medium, referrer="www.google.com") == channel


def test_a_campaign_across_networks_is_its_own_channel() -> None:
    assert classify("google", "cpc", "Cross-Network sale") == "cross_network"


@pytest.mark.parametrize(
    ("click", "channel"),
    [
        ("gclid:1", "paid_search"),
        ("msclkid:1", "paid_search"),
        ("yclid:1", "paid_search"),
        ("ttclid:1", "paid_social"),
        ("sccid:1", "paid_social"),
        ("fbclid:1", "organic_social"),
        ("dclid:1", "display"),
        ("awc:1", "affiliates"),
    ],
)
def test_a_click_id_decides_where_there_are_no_tags(click: str, channel: str) -> None:
    assert classify(click=click, referrer="www.shop.example") == channel


def test_every_click_id_that_is_read_has_a_channel() -> None:
    assert all(classify(click=f"{name}:1") not in ("direct", "other", None) for name in CLICK_IDS)


def test_a_click_id_helps_where_the_tags_say_nothing_that_is_known() -> None:
    assert classify("brand", "cpc", click="gclid:1") == "paid_search"
    assert classify("brand", "cpc", click="fbclid:1") == "paid_social"
    assert classify("brand", "cpc", click="unnamed") == "paid_other"
    assert classify("brand", "", click="gclid:1") == "paid_search"
    assert classify("brand", "email", click="gclid:1") == "email"


@pytest.mark.parametrize(
    ("referrer", "channel"),
    [
        ("www.google.com", "organic_search"),
        ("www.google.co.uk", "organic_search"),
        ("yandex.ru", "organic_search"),
        ("google.evil.example", "referral"),
        ("notgoogle.com", "referral"),
        ("m.facebook.com", "organic_social"),
        ("t.co", "organic_social"),
        ("com.instagram.android", "organic_social"),
        ("youtu.be", "organic_video"),
        ("www.amazon.de", "organic_shopping"),
        ("mail.google.com", "email"),
        ("com.google.android.gm", "email"),
        ("outlook.live.com", "email"),
        ("mail.example", "referral"),
        ("docs.google.com", "referral"),
        ("googleads.g.doubleclick.net", "display"),
        ("blog.example", "referral"),
        ("192.0.2.1", "referral"),
    ],
)
def test_the_referrer_decides_where_nothing_is_tagged(referrer: str, channel: str) -> None:
    assert classify(referrer=referrer) == channel


@pytest.mark.parametrize(
    ("referrer", "host", "channel"),
    [
        ("www.shop.example", "www.shop.example", "internal"),
        ("shop.example", "www.shop.example", "internal"),
        ("blog.shop.example", "www.shop.example", "internal"),
        ("www.shop.co.uk", "m.shop.co.uk", "internal"),
        ("other.co.uk", "shop.co.uk", "referral"),
        ("one.myshopify.com", "two.myshopify.com", "referral"),
        ("evilshop.example", "shop.example", "referral"),
        ("192.0.2.1", "192.0.2.1", "internal"),
        ("192.0.2.1", "198.51.2.1", "referral"),
        ("[2001:db8::1]", "[2001:db8::1]", "internal"),
        ("localhost", "localhost", "internal"),
    ],
)
def test_a_referrer_of_the_same_site_is_internal(referrer: str, host: str, channel: str) -> None:
    assert classify(referrer=referrer, host=host) == channel


def test_a_page_without_a_referrer_is_direct_and_no_page_has_no_channel() -> None:
    assert classify() == "direct"
    assert classify_channel({"url": "/relative"}) == "direct"
    assert classify_channel({}) is None


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("email", "email"),
        ("E-Mail", "email"),
        ("SMS", "sms"),
        ("Push", "push"),
        ("web push", "push"),
        ("Paid Search", "paid_search"),
        ("paid-social", "paid_social"),
        ("social", "organic_social"),
        ("carrier pigeon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_hits_own_word_is_understood_if_it_is_in_the_list(said: str | None, channel: str | None) -> None:
    assert parse_channel(said) == channel


def test_a_channel_that_the_hit_names_wins_and_an_unknown_one_does_not() -> None:
    tags: dict[str, object] = {"utm_source": "google", "utm_medium": "cpc"}
    assert classify_channel(tags | {"channel": "Push"}) == "push"
    assert classify_channel(tags | {"channel": "carrier pigeon"}) == "paid_search"


def test_every_channel_fits_its_column() -> None:
    limit = next(field.limit for field in FIELDS if field.name == "channel")
    assert limit is not None
    assert all(len(channel) <= limit for channel in CHANNELS)


@given(
    st.dictionaries(
        st.sampled_from(
            ["channel", "utm_source", "utm_medium", "utm_campaign", "click_id", "referrer_host", "host"]
        ),
        st.one_of(st.text(), st.sampled_from(["cpc", "google", "a.b", ".", "..", "gclid:1", "google."])),
    )
)
def test_whatever_a_row_says_its_channel_is_one_of_the_list(row: dict[str, object]) -> None:
    assert classify_channel(row) in (*CHANNELS, None)
