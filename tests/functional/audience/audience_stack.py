"""A stack with people in it: their audiences can be asked for, evaluated on schedule and listened to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pixelweave_aws.audience_evaluation import AudienceEvaluation
from pixelweave_aws.audience_run import NEEDED_MS, AudienceRun

from tests.functional.people_stack import PeopleStack
from tests.functional.tool_stack import BUCKET
from tests.functional.view_lake import DATABASE, list_views

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pixelweave.emission import Notice
    from pixelweave_aws.audience_run import Summary


class FileTexts:
    """The views as their files have them."""

    def read(self, names: Iterable[str]) -> dict[str, str]:
        """The SELECT of each view."""
        return {name: list_views()[name] for name in names}


class ListeningBus:
    """A bus that takes everything, or refuses all that is of these detail-types."""

    def __init__(self) -> None:
        self.heard: list[Notice] = []
        self.refused: frozenset[str] = frozenset()

    def put(self, notices: Collection[Notice]) -> set[str]:
        """Hear notices; the ids of those that are refused."""
        self.heard += [notice for notice in notices if notice.name not in self.refused]
        return {str(notice.detail["id"]) for notice in notices if notice.name in self.refused}


class AudienceStack(PeopleStack):
    """Says hits of one Rokt pixel of the workspace acme, and does what the function `audiences` does."""

    def __init__(self) -> None:
        super().__init__()
        evaluation = AudienceEvaluation(self.runtime.lake, FileTexts(), database=DATABASE, table="events")
        self.tools = replace(self.runtime.audiences, evaluation=evaluation)
        self.runtime.audiences = self.tools
        self.bus = ListeningBus()
        self.failures: dict[str, Exception] = {}

    def visit(
        self,
        number: int,
        session: str,
        *goals: str,
        consent: str | None = "granted",
        email: str | None = None,
    ) -> None:
        """Receive a page view, or a conversion for each goal; the hit names the address, if one is given."""
        for place, goal in enumerate(goals or ("",)):
            if email is not None and not place:
                self.say(number, session, email=email)
            else:
                self.say(number, session)
            self.events[-1] |= {"consent": consent, "host": "shop.example", "path": "/", "country": "FR"}
            if goal:
                event_id = f"{self.events[-1]['event_id']}-{goal}"
                self.events[-1] |= {"type": "conversion", "name": goal, "event_id": event_id}

    def evaluate(self, scheduled_ms: int | None = None, remaining_ms: int = NEEDED_MS) -> Summary:
        """Do what `audiences` does when its schedule calls."""
        self._refresh()
        run = AudienceRun(
            self.tools.evaluation,
            self.tools.objects,
            self.bus,
            self.read_clock,
            self.failures.__setitem__,
        )
        moment = self.read_clock() if scheduled_ms is None else scheduled_ms
        return run.run(self.tools.definitions.list(), moment, lambda: remaining_ms)

    def read_clock(self) -> int:
        """Now, in Unix milliseconds."""
        return int(self.now * 1000)

    def hear(self) -> list[dict[str, Any]]:
        """What was told since it was last heard: the details with their detail-type."""
        told = [{"type": notice.name} | dict(notice.detail) for notice in self.bus.heard]
        self.bus.heard.clear()
        return told

    def list_keys(self, prefix: str = "audiences/") -> list[str]:
        """The keys of what lies of audiences in the lake."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [entry["Key"] for entry in found]

    def read_text(self, key: str) -> str:
        """The text of an object of the lake."""
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
