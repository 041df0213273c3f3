"""The validator: what a hit would have written, and each problem with it. Stores nothing."""

from __future__ import annotations

from json import dumps

from pixelweave.answer import Answer, answer_json
from pixelweave.channel import classify_channel
from pixelweave.consent import DENIED
from pixelweave.page import describe_page, strip_click_ids

# Characters of at most four bytes: Lambda answers with at most 6 MB.
MAX_ANSWER = 1_000_000

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.event import Event


def answer_findings(events: list[Event]) -> Answer:
    """JSON of one hit, or of each hit of a batch under `hits`, with how many are `left_out` of too long an answer.

    `event` has the columns as the log would hold them, but for those that only `enrich` knows: browser, OS, device, geography.
    """
    findings: list[str] = []
    size = 0
    for event in events:
        text = dumps(describe_event(event), ensure_ascii=False)
        size += len(text)
        if findings and size > MAX_ANSWER:
            break
        findings.append(text)
    if len(events) == 1:
        return answer_json(200, findings[0])
    left_out = len(events) - len(findings)
    return answer_json(200, f'{{"hits": [{", ".join(findings)}], "left_out": {left_out}}}')


def describe_event(event: Event) -> dict[str, object]:
    """Outcome, reason, the event, what would go to the identify queue, and the problems by parameter."""
    row = {name: value for name, value in event.row.items() if name != "client"}
    page = describe_page(_text(row, "url"), _text(row, "referrer"))
    for name, value in page.items():
        row.setdefault(name, value)
    row.setdefault("channel", classify_channel(row))
    if event.consent == DENIED:
        row.pop("click_id", None)
        row |= {name: strip_click_ids(text) for name in ("url", "referrer") if (text := _text(row, name))}
    message = event.message or {}
    return {
        "outcome": event.outcome,
        "reason": event.reason,
        "event": row,
        "identify": {"identifiers": message.get("identifiers", []), "traits": message.get("traits", {})},
        "problems": [
            {
                "parameter": problem.parameter,
                "reason": problem.reason,
                "expected": problem.expected,
                "rejects": problem.rejects,
            }
            for problem in event.problems
        ],
    }


def _text(row: dict[str, object], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) else None
