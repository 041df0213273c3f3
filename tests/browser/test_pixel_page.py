"""The page of a pixel in a browser: the tags as they are copied, and hits tried without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pixelweave.pixel import DIALECTS
from pixelweave.snippet import TagScript, write_snippet
from pixelweave.tag_script import INTEGRITY, VERSION
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.pixel_page import PixelPage
from tests.browser.routed_collector import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

HOSTILE = "<img src=x onerror=document.title='owned'>\u202egpj.exe</script>"


@pytest.fixture
def pixel_page(context: BrowserContext) -> Iterator[PixelPage]:
    """The page of a pixel; whatever a test does there stores nothing, asks only the validator, and shows no error."""
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=ORIGIN)
    page = PixelPage(context.new_page())
    yield page
    page.assert_no_trace()


def snippet(dialect: str) -> dict[str, str]:
    return write_snippet(dialect, ORIGIN, page_key(dialect), TagScript(VERSION, INTEGRITY))


def page_key(dialect: str) -> str:
    return f"{dialect}-signals"


@pytest.mark.parametrize("seen_host", [None, "abc123.execute-api.eu-central-1.amazonaws.com"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_tag_has_the_host_that_the_browser_asked_whatever_the_collector_sees(
    pixel_page: PixelPage, dialect: str, seen_host: str | None
) -> None:
    pixel_page.collector.seen_host = seen_host
    pixel_page.open(page_key(dialect))
    assert pixel_page.texts == snippet(dialect)


def test_the_tags_of_another_language_are_a_link_away(pixel_page: PixelPage) -> None:
    pixel_page.open("native-signals").page.get_by_role("link", name="Rokt / mParticle").click()
    texts = write_snippet("rokt", ORIGIN, "native-signals", TagScript(VERSION, INTEGRITY))
    expect(pixel_page.page.locator("[aria-current=page]")).to_have_text("Rokt / mParticle")
    assert pixel_page.texts == texts


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_text_is_copied_by_the_keyboard(pixel_page: PixelPage, dialect: str) -> None:
    page = pixel_page.open(page_key(dialect)).page
    for part, text in snippet(dialect).items():
        button = page.locator(f"[data-do=copy][data-part={part}]")
        button.focus()
        page.keyboard.press("Enter")
        expect(button).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == text
        expect(page.get_by_role("button", name="Copied")).to_have_count(1)


def test_where_the_clipboard_is_closed_the_text_is_selected(pixel_page: PixelPage) -> None:
    page = pixel_page.page
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('closed'))")
    pixel_page.open("pitchtarget-signals")
    page.locator("[data-do=copy][data-part=csp]").click()
    expect(page.get_by_role("button", name="Selected")).to_be_visible()
    assert page.evaluate("String(getSelection())") == f"img-src {ORIGIN}"


def test_the_template_for_the_tag_manager_is_downloaded(pixel_page: PixelPage) -> None:
    page = pixel_page.open("native-signals").page
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "pixelweave.tpl"
    assert Path(download.value.path()).read_text(encoding="utf-8") == snippet("native")["gtm"]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("part", ["noscript", "email"])
def test_an_image_of_the_page_is_tried_as_it_stands(pixel_page: PixelPage, dialect: str, part: str) -> None:
    pixel_page.open(page_key(dialect)).page.locator(f"[data-do=try][data-part={part}]").click()
    # Rokt's image asks for a moment that the site has to fill in.
    outcome = "rejected" if dialect == "rokt" else "accepted"
    pixel_page.expect_told(f"Tried, and nothing was stored: {outcome}.")
    assert pixel_page.problems == ([["ct"]] if dialect == "rokt" else [])


@pytest.mark.parametrize(
    ("file", "dialect", "path"),
    [
        ("callbacks.js", "ksense", "/ksense/ksense-signals"),
        ("sendgrid.js", "sendgrid", "/sendgrid/sendgrid-signals"),
        ("pixel.js", "native", "/e/native-signals"),
    ],
)
@pytest.mark.parametrize("part", ["tag", "pinned"])
def test_our_script_is_explained_and_not_sent(
    pixel_page: PixelPage, file: str, dialect: str, path: str, part: str
) -> None:
    pixel_page.open(page_key(dialect)).page.locator(f"[data-do=try][data-part={part}]").click()
    pixel_page.expect_told("Nothing was sent.")
    told = pixel_page.page.locator("#results").inner_text()
    assert file in pixel_page.page.locator("#hit").input_value()
    assert f"goes to {path} as JSON" in told
    for warning in ("Its key", "Its data-consent", "pinned to version"):
        assert warning not in told


def test_a_script_that_does_not_fit_its_pixel_is_told_apart(pixel_page: PixelPage) -> None:
    pixel_page.open("native-signals").try_hit(
        '<script src="https://c.example/t/0123456789abcdef/pixel.js?sid=other" data-consent="gpc"></script>'
    )
    pixel_page.expect_told("Nothing was sent.")
    told = pixel_page.page.locator("#results").inner_text()
    assert "Its key is other; this pixel’s is native-signals." in told
    assert "Its data-consent is gpc; this pixel’s policy is signals." in told
    assert f"It is pinned to version 0123456789abcdef; this collector serves {VERSION}." in told


def test_a_wrong_hit_names_the_parameter_and_what_was_expected(pixel_page: PixelPage) -> None:
    pixel_page.open("pitchtarget-signals").try_hit("/pitchtarget-signals/revenue.gif?amount=2.5")
    pixel_page.expect_told("Tried, and nothing was stored: rejected.")
    rows = pixel_page.read_table("Problems")
    assert rows == [
        [
            "event_token",
            "a text that describes the event, such as signup",
            "rejects the hit: missing_event_token",
        ],
        ["amount", "an integer number of cents, such as 2500", "rejects the hit: invalid_amount"],
    ]
    assert ["type", "purchase"] in pixel_page.read_table("The row")
    pixel_page.page.get_by_text("Raw JSON").click()
    expect(pixel_page.page.locator("#results pre")).to_contain_text('"reason": "missing_event_token"')


def test_a_batch_is_told_hit_by_hit(pixel_page: PixelPage) -> None:
    pixel_page.open("native-signals").try_hit('[{"name": "a"}, {"type": "x"}, {"is_test": 1, "name": "b"}]')
    pixel_page.expect_told("Tried, and nothing was stored: accepted, rejected, test.")
    expect(pixel_page.page.get_by_role("heading", name="hit 2 of 3")).to_be_visible()


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (503, "The collector answered 503: it cannot tell now, try again."),
        (429, "The collector answered 429."),
        (None, "The collector could not be reached. Try again."),
    ],
)
def test_a_collector_that_does_not_answer_is_no_outcome(
    pixel_page: PixelPage, reply: int | None, sentence: str
) -> None:
    pixel_page.open("native-signals")
    pixel_page.collector.faults.append(reply)
    pixel_page.try_hit("/e/native-signals")
    expect(pixel_page.page.get_by_text(sentence)).to_be_visible()
    pixel_page.try_hit("/e/native-signals")
    pixel_page.expect_told("Tried, and nothing was stored: accepted.")
    expect(pixel_page.page.get_by_text(sentence)).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "NAME", "props": {"NAME": "NAME"}, "type": "custom", "traits": {"NAME": "NAME"}}',
        "/e/native-signals?type=custom&name=NAME&value=NAME",
        "/NAME/event.gif?event_token=NAME",
        '<script src="/t/pixel.js?sid=NAME"></script>',
        "NAME",
    ],
)
def test_what_is_hostile_is_shown_as_text(pixel_page: PixelPage, text: str) -> None:
    page = pixel_page.open("native-signals").page
    written = text.replace("NAME", HOSTILE)
    pixel_page.try_hit(written)
    pixel_page.expect_told("Tried" if "<script src" not in text else "Nothing")
    assert page.title() == "Native pixel · Pixelweave"
    assert page.locator("#results img, #results script, #results iframe").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_is_for_everybody(pixel_page: PixelPage, scheme: str, width: int) -> None:
    page = pixel_page.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    pixel_page.open("native-signals")
    pixel_page.try_hit('[{"name": "a", "email": "a@b.de"}, {"type": "x"}, {"is_test": 1, "name": "b"}]')
    pixel_page.expect_told("Tried")
    for summary in page.locator("summary").all():
        summary.click()
    assert axe.run(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_trial_needs_no_mouse(pixel_page: PixelPage) -> None:
    page = pixel_page.open("native-signals").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Address, tag or JSON")).to_be_focused()
    page.keyboard.insert_text("/e/native-signals?type=page_view")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_have_text("Tried, and nothing was stored: accepted.")


def test_paper_has_the_tags_and_no_buttons(pixel_page: PixelPage) -> None:
    page = pixel_page.open("native-signals").page
    page.emulate_media(media="print")
    assert page.locator("pre#tag").is_visible()
    assert page.get_by_role("button").count() == 0


def test_without_javascript_the_tags_are_there_and_the_way_to_try_is_told(chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = PixelPage(context.new_page()).open("native-signals").page
    assert page.locator("pre#tag").is_visible()
    assert page.get_by_role("button").count() == 0
    assert "Trying a hit needs JavaScript" in page.locator("noscript").inner_text()
    context.close()
