"""Clients: proxies, bots, humans, and the devices they use."""

from __future__ import annotations

import pytest
from pixelweave.client import Agent, describe_client, find_device_type, is_proxy

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (GMAIL, True),
        ("YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html", True),
        ("Mozilla/5.0 (compatible; SeznamEmailProxy/2.0.179)", True),
        ("FastmailUA/1.0", True),
        ("Mozilla/5.0", True),
        (" mozilla/5.0 ", True),
        ("Mozilla/5.0 ()", False),
        (CHROME, False),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17628; Pro)", False),
        ("", False),
    ],
)
def test_a_mail_providers_image_proxy_is_known(user_agent: str, *, expected: bool) -> None:
    assert is_proxy(user_agent) is expected


@pytest.mark.parametrize(
    ("user_agent", "device_type"),
    [
        (CHROME, "desktop"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.6 Safari/605.1.15",
            "desktop",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
            "desktop",
        ),
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Tablet PC 2.0)", "desktop"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "mobile",
        ),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/131.0.0.0 Mobile Safari/537.36", "mobile"),
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/9.80; U; en) Presto/2.5.25", "mobile"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) Chrome/131.0.0.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", "tablet"),
        ("Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 TV Safari/537.36", "tv"),
        ("Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7633) Chrome/110 Mobile Safari/537.36", "tv"),
        ("Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 Safari/605.1.15", "console"),
        ("python-requests/2.32", "other"),
        ("", "other"),
    ],
)
def test_the_device_is_told_by_the_user_agent(user_agent: str, device_type: str) -> None:
    assert find_device_type(user_agent) == device_type


def describe(user_agent: str, *, crawler: bool = False) -> dict[str, str]:
    return describe_client(user_agent, lambda _: Agent("Chrome", "131.0", "Windows", None), lambda _: crawler)


def test_a_human_has_a_browser_a_system_and_a_device() -> None:
    assert describe(CHROME) == {
        "browser": "Chrome",
        "browser_version": "131.0",
        "os": "Windows",
        "client_class": "human",
        "device_type": "desktop",
    }


def test_a_crawler_is_a_bot_and_keeps_its_name() -> None:
    assert describe("bot", crawler=True) | {"os": "-"} == {
        "browser": "Chrome",
        "browser_version": "131.0",
        "os": "-",
        "client_class": "bot",
        "device_type": "other",
    }


def test_a_proxy_is_no_bot_though_a_list_names_it_and_its_browser_is_nobodys() -> None:
    assert describe(GMAIL, crawler=True) == {"client_class": "proxy", "device_type": "other"}
