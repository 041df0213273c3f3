"""What is wrong with the tags of a page, apart from what they send."""

from __future__ import annotations

import re
from sys import maxsize
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from pixelweave.pixel import ACTIVE

from pixelweave_cli.page_policy import allow_url
from pixelweave_cli.page_tag import global_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixelweave.pixel_model import PixelRecord
    from pixelweave.snippet import TagScript

    from pixelweave_cli.page_fetch import Page
    from pixelweave_cli.page_tag import Found, Tag

_PLACEHOLDERS = re.compile(
    r"(?:[A-Z]+_)*(?:EVENT_TOKEN|JSON_ENCODED_CUSTOM_PARAMS|AMOUNT|GOAL|VALUE|UNIX_MILLISECONDS|SESSION_ID|API_KEY|APP_TOKEN)\Z"
)

_NOWHERE = (maxsize, 0)


class Problem(NamedTuple):
    """`line` of the page, None for the page as a whole; `about` is a tag's URL, a parameter or a call."""

    line: int | None
    problem: str
    about: str
    expected: str


class Site(NamedTuple):
    """What a page is held against: pixels by each of their keys, the pixel that is looked for, the script as served, the time."""

    pixels: Mapping[str, PixelRecord]
    wanted: PixelRecord | None
    script: TagScript
    now: float


def list_problems(found: Found, page: Page, site: Site) -> Iterator[Problem]:
    """Yield the problems of a page and of each tag."""
    if page.is_cut:
        yield Problem(None, "page_too_long", page.url, "a page of at most 2 MB; the rest was not read")
    sources = [tag for tag in found.tags if tag.form != "call"]
    keys = set(site.pixels) if site.wanted is None else _keys_of(site.wanted)
    if not any(tag.address.key in keys for tag in sources):
        wanted = "this stack" if site.wanted is None else site.wanted.pixel_id
        yield Problem(None, "no_tag", page.url, f"a tag of {wanted}")
    for tag in sources:
        for name, expected in [
            *_judge_key(tag, site),
            *_judge_place(tag, found, page),
            *_judge_script(tag, site),
        ]:
            yield Problem(tag.line, name, tag.url, expected)
    yield from _list_repeated(sources)
    yield from _list_early_calls(found)
    for call, element, _ in found.calls:
        yield Problem(
            element.line, "call_without_script", call.name, "the script that makes it, on the same page"
        )


def _keys_of(pixel: PixelRecord) -> set[str]:
    return {pixel.key, *(retired.key for retired in pixel.retired_keys)}


def _judge_key(tag: Tag, site: Site) -> Iterator[tuple[str, str]]:
    key = tag.address.key
    pixel = site.pixels.get(key)
    if not tag.address.is_here and pixel is None:
        yield "other_collector", "the collector of this stack"
    elif pixel is None:
        yield "unknown_key", "a key of a pixel of this stack"
    elif pixel.status != ACTIVE:
        yield "disabled_key", f"an active pixel; {pixel.pixel_id} is disabled"
    elif key != pixel.key:
        is_over = any(retired.key == key and retired.expires_at <= site.now for retired in pixel.retired_keys)
        yield "expired_key" if is_over else "retired_key", f"the present key of {pixel.pixel_id}, {pixel.key}"
    elif site.wanted is not None and pixel.pixel_id != site.wanted.pixel_id:
        yield "other_pixel", f"a key of {site.wanted.pixel_id}; this is one of {pixel.pixel_id}"
    if pixel is not None and tag.address.dialect not in (None, pixel.dialect):
        yield "other_dialect", f"the form of {pixel.dialect}, as {pixel.pixel_id} has it"


def _judge_place(tag: Tag, found: Found, page: Page) -> Iterator[tuple[str, str]]:
    parts = urlsplit(tag.url)
    if parts.scheme == "http" and page.url.startswith("https:"):
        yield "insecure", "https, as the page has it: browsers block or rewrite the rest"
    origin = f"{parts.scheme}://{parts.netloc}"
    if tag.form == "script":
        if not all(policy.allows_script(tag.element, tag.url, page.url) for policy in found.policies):
            yield "blocked_by_policy", f"script-src {origin} in the Content-Security-Policy"
        if not allow_url(found.policies, "connect-src", f"{origin}/", page.url):
            yield "blocked_by_policy", f"connect-src {origin} in the Content-Security-Policy"
    else:
        if tag.form == "inline" and not all(
            policy.allows_script(tag.element, None, page.url) for policy in found.policies
        ):
            yield "blocked_by_policy", "the digest or nonce of the inline script in script-src"
        directives = ("img-src", "connect-src") if tag.form == "inline" else ("img-src",)
        if not any(allow_url(found.policies, name, tag.url, page.url) for name in directives):
            yield "blocked_by_policy", f"{directives[-1]} {origin} in the Content-Security-Policy"
        for name, value in parse_qsl(parts.query):
            if _PLACEHOLDERS.match(value):
                yield "placeholder", f"a value of yours for {name} in place of {value}"


def _judge_script(tag: Tag, site: Site) -> Iterator[tuple[str, str]]:
    pixel = site.pixels.get(tag.address.key)
    if tag.form != "script" or pixel is None:
        return
    attributes = tag.element.attributes
    policy = attributes.get("data-consent", "signals")
    if policy != pixel.consent_policy:
        yield "other_consent", f'data-consent="{pixel.consent_policy}", the policy of {pixel.pixel_id}'
    version, integrity = tag.address.version, attributes.get("integrity")
    if version is not None and version != site.script.version:
        yield "old_version", f"the version that is served, {site.script.version}"
    elif integrity and (version is None or site.script.integrity not in integrity.split()):
        yield "wrong_integrity", f"the versioned address and {site.script.integrity}"
    if integrity and "crossorigin" not in attributes:
        yield "missing_crossorigin", 'crossorigin="anonymous" beside integrity'


def _list_repeated(tags: list[Tag]) -> Iterator[Problem]:
    first: dict[tuple[str, bool, str], Tag] = {}
    for tag in tags:
        what = tag.address.key if tag.form == "script" else tag.url
        before = first.setdefault((tag.form, tag.element.is_noscript, what), tag)
        if before is not tag and (tag.form != "inline" or tag.is_whole):
            yield Problem(tag.line, "repeated", tag.url, f"one such tag; the first is on line {before.line}")


def find_stub(found: Found, name: str) -> tuple[int, int]:
    """Where the page's own code first gives a name a value: the script's place in the page, and the end of that in the script."""
    value = re.compile(rf"\b{re.escape(name)}\s*=[^=]")
    ends = ((order, match.end()) for order, code in found.inline if (match := value.search(code)))
    return next(ends, _NOWHERE)


def _list_early_calls(found: Found) -> Iterator[Problem]:
    """Calls before the script has come, where nothing queues them."""
    # Once a name: a hostile page has a thousand calls and two megabytes to look through.
    names = {tag.call.name for tag in found.tags if tag.call is not None}
    defined = {name: find_stub(found, name) for name in names}
    for tag in found.tags:
        if tag.call is None:
            continue
        name = tag.call.name
        has_stub = defined[name] <= (tag.order, tag.call.offset)
        is_loaded = any(
            script.form == "script"
            and script.order < tag.order
            and _is_blocking(script)
            and global_of(script) == name
            for script in found.tags
        )
        if not has_stub and not is_loaded:
            stub = f"window.{name} = window.{name} || function …"
            yield Problem(
                tag.line, "call_before_stub", name, f"`{stub}` before it, as `pixels snippet` prints"
            )


def _is_blocking(tag: Tag) -> bool:
    return (
        not {"async", "defer"} & set(tag.element.attributes)
        and tag.element.attributes.get("type") != "module"
    )
