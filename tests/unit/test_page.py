"""Pages: what addresses tell, and that no address breaks anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.field import FIELDS
from pixelweave.page import CLICK_IDS, UTM, describe_page, split_address, strip_click_ids

COLUMNS = {"host", "path", "referrer_host", "click_id", *UTM}
LIMITS = {field.name: field.limit for field in FIELDS}


@pytest.mark.parametrize(
    ("address", "host", "path", "query"),
    [
        ("https://Shop.Example/a/b?x=1#y", "shop.example", "/a/b", "x=1"),
        ("http://shop.example", "shop.example", "/", ""),
        ("http://shop.example?x=1", "shop.example", "/", "x=1"),
        ("http://shop.example#x?y=1", "shop.example", "/", ""),
        ("HTTPS://shop.example:8443/a", "shop.example", "/a", ""),
        ("https://user:secret@shop.example/a", "shop.example", "/a", ""),
        ("https://a@b@shop.example/", "shop.example", "/", ""),
        ("https://shop.example./a", "shop.example", "/a", ""),
        ("https://shop.example\\@evil.example/", "shop.example", "/@evil.example/", ""),
        ("//cdn.example/x", "cdn.example", "/x", ""),
        ("https://[2001:DB8::1]:8080/a", "[2001:db8::1]", "/a", ""),
        ("https://192.0.2.7/a", "192.0.2.7", "/a", ""),
        ("https://bücher.example/ä", "xn--bcher-kva.example", "/ä", ""),
        ("android-app://com.google.android.gm/", "com.google.android.gm", "/", ""),
        ("  https://shop.example/a  ", "shop.example", "/a", ""),
        ("shop.example/a?b=1", "shop.example", "/a", "b=1"),
        ("shop.example:443/a", "shop.example", "/a", ""),
        ("/a/b?x=https://evil.example", None, "/a/b", "x=https://evil.example"),
        ("?x=1", None, "", "x=1"),
    ],
)
def test_an_address_is_split_as_a_browser_would(
    address: str, host: str | None, path: str, query: str
) -> None:
    assert split_address(address) == (host, path, query)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "javascript://shop.example/%0aalert(1)",
        "data:text/html,<p>https://shop.example</p>",
        "about:blank",
        "blob:https://shop.example/0a",
        "file:///C:/Users/ann/page.html",
        "mailto:ann@shop.example",
        "ftp://shop.example/a",
        "https://",
        "https:///a",
        "https://[::1/a",
        "https://[zz]/a",
        "https://[::1]evil/a",
        "https://shop.example:port/a",
        "https://shop example/a",
        "https://shop%2eexample/a",
        "https://\ud800.example/",
        "https://" + "a" * 254 + "/",
        "localhost/a",
        "a sentence, with words",
    ],
)
def test_what_is_no_page_has_neither_host_nor_path(address: str) -> None:
    assert split_address(address) == (None, None, "")


def test_a_host_of_253_characters_is_the_longest() -> None:
    host = "a" * 245 + ".example"
    assert split_address(f"https://{host}/")[0] == host


def test_a_page_tells_its_campaign_and_its_click() -> None:
    url = "https://shop.example/a?UTM_Source=Google&utm_medium=cpc&utm_campaign=a%2Bb+c&utm_term=&utm_content=%D1%84&gclid=Cj0"
    assert describe_page(url, "https://www.google.com/search?q=x&utm_source=no") == {
        "host": "shop.example",
        "path": "/a",
        "utm_source": "Google",
        "utm_medium": "cpc",
        "utm_campaign": "a+b c",
        "utm_content": "ф",
        "click_id": "gclid:Cj0",
        "referrer_host": "www.google.com",
    }


@pytest.mark.parametrize("name", CLICK_IDS)
def test_every_click_id_is_kept_with_its_name(name: str) -> None:
    assert describe_page(f"https://shop.example/?{name}=V1", None)["click_id"] == f"{name}:V1"


def test_a_click_ids_name_is_read_in_any_case() -> None:
    assert describe_page("https://shop.example/?ScCid=V1", None)["click_id"] == "sccid:V1"


def test_of_several_values_the_first_that_is_not_empty_counts() -> None:
    columns = describe_page(
        "https://shop.example/?utm_source=&utm_source=a&utm_source=b&gclid=1&fbclid=2", None
    )
    assert (columns["utm_source"], columns["click_id"]) == ("a", "gclid:1")


@pytest.mark.parametrize(("name", "prefix"), [("utm_source", ""), ("click_id", "gclid:")])
def test_a_derived_value_is_as_long_as_its_column_at_most(name: str, prefix: str) -> None:
    limit = LIMITS[name] or 0
    parameter = "gclid" if prefix else name
    for length in (limit - len(prefix), limit - len(prefix) + 1):
        columns = describe_page(f"https://shop.example/?{parameter}=" + "x" * length, None)
        assert columns[name] == prefix + "x" * (limit - len(prefix))


def test_control_characters_in_a_value_are_not_stored() -> None:
    assert describe_page("https://shop.example/?utm_source=a%00%0Ab", None)["utm_source"] == "a b"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ann%2540mail.example", "[email]"),
        ("see+ann%40mail.example", "see [email]"),
        ("x+" * 126 + "a%40b", "x " * 126 + "[ema"),
    ],
    ids=["encoded twice", "encoded", "cut after the mask"],
)
def test_an_email_address_does_not_surface_in_a_derived_value(value: str, text: str) -> None:
    assert describe_page(f"https://shop.example/?utm_source={value}", None)["utm_source"] == text


def test_nothing_is_known_of_no_page() -> None:
    assert describe_page(None, None) == {}
    assert describe_page("", "") == {}


@pytest.mark.parametrize(
    ("address", "stripped"),
    [
        ("https://shop.example/a?x=1&gclid=2&y=3#top", "https://shop.example/a?x=1&y=3#top"),
        ("https://shop.example/a?gclid=2", "https://shop.example/a"),
        ("https://shop.example/a?FBCLID=2&x", "https://shop.example/a?x"),
        ("https://shop.example/a?%67clid=2&x=1", "https://shop.example/a?x=1"),
        ("https://shop.example/a?next=%2Fb%3Fgclid%3D2&x=1", "https://shop.example/a?x=1"),
        ("https://shop.example/a?_gl=1*x&mc_eid=z&utm_source=n", "https://shop.example/a?utm_source=n"),
        ("https://shop.example/a#gclid=2", "https://shop.example/a#"),
        ("https://shop.example/#/cart?gclid=2&x=1", "https://shop.example/#/cart?x=1"),
        ("https://shop.example/a?size=gclid", "https://shop.example/a?size=gclid"),
        ("https://shop.example/gclid=2/a", "https://shop.example/gclid=2/a"),
        ("https://shop.example/a#top", "https://shop.example/a#top"),
        ("https://shop.example/a?", "https://shop.example/a?"),
        ("", ""),
    ],
)
def test_ids_of_clicks_and_persons_are_stripped_and_nothing_else(address: str, stripped: str) -> None:
    assert strip_click_ids(address) == stripped


ADDRESSES = st.one_of(
    st.text(),
    st.text(alphabet="htps:/?#[]@%&=+.\\a1\ud800é", max_size=60),
    st.builds(
        "{}://{}/{}?{}".format,
        st.sampled_from(["http", "https", "javascript"]),
        st.text(),
        st.text(),
        st.text(),
    ),
)


@given(ADDRESSES, ADDRESSES)
def test_no_address_raises_and_columns_are_text_within_their_limits(url: str, referrer: str) -> None:
    columns = describe_page(url, referrer)
    assert set(columns) <= COLUMNS
    for name, text in columns.items():
        limit = LIMITS[name]
        assert text
        assert limit is None or len(text) <= limit


@given(ADDRESSES)
def test_stripping_ids_never_raises_and_is_done_once_and_for_all(address: str) -> None:
    stripped = strip_click_ids(address)
    assert len(stripped) <= len(address)
    assert strip_click_ids(stripped) == stripped
    assert "click_id" not in describe_page(stripped, None)


def test_a_huge_address_is_read_like_any_other() -> None:
    url = "https://shop.example/" + "a" * 1_000_000 + "?" + "x=1&" * 100_000 + "gclid=7"
    assert describe_page(url, url)["click_id"] == "gclid:7"
