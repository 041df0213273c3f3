"""The validator: what a hit would have written, and each problem with it. Stores nothing."""

from __future__ import annotations

from json import dumps

from pixelweave.answer import Answer, answer_json
from pixelweave.channel import classify_channel
from pixelweave.page import describe_page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.event import Event


def answer_findings(events: list[Event]) -> Answer:
    """JSON of one hit, or of each hit of a batch under `hits`.

    `event` has the columns as the log would hold them, but for those that only `enrich` knows: browser, OS, device, geography.
    """
    findings = [describe_event(event) for event in events]
    return answer_json(
        200, dumps(findings[0] if len(findings) == 1 else {"hits": findings}, ensure_ascii=False)
    )


def describe_event(event: Event) -> dict[str, object]:
    """Outcome, reason, the event, what would go to the identify queue, and the problems by parameter."""
    row = {name: value for name, value in event.row.items() if name != "client"}
    page = describe_page(_text(row, "url"), _text(row, "referrer"))
    for name, value in page.items():
        row.setdefault(name, value)
    row.setdefault("channel", classify_channel(row))
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
