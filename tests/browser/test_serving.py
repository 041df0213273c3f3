"""The script as a browser gets it: pinned by its digest, and kept."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from pixelweave.tag_script import INTEGRITY, VERSION

if TYPE_CHECKING:
    from tests.browser.stub_site import StubSite
    from tests.browser.visit import Visit


def test_a_pinned_script_runs(visit: Visit, site: StubSite) -> None:
    site.texts.update(TAG_VERSION=VERSION, TAG_INTEGRITY=INTEGRITY)
    (view,) = visit.open("pinned").sent(1)
    assert view.row["type"] == "page_view"


def test_a_script_of_another_digest_does_not_run(visit: Visit, site: StubSite) -> None:
    site.texts.update(TAG_VERSION=VERSION, TAG_INTEGRITY=f"sha384-{b64encode(bytes(48)).decode()}")
    visit.open("pinned").sent(0)
    assert [error for error in visit.errors if "integrity" not in error] == []
    visit.errors.clear()


def test_a_second_page_takes_the_script_from_the_browsers_cache(visit: Visit) -> None:
    visit.open("quiet")
    visit.open("quiet")
    cached = visit.page.evaluate("performance.getEntriesByType('resource').map(entry => entry.transferSize)")
    assert cached == [0]
