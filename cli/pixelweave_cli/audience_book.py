"""The audiences of a stack as operators change them, and files of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.audience import AudienceRecord, AudienceSpec, make_slug
from pixelweave.audience_condition import FunnelCondition, GoalCondition, ValueCondition
from pixelweave.audience_form import LISTS, AudienceFormError, read_audience
from pixelweave.audience_template import TEMPLATES, read_template
from pixelweave.goal_report import TOTAL, list_goal_rows
from pixelweave_aws.audience_definition import AudienceNotFoundError

from pixelweave_cli.failure import InputError
from pixelweave_cli.yaml_file import load_yaml_file, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pixelweave_cli.runtime import Runtime


def read_file(path: Path) -> AudienceSpec:
    """The audience of a file. Raises InputError with the place of what it should not say."""
    return load_yaml_file(path, lambda text: read_audience(parse_yaml(text), "the file"), AudienceFormError)


def fill_template(
    template: str, workspace: str, name: str | None = None, goals: Mapping[str, str] | None = None
) -> AudienceSpec:
    """The audience of a template, with goals by other names. Raises InputError."""
    if template not in TEMPLATES:
        raise InputError(f"--template: {template!r} is not one of {', '.join(TEMPLATES)}")
    form = parse_yaml(read_template(template))
    assert isinstance(form, dict)  # noqa: S101 - the file ships
    conditions = [each for key in LISTS for each in form.get(key, ())]
    used = {each["goal"] for each in conditions if "goal" in each}
    if unknown := [goal for goal in goals or {} if goal not in used]:
        has = ", ".join(sorted(used)) or "none"
        raise InputError(f"--goal: the template has no goal {unknown[0]!r}; it has {has}")
    for each in conditions:
        if "goal" in each:
            each["goal"] = (goals or {}).get(each["goal"], each["goal"])
    changes = {"workspace": workspace} | ({} if name is None else {"audience": name})
    try:
        return read_audience(form | changes, "--template")
    except AudienceFormError as exc:
        raise InputError(str(exc)) from exc


class AudienceBook:
    """What operators do to audiences. Times are of this machine's clock, in Unix milliseconds."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._definitions = runtime.audiences.definitions

    def find(self, name: str, workspace: str | None) -> AudienceRecord:
        """The audience of this name or slug. Raises AudienceNotFoundError, InputError where two workspaces have one."""
        slug = make_slug(name)
        if workspace is not None:
            return self._definitions.find(workspace, slug)
        found = [record for record in self._definitions.list() if record.spec.slug == slug]
        if not found:
            raise AudienceNotFoundError(f"there is no audience {name!r}")
        if len(found) > 1:
            workspaces = ", ".join(record.spec.workspace for record in found)
            raise InputError(f"--workspace: {workspaces} have an audience {name!r} each")
        return found[0]

    def save(self, spec: AudienceSpec) -> AudienceRecord:
        """Define an audience, in the place of the one of its name if there is one.

        Raises InputError where one of another name has its slug, AudienceConflictError.
        """
        now = self.read_clock()
        try:
            known = self._definitions.find(spec.workspace, spec.slug)
        except AudienceNotFoundError:
            record = AudienceRecord(spec=spec, created_at=now, updated_at=now)
            self._definitions.put(record, is_new=True)
            return record
        if known.spec == spec:
            return known
        if known.spec.name.casefold() != spec.name.casefold():
            raise InputError(
                f"audience: {known.spec.name!r} has the slug {spec.slug} already; choose another name, or remove that one first"
            )
        return self._change(known, {"spec": spec, "revision": known.revision + 1})

    def schedule(self, record: AudienceRecord, *, is_scheduled: bool) -> AudienceRecord:
        """Have it evaluated on schedule, or not. Raises AudienceConflictError."""
        if record.is_scheduled == is_scheduled:
            return record
        return self._change(record, {"is_scheduled": is_scheduled})

    def remove(self, record: AudienceRecord) -> int:
        """Remove an audience and all files of it; how many these were. Raises AudienceConflictError."""
        self._definitions.delete(record)
        return self._runtime.audiences.objects.remove(record)

    def list_unknown(self, spec: AudienceSpec) -> list[str]:
        """The goals and funnels that no pixel of the workspace has, by now: not wrong, but perhaps mistyped."""
        goals: set[str] = set()
        funnels: set[str] = set()
        for pixel in self._runtime.pixels.list():
            if pixel.workspace_id != spec.workspace:
                continue
            records = self._runtime.goal_definitions.list(pixel.pixel_id)
            names = {record.goal_id: record.name for record in records if not record.is_removed}
            reached = list_goal_rows(self._runtime.goals.read_totals(pixel.pixel_id), names, TOTAL)
            goals |= {*names.values(), *(row.goal for row in reached)}
            funnels |= {funnel.name for funnel in self._runtime.funnel_definitions.list(pixel.pixel_id)}
        wanted = [
            (condition.funnel, funnels) if isinstance(condition, FunnelCondition) else (condition.goal, goals)
            for condition in spec.conditions
            if isinstance(condition, FunnelCondition | GoalCondition | ValueCondition)
        ]
        return list(dict.fromkeys(name for name, known in wanted if name not in known))

    def read_clock(self) -> int:
        """Now."""
        return int(self._runtime.now() * 1000)

    def _change(self, record: AudienceRecord, fields: Mapping[str, object]) -> AudienceRecord:
        own = {"version": record.version + 1, "updated_at": self.read_clock()}
        changed = record.model_copy(update={**fields, **own})
        self._definitions.put(changed, is_new=False)
        return changed
