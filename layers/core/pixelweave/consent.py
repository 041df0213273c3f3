"""Consent: a column of every row, and what strips ids from it.

Sources: Global Privacy Control (https://w3c.github.io/gpc/, header `Sec-GPC: 1`), Tracking Preference Expression (`DNT: 1`), AMP's
`consent_state`, and the hit's own `consent`. Where they differ, the more private one holds.
"""

from __future__ import annotations

GRANTED = "granted"
DENIED = "denied"

# What a hit may say, its own words first, then AMP's consent_state (amphtml, amp-consent).
_WORDS = {
    "granted": GRANTED,
    "true": GRANTED,
    "1": GRANTED,
    "yes": GRANTED,
    "sufficient": GRANTED,
    "accepted": GRANTED,
    "not_required": GRANTED,
    "denied": DENIED,
    "false": DENIED,
    "0": DENIED,
    "no": DENIED,
    "insufficient": DENIED,
    "rejected": DENIED,
}


def parse_consent(text: str | None) -> str | None:
    """`granted` or `denied` from a hit's own words, None where it says nothing that is known."""
    return None if text is None else _WORDS.get(text.lower())


def settle_consent(policy: str, headers: dict[str, str], said: str | None) -> str | None:
    """The consent of a hit under a pixel's policy: `granted`, `denied`, or None (nobody asked, nobody said).

    Policies: `ignore` looks at the hit's own words only, `gpc` at Sec-GPC too, `signals` at Sec-GPC and DNT, `require` denies
    whatever is not granted.
    """
    if said == DENIED:
        return DENIED
    if policy != "ignore" and headers.get("sec-gpc") == "1":
        return DENIED
    if policy in ("signals", "require") and headers.get("dnt") == "1":
        return DENIED
    if policy == "require" and said is None:
        return DENIED
    return said
