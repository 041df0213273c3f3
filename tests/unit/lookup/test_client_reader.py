"""User agents by the real look-ups: ua-parser's rules and the crawlers' list."""

from __future__ import annotations

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.client import CLIENT_CLASSES, DEVICE_TYPES, is_proxy
from pixelweave_lookup.client_reader import build_client_reader
from pixelweave_lookup.crawler_set import SERVER_CLIENTS

read_client = build_client_reader()

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "columns"),
    [
        (CHROME, ("human", "desktop", "Chrome", "131.0", "Windows", "10")),
        (CHROME + " Edg/131.0.0.0", ("human", "desktop", "Edge", "131.0", "Windows", "10")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1",
            ("human", "mobile", "Mobile Safari", "17.5", "iOS", "17.5"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
            ("human", "tablet", "Chrome", "131.0", "Android", "14"),
        ),
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            ("bot", "other", "Googlebot", "2.1", None, None),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
            ("bot", "other", "HeadlessChrome", "131.0", "Linux", None),
        ),
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            ("proxy", "other", None, None, None, None),
        ),
        ("YahooMailProxy; https://help.yahoo.com/kb/x.html", ("proxy", "other", None, None, None, None)),
        ("Mozilla/5.0", ("proxy", "other", None, None, None, None)),
        ("curl/8.5.0", ("human", "other", "curl", "8.5", None, None)),
        ("Amazon CloudFront", ("human", "other", None, None, None, None)),
        ("\ud800", ("human", "other", None, None, None, None)),
    ],
)
def test_a_user_agent_tells_its_columns(user_agent: str, columns: tuple[str | None, ...]) -> None:
    names = ("client_class", "device_type", "browser", "browser_version", "os", "os_version")
    assert read_client(user_agent) == {
        name: value for name, value in zip(names, columns, strict=True) if value
    }


def test_every_crawler_of_the_list_is_a_bot_unless_it_is_a_proxy_or_a_servers_client() -> None:
    spared = set()
    for entry in CRAWLER_USER_AGENTS_DATA:
        for instance in entry["instances"]:
            if read_client(instance)["client_class"] != "bot" and not is_proxy(instance):
                spared.add(entry["pattern"])
    assert spared <= SERVER_CLIENTS


def test_every_servers_client_is_still_in_the_list() -> None:
    assert {entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA} >= SERVER_CLIENTS


def test_a_user_agent_is_parsed_once() -> None:
    assert read_client(CHROME) is read_client(CHROME)


@given(st.text(max_size=1024))
def test_no_user_agent_raises(user_agent: str) -> None:
    columns = read_client(user_agent)
    assert columns["client_class"] in CLIENT_CLASSES
    assert columns["device_type"] in DEVICE_TYPES
    assert all(columns.values())
