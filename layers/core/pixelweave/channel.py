"""The channel of a hit: which kind of traffic brought the visitor, from a closed list.

After Google Analytics' public «Default channel group» (https://support.google.com/analytics/answer/9756891), with
these differences:

- what a medium says outright (email, sms, push, social …) is believed before the source's name: a message tagged
  `utm_source=google&utm_medium=email` is an e-mail;
- a click id is evidence too, where the tags say nothing that is known;
- a hit that came from the site itself is `internal`, so that the pages of a visit count neither as direct nor as
  referrals;
- tags that fit no rule give `other` (Analytics: «Unassigned»); a hit with neither page nor referrer nor tags has no
  channel. An image names its page but no referrer: it is `direct` unless its page is tagged.

A channel that the hit names itself (Altcraft: Email, SMS, Push) wins, if it is one of the list. Kept free of costly
imports, like `page`.
"""

from __future__ import annotations

from pixelweave.source import (
    DISPLAY,
    EMAIL,
    SEARCH,
    SHOPPING,
    SOCIAL,
    VIDEO,
    categorize_host,
    categorize_source,
    find_site,
)

CHANNELS = (
    "direct", "internal", "organic_search", "paid_search", "organic_social", "paid_social", "organic_video", "paid_video",
    "organic_shopping", "paid_shopping", "display", "paid_other", "cross_network", "email", "affiliates", "referral", "audio",
    "sms", "push", "other",
)  # fmt: skip

_ORGANIC = {
    SEARCH: "organic_search",
    SOCIAL: "organic_social",
    VIDEO: "organic_video",
    SHOPPING: "organic_shopping",
    EMAIL: "email",
    DISPLAY: "display",
}
_PAID = {
    SEARCH: "paid_search",
    SOCIAL: "paid_social",
    VIDEO: "paid_video",
    SHOPPING: "paid_shopping",
    DISPLAY: "display",
}

_EMAIL_WORDS = dict.fromkeys(("email", "e-mail", "e_mail", "e mail", "newsletter"), "email")
_MEDIA = (
    dict.fromkeys(("display", "banner", "expandable", "interstitial", "cpm"), "display")
    | dict.fromkeys(
        ("social", "social-network", "social-media", "sm", "social network", "social media"), "organic_social"
    )
    | _EMAIL_WORDS
    | {"affiliate": "affiliates", "affiliates": "affiliates", "audio": "audio", "sms": "sms"}
)
# Media that say less than a well-known source does.
_WEAK_MEDIA = {"organic": "organic_search", "referral": "referral", "app": "referral", "link": "referral"}
_SOURCE_CHANNEL = _EMAIL_WORDS | {"sms": "sms", "direct": "direct", "(direct)": "direct"}

# Ids that only an advertisement leaves. fbclid and epik are left by unpaid posts too, so they say no more than «social».
_CLICK_CHANNEL = (
    dict.fromkeys(("gclid", "gbraid", "wbraid", "msclkid", "yclid"), "paid_search")
    | dict.fromkeys(("ttclid", "twclid", "li_fat_id", "rdt_cid", "sccid", "qclid"), "paid_social")
    | dict.fromkeys(("fbclid", "epik"), "organic_social")
    | dict.fromkeys(("dclid", "tblci", "dicbo"), "display")
    | dict.fromkeys(("irclickid", "cjevent", "awc"), "affiliates")
)
_CLICK_PAID = {"organic_social": "paid_social"}

# What a hit may call its channel besides the names of the list.
_ALIASES = {
    "e_mail": "email", "newsletter": "email", "mobile_push": "push", "web_push": "push", "push_notification": "push",
    "search": "organic_search", "social": "organic_social", "video": "organic_video", "shopping": "organic_shopping",
    "affiliate": "affiliates", "text": "sms",
}  # fmt: skip


def parse_channel(text: str | None) -> str | None:
    """The channel of the list that a hit's own word means («E-mail», «Paid Search»), or None."""
    if not text:
        return None
    word = "_".join(text.lower().replace("-", " ").replace("_", " ").split())
    word = _ALIASES.get(word, word)
    return word if word in CHANNELS else None


def classify_channel(row: dict[str, object]) -> str | None:
    """The channel of an event row, from its channel, utm_*, click_id, referrer_host and host; None where nothing is known.

    Every column is text or absent. The result is one of `CHANNELS`.
    """
    named = parse_channel(_text(row, "channel"))
    if named:
        return named
    click = _CLICK_CHANNEL.get(_text(row, "click_id").partition(":")[0])
    source, medium = _text(row, "utm_source").lower(), _text(row, "utm_medium").lower()
    if source or medium:
        return _classify_tags(source, medium, _text(row, "utm_campaign").lower(), click)
    if click:
        return click
    referrer_host, host = _text(row, "referrer_host"), _text(row, "host")
    if referrer_host:
        return _classify_referrer(referrer_host, host)
    return "direct" if host or _text(row, "url") else None


def _text(row: dict[str, object], column: str) -> str:
    value = row.get(column)
    return value if isinstance(value, str) else ""


def _classify_tags(source: str, medium: str, campaign: str, click: str | None) -> str:
    if "cross-network" in campaign:
        return "cross_network"
    category = categorize_source(source) or ""
    return (
        _classify_medium(medium, category, click)
        or _SOURCE_CHANNEL.get(source)
        or click
        or _ORGANIC.get(category, "other")
    )


def _classify_medium(medium: str, category: str, click: str | None) -> str | None:
    if _is_paid(medium):
        return _PAID.get(category) or _CLICK_PAID.get(click or "", click) or _MEDIA.get(medium, "paid_other")
    if medium in _WEAK_MEDIA:
        return _ORGANIC.get(category) or _WEAK_MEDIA[medium]
    if medium in _MEDIA:
        return _MEDIA[medium]
    if medium.endswith("push") or "notification" in medium or "mobile" in medium:
        return "push"
    return "organic_video" if "video" in medium else None


def _is_paid(medium: str) -> bool:
    return "cp" in medium or medium in ("ppc", "retargeting") or medium.startswith("paid")


def _classify_referrer(referrer_host: str, host: str) -> str:
    if host and find_site(referrer_host) == find_site(host):
        return "internal"
    return _ORGANIC.get(categorize_host(referrer_host) or "", "referral")
