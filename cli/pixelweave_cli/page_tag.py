"""Tags on a page: images and scripts that name a collector, addresses in inline scripts, and calls of the script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit

from pixelweave.route import find_route
from pixelweave.snippet.script import SCRIPTS

from pixelweave_cli.page_element import Element, list_elements
from pixelweave_cli.page_literal import Call, blank_comments, list_calls
from pixelweave_cli.page_policy import Policy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pixelweave_cli.page_fetch import Page

# Of the seeds: whoever still names these has not moved the tag here yet.
SEED_HOSTS = ("p.ksense.io", "tracking-api.pitchtarget.com", "pixels.mparticle.com")
MAX_TAGS = 1000
_FILES = {spoken.file: dialect for dialect, spoken in SCRIPTS.items()}
_SCRIPT = re.compile(r"/t/(?:(\w+)/)?([a-z]+\.js)\Z")
_URL = re.compile(r"(?:https?:)?//[^\s\"'`<>\\]{1,4000}")
_CONSTANT = re.compile(r"\b(?:const|let|var)\s{1,9}(\w{1,64})\s{0,9}=\s{0,9}[\"'`]([\w-]{1,128})[\"'`]")


class Address(NamedTuple):
    """Where a tag's URL leads: `target` is path and query at the collector, `version` that of a pinned script."""

    dialect: str | None
    key: str
    target: str
    is_script: bool
    version: str | None
    is_here: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """One place that sends hits. `form` is script, image, inline (an address in a script) or call.

    `is_whole` is False where the page computes a part of what is sent; `order` counts elements from the page's start.
    """

    form: str
    line: int
    order: int
    url: str
    address: Address
    element: Element
    is_whole: bool = True
    call: Call | None = None


class Found(NamedTuple):
    """What a page has: `calls` of which no script is on the page; `scripts` all inline code by its order."""

    tags: list[Tag]
    calls: list[tuple[Call, Element, int]]
    inline: list[tuple[int, str]]
    policies: list[Policy]


def find_tags(page: Page, collector_url: str, keys: Collection[str]) -> Found:
    """Find the tags of a page; `keys` are those that the stack knows, wherever they are sent to."""
    base_url = page.url
    found = Found([], [], [], [Policy(text) for text in page.policies])
    for order, element in enumerate(list_elements(page.text)):
        attributes = element.attributes
        if element.name == "base":
            base_url = _join(page.url, attributes.get("href", ""))
        elif element.name == "meta":
            if attributes.get("http-equiv", "").lower() == "content-security-policy":
                found.policies.append(Policy(attributes.get("content", "")))
        elif attributes.get("src"):
            url = _join(base_url, attributes["src"].strip())
            address = read_address(url, collector_url, keys)
            if address is not None and address.is_script == (element.name == "script"):
                form = "script" if address.is_script else "image"
                found.tags.append(Tag(form, element.line, order, url, address, element))
        elif element.name == "script" and attributes.get("type", "") in ("", "module", "text/javascript"):
            code = blank_comments(element.text)
            found.inline.append((order, code))
            inline = _find_inline(code, element, order, page.url, collector_url, keys)
            found.tags.extend(islice(inline, MAX_TAGS - len(found.tags)))
        if len(found.tags) >= MAX_TAGS:
            break
    _add_calls(found, page)
    return found


def read_address(url: str, collector_url: str, keys: Collection[str]) -> Address | None:
    """Read a URL as that of a tag: at the collector, at a host of the seeds, or anywhere with a key that is known."""
    try:
        parts, base = urlsplit(url), urlsplit(collector_url.rstrip("/"))
    except ValueError:
        return None
    is_here = parts.netloc == base.netloc and parts.path.startswith(base.path)
    path = parts.path[len(base.path) :] if is_here else parts.path
    target = f"{path}?{parts.query}" if parts.query else path
    script = _SCRIPT.match(path)
    if script is not None and script[2] in _FILES:
        key = parse_qs(parts.query).get("sid", [""])[0]
        address = Address(_FILES[script[2]], key, target, is_script=True, version=script[1], is_here=is_here)
    else:
        route = find_route(path)
        if route is None or route.is_debug:
            return None
        address = Address(route.dialect, route.key, target, is_script=False, version=None, is_here=is_here)
    is_ours = is_here or address.key in keys or parts.hostname in SEED_HOSTS
    return address if is_ours else None


def global_of(tag: Tag) -> str:
    """The name that the page calls a script by."""
    spoken = SCRIPTS[tag.address.dialect or ""]
    return tag.element.attributes.get("data-name") or spoken.name


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _find_inline(
    code: str, element: Element, order: int, page_url: str, collector_url: str, keys: Collection[str]
) -> Iterator[Tag]:
    constants = dict(_CONSTANT.findall(code))
    line, counted = element.line, 0
    for match in _URL.finditer(code):
        text = re.sub(r"\$\{(\w+)\}", lambda name: constants.get(name[1], name[0]), match[0])
        address = read_address(_join(page_url, text), collector_url, keys)
        if address is None or address.is_script:
            continue
        is_joined = code[match.end() + 1 : match.end() + 16].lstrip().startswith("+")
        is_whole = "?" in text and "${" not in text and not is_joined
        line += code.count("\n", counted, match.start())
        counted = match.start()
        yield Tag("inline", line, order, _join(page_url, text), address, element, is_whole)


def _add_calls(found: Found, page: Page) -> None:
    scripts = {global_of(tag): tag for tag in reversed(found.tags) if tag.form == "script"}
    names = list({*scripts, *(spoken.name for spoken in SCRIPTS.values())})
    elements = dict(enumerate(list_elements(page.text)))
    for order, code in found.inline:
        element = elements[order]
        for call in islice(list_calls(code, names), MAX_TAGS - len(found.tags)):
            script = scripts.get(call.name)
            if script is None:
                found.calls.append((call, element, order))
                continue
            line = element.line + code.count("\n", 0, call.offset)
            is_whole = call.arguments is not None
            found.tags.append(Tag("call", line, order, script.url, script.address, element, is_whole, call))
