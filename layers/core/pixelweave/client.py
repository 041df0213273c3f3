"""The client of a hit: what its user agent says it is.

`human` means no more than «not known to be anything else»: servers that send hits for people, and hits without a user
agent, are human. `proxy` is a mail provider's image proxy: somebody's mail was opened, or prefetched, and the provider
hides who and where. Proxies are counted and never dropped; they are looked for before bots, because lists of crawlers
name some of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

HUMAN = "human"
PROXY = "proxy"
BOT = "bot"
CLIENT_CLASSES = (HUMAN, PROXY, BOT)
DEVICE_TYPES = ("desktop", "mobile", "tablet", "tv", "console", "other")

# Gmail, Yahoo, Seznam, Fastmail, Shortwave. Lower case.
_PROXIES = ("googleimageproxy", "yahoomailproxy", "seznamemailproxy", "fastmailua", "shortwave image fetcher")
# Apple's Mail Privacy Protection fetches images with this and nothing more; no browser does.
_APPLE_PROXY = "mozilla/5.0"

_TV_MARKS = (
    "smart-tv", "smarttv", "hbbtv", "appletv", "apple tv", "googletv", "android tv", "bravia", "crkey", "roku", "netcast",
    "viera", "; aft", "tv safari", "dtv",
)  # fmt: skip
_CONSOLE_MARKS = ("playstation", "xbox", "nintendo")
_TABLET_MARKS = ("ipad", "tablet", "kindle", "playbook", "silk/")
_MOBILE_MARKS = ("mobile", "iphone", "ipod", "phone", "opera mini", "kaios", "blackberry")
_DESKTOP_MARKS = ("windows nt", "windows 9", "macintosh", "mac os x", "cros ", "x11", "linux", "freebsd")


class Agent(NamedTuple):
    """What a parser of user agents made of one; None where it does not know. Versions are «major.minor»."""

    browser: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None


def describe_client(
    user_agent: str, parse_agent: Callable[[str], Agent], is_crawler: Callable[[str], bool]
) -> dict[str, str]:
    """Columns of a user agent: client_class and device_type always, browser, os and their versions where known.

    A proxy's user agent is not the person's, so nothing but its class is taken from it.
    """
    if is_proxy(user_agent):
        return {"client_class": PROXY, "device_type": "other"}
    columns = {name: value for name, value in parse_agent(user_agent)._asdict().items() if value}
    if is_crawler(user_agent):
        return columns | {"client_class": BOT, "device_type": "other"}
    return columns | {"client_class": HUMAN, "device_type": find_device_type(user_agent)}


def is_proxy(user_agent: str) -> bool:
    """Whether a mail provider's image proxy sent this user agent."""
    text = user_agent.lower()
    return text.strip() == _APPLE_PROXY or any(mark in text for mark in _PROXIES)


def find_device_type(user_agent: str) -> str:
    """One of `DEVICE_TYPES`. An iPad that asks for desktop sites says «Macintosh», and is one here."""
    # Old Internet Explorers on laptops with a pen say «Tablet PC».
    text = user_agent.lower().replace("tablet pc", "")
    for device_type, marks in (
        ("tv", _TV_MARKS),
        ("console", _CONSOLE_MARKS),
        ("tablet", _TABLET_MARKS),
        ("mobile", _MOBILE_MARKS),
    ):
        if any(mark in text for mark in marks):
            return device_type
    # Android's own convention: a tablet leaves «Mobile» out (developer.chrome.com, «User agent strings»).
    if "android" in text:
        return "tablet"
    return "desktop" if any(mark in text for mark in _DESKTOP_MARKS) else "other"
