"""The goals and funnels of one pixel: changed in the pixel table, then published to the lake for the views."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from pixelweave.conversion import DEFINED, GoalRef
from pixelweave.goal import MAX_GOALS_PER_PIXEL, define_goal, revise_goal, widen_goal
from pixelweave_aws.goal_definition import GoalConflictError, GoalNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.funnel import FunnelSpec
    from pixelweave.goal import GoalRecord, GoalSpec

    from pixelweave_cli.runtime import Runtime


class GoalBook:
    """What operators do to a pixel's goals and funnels. Moments are of AWS's clock, by which events are received.

    `make_id` gives ids of goals, which nobody can guess and which never come again.
    """

    def __init__(
        self, runtime: Runtime, pixel_id: str, make_id: Callable[[], str] = lambda: secrets.token_hex(8)
    ) -> None:
        self._runtime = runtime
        self._pixel_id = pixel_id
        self._make_id = make_id

    def list_goals(self) -> list[GoalRecord]:
        """The goals that reports show, in the order of their names."""
        return [record for record in self._list_all() if not record.is_removed]

    def find(self, name: str) -> GoalRecord:
        """The goal of this name. Raises GoalNotFoundError, also while one of this name is being removed."""
        record = self._runtime.goal_definitions.find(self._pixel_id, name)
        if record.is_removed:
            raise GoalNotFoundError(
                f"goal {name!r} of {self._pixel_id} is being removed; `pixelweave goals remove` finishes that"
            )
        return record

    def add(self, spec: GoalSpec) -> GoalRecord:
        """Define a goal, in force from now on. Raises GoalConflictError where its name is taken or the pixel has too many."""
        known = self._list_all()
        for record in known:
            if record.name == spec.name:
                raise GoalConflictError(
                    f"goal {spec.name!r} of {self._pixel_id} is being removed; finish that with `pixelweave goals remove`"
                    if record.is_removed
                    else f"{self._pixel_id} has a goal {spec.name!r} already; --replace changes it"
                )
        if len(known) >= MAX_GOALS_PER_PIXEL:
            raise GoalConflictError(
                f"{self._pixel_id} has {MAX_GOALS_PER_PIXEL} goals, the most that there may be"
            )
        now = self._runtime.read_clock()
        record = define_goal(spec, pixel_id=self._pixel_id, goal_id=self._make_id(), now=now)
        self._runtime.goal_definitions.put(record, is_new=True)
        self.publish_goals()
        return record

    def put(self, spec: GoalSpec) -> GoalRecord:
        """Define a goal, or put another definition of the one of its name in force from now on. Raises as `add` and `revise` do."""
        for record in self.list_goals():
            if record.name == spec.name:
                return record if record.spec == spec else self.revise(record, spec)
        return self.add(spec)

    def revise(self, record: GoalRecord, spec: GoalSpec) -> GoalRecord:
        """Put another definition in force from now on. Raises GoalConflictError, WindowError."""
        changed = revise_goal(record, spec, self._runtime.read_clock())
        self._runtime.goal_definitions.put(changed, is_new=False)
        self.publish_goals()
        return changed

    def widen(self, record: GoalRecord, starts_at: int, ends_at: int) -> GoalRecord:
        """Put the present definition in force from `starts_at` to `ends_at` (Unix milliseconds) as well.

        Raises GoalConflictError, WindowError.
        """
        widened = widen_goal(record, starts_at, ends_at)
        if widened.windows == record.windows:
            # Published all the same: the last attempt may have got no further than the table.
            self.publish_goals()
            return record
        self._runtime.goal_definitions.put(widened, is_new=False)
        self.publish_goals()
        return widened

    def remove(self, name: str, on_progress: Callable[[int], None]) -> int:
        """Remove a goal with all that was counted; how many items that were. Done again, it finishes what was interrupted.

        Raises GoalNotFoundError, GoalConflictError.
        """
        record = self._runtime.goal_definitions.find(self._pixel_id, name)
        if not record.is_removed:
            record = record.model_copy(update={"is_removed": True, "version": record.version + 1})
            self._runtime.goal_definitions.put(record, is_new=False)
        self.publish_goals()
        ref = GoalRef.make(self._pixel_id, DEFINED, record.goal_id)
        deleted = self._runtime.goals.purge(ref, on_progress)
        self._runtime.goal_definitions.delete(record)
        return deleted

    def publish_goals(self) -> None:
        """Let the views see the goals as they are."""
        self._runtime.publication.publish_goals(self._pixel_id, self.list_goals())

    def list_funnels(self) -> list[FunnelSpec]:
        """The funnels, in the order of their names."""
        return self._runtime.funnel_definitions.list(self._pixel_id)

    def put_funnel(self, spec: FunnelSpec) -> None:
        """Store a funnel in the place of the one of its name, if there is one."""
        self._runtime.funnel_definitions.put(self._pixel_id, spec)
        self.publish_funnels()

    def remove_funnel(self, name: str) -> None:
        """Remove a funnel. Raises FunnelNotFoundError."""
        self._runtime.funnel_definitions.find(self._pixel_id, name)
        self._runtime.funnel_definitions.delete(self._pixel_id, name)
        self.publish_funnels()

    def publish_funnels(self) -> None:
        """Let the views see the funnels as they are."""
        self._runtime.publication.publish_funnels(
            self._pixel_id, self._runtime.funnel_definitions.list(self._pixel_id)
        )

    def _list_all(self) -> list[GoalRecord]:
        return self._runtime.goal_definitions.list(self._pixel_id)
