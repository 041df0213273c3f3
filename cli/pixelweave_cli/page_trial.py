"""What the collector makes of a tag: its own validator is asked, which stores nothing (docs/dialects.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pixelweave_cli.page_fetch import FetchError, Limit, ask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave_cli.page_tag import Tag

_PATHS = {"ksense": "ksense", "sendgrid": "sendgrid", "native": "e"}
_KINDS = ("conversion", "purchase", "lead")


def try_tag(tag: Tag, collector_url: str, page_url: str) -> dict[str, Any] | None:
    """Return the validator's answer for what a tag sends, None where that is nothing, or known only on the page.

    Raises FetchError.
    """
    base = f"{collector_url.rstrip('/')}/debug"
    headers = {"Referer": page_url}
    if tag.form in ("image", "inline"):
        if not tag.is_whole:
            return None
        # What a stranger wrote may have any character.
        target = quote(tag.address.target, safe="/?%:@!$&'()*+,;=~")
        reply = ask(base + target, Limit(private=True), headers=headers)
    else:
        hit = _make_hit(tag)
        if hit is None:
            return None
        body = json.dumps({"url": page_url} | {k: v for k, v in hit.items() if v is not None}).encode()
        url = f"{base}/{_PATHS[tag.address.dialect or '']}/{tag.address.key}"
        reply = ask(url, Limit(private=True), body=body, headers=headers | {"Content-Type": "text/plain"})
    if reply.status == 404:
        return None
    try:
        answer = json.loads(reply.body)
    except ValueError as exc:
        raise FetchError(f"the collector's validator answers {reply.status}, and no JSON") from exc
    if not isinstance(answer, dict) or "outcome" not in answer:
        raise FetchError(f"the collector's validator answers {reply.status}, and no event")
    return answer


def _make_hit(tag: Tag) -> dict[str, object] | None:
    if tag.form == "script":
        pages: dict[str, dict[str, object]] = {"sendgrid": {"type": "page"}, "native": {"type": "page_view"}}
        is_off = tag.element.attributes.get("data-auto") == "off"
        return None if is_off else pages.get(tag.address.dialect or "")
    if tag.call is None or not tag.call.arguments:
        return None
    return make_hit(tag.address.dialect or "", tag.call.arguments)


def make_hit(dialect: str, arguments: Sequence[object]) -> dict[str, object] | None:
    """Return the hit that the script makes of a call (tag/src/language.ts), None of one that sends none."""
    call, first, second, third = (*arguments, None, None, None)[:4]
    more = second if isinstance(second, dict) else {}
    if dialect == "ksense":
        if call == "user_info":
            return {"track": "user_info", "user_info": first}
        return {**more, "track": first} if call == "track" else None
    is_sendgrid = dialect == "sendgrid"
    if call == "identify":
        if isinstance(first, dict):
            return {"type": "identify", "traits": first}
        return {"type": "identify", "userId" if is_sendgrid else "user_id": first, "traits": second}
    if is_sendgrid:
        name = {"page": "name", "track": "event"}.get(str(call))
        return {"type": call, name: first, "properties": second} if name else None
    return _make_native(call, first, more, (second, third))


def _make_native(
    call: object, first: object, more: Mapping[str, object], goal: tuple[object, object]
) -> dict[str, object] | None:
    if call == "page":
        return {**more, "type": "page_view", "name": first}
    if call == "track":
        return {"type": first if first in _KINDS else "custom", **more, "name": first}
    if call == "goal":
        value, options = goal
        unit = options.get("unit") if isinstance(options, dict) else None
        one = {
            name: text
            for name, text in (("name", first), ("value", value), ("unit", unit))
            if text is not None
        }
        return {"type": "goal", "goals": first if isinstance(first, list) else [one]}
    return None
