"""A stranger's page fetched from a site on loopback, within bounds."""

from __future__ import annotations

import gzip
import socket
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave_cli.page_fetch import MAX_BYTES, FetchError, Limit, ask, fetch_page

from tests.functional.page_site import Site, serve_site
from tests.unit.collecting import make_pixel

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_site(make_pixel("pitchtarget")) as site:
        yield site


def test_a_redirect_is_followed_five_times_and_never_to_a_file(site: Site) -> None:
    for number in range(6):
        site.put("", path=f"/{number}", status=302, location=f"/{number + 1}")
    site.put("there", path="/6")
    site.put("", path="/file", status=301, location="file:///etc/passwd")
    assert fetch_page(site.url + "/1", Limit(private=True)).url == site.url + "/6"
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetch_page(site.url + "/0", Limit(private=True))
    with pytest.raises(FetchError, match="not an address of http or https"):
        fetch_page(site.url + "/file", Limit(private=True))


def test_a_page_is_cut_at_its_limit_packed_or_not(site: Site) -> None:
    site.put("x" * MAX_BYTES, path="/full")
    site.put("x" * (MAX_BYTES + 1), path="/long")
    packed = gzip.compress(b"x" * (MAX_BYTES * 20))
    site.pages["/packed"] = (200, {"content-type": "text/html", "content-encoding": "gzip"}, packed)
    assert len(ask(site.url + "/packed", Limit(private=True)).body) == MAX_BYTES + 1
    lengths = [fetch_page(site.url + path, Limit(private=True)) for path in ("/full", "/long", "/packed")]
    assert [(len(page.text), page.is_cut) for page in lengths] == [
        (MAX_BYTES, False),
        (MAX_BYTES, True),
        (MAX_BYTES, True),
    ]


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (404, {}, "answers 404"),
        (200, {"content-type": "image/png"}, "is no page but 'image/png'"),
        (200, {"content-encoding": "br"}, "compressed as 'br'"),
        (200, {"content-encoding": "gzip"}, "compression is broken"),
    ],
)
def test_what_cannot_be_read_is_said(site: Site, status: int, headers: dict[str, str], reason: str) -> None:
    site.pages["/page"] = (status, {"content-type": "text/html"} | headers, b"<p>")
    with pytest.raises(FetchError, match=reason):
        fetch_page(site.url + "/page", Limit(private=True))


def test_a_page_that_drips_is_left_in_time(site: Site) -> None:
    started = monotonic()
    with pytest.raises(FetchError, match="no answer within"):
        fetch_page(site.url + "/drip", Limit(private=True, seconds=0.2))
    assert monotonic() - started < 10  # each byte comes in time, the page never does


@pytest.mark.parametrize("location", ["http://[", "//[x]/"])
def test_a_redirect_to_what_is_no_address_is_said(site: Site, location: str) -> None:
    url = site.put("", status=302, location=location)
    with pytest.raises(FetchError, match="is not an address"):
        fetch_page(url, Limit(private=True))


def test_a_host_with_an_address_that_cannot_be_reached_is_asked_at_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.put("there")
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: Any, **options: Any) -> list[Any]:
        found = real(host, port, *rest, **options)
        # Only what is fetched is looked up by `type`; nobody listens at the broadcast address of loopback.
        return [(*found[0][:4], ("127.0.0.0", port)), *found] if options.get("type") else found

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert fetch_page(url, Limit(private=True)).text == "there"
