"""The audiences of the demo's shop: created by the command, as an operator would, and evaluated as its previews and exports are."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixelweave.audience_export import SHA256, write_export
from pixelweave_aws.audience_definition import AudienceDefinitions
from pixelweave_aws.audience_evaluation import AudienceEvaluation
from pixelweave_aws.lake import Lake
from pixelweave_aws.view_text import ViewTexts

from pixelweave_local.history_pixel import WORKSPACE
from pixelweave_local.place import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixelweave.audience_member import Evaluation

    from pixelweave_local.cloud import Cloud

# Slug → what `pixelweave audiences create` is told: templates that ship, with the names of the shop's goals.
AUDIENCES = {
    "high-intent-not-converted": ("--template", "high-intent"),
    "buyers": ("--template", "buyers", "--goal", "Revenue=Purchase"),
}
TIMEOUT_SECONDS = 60


class CommandError(Exception):
    """`pixelweave` failed; the text is what it was told and what it said."""


class AudienceCount(NamedTuple):
    """An audience by now: how many people are in it, and for how many of them an export has a hashed address."""

    name: str
    members: int
    exported: int


def ensure_audiences(cloud: Cloud) -> int:
    """Create what the shop does not have yet, to be evaluated on schedule; how many those were. Raises CommandError."""
    records = AudienceDefinitions(cloud.outputs["PixelTableName"], cloud.client("dynamodb")).list(WORKSPACE)
    return create_missing({record.spec.slug for record in records}, run_command)


def create_missing(known: set[str], run: Callable[[Sequence[str]], None]) -> int:
    """Have `run` create the audiences that are not `known` by their slugs, side by side; how many."""

    def create(slug: str) -> None:
        run(("audiences", "create", "--workspace", WORKSPACE, *AUDIENCES[slug]))
        run(("audiences", "schedule", slug, "on", "--workspace", WORKSPACE))

    missing = [slug for slug in AUDIENCES if slug not in known]
    with ThreadPoolExecutor() as pool:
        list(pool.map(create, missing))
    return len(missing)


def run_command(arguments: Sequence[str]) -> None:
    """Run the clone's `pixelweave` against the stack of `make up`. Raises CommandError."""
    told = f"pixelweave {' '.join(arguments)}"
    try:
        done = subprocess.run(
            [Path(sys.executable).with_name("pixelweave"), *arguments], cwd=ROOT, env=environment({}),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as exc:
        raise CommandError(f"{told}: no answer after {TIMEOUT_SECONDS} s") from exc
    if done.returncode:
        raise CommandError(f"{told}: {done.stderr.strip()}")


def count_audiences(cloud: Cloud) -> list[AudienceCount]:
    """Evaluate the shop's audiences as they are defined by now, each by one query. Raises LakeError."""
    outputs, now = cloud.outputs, int(time.time() * 1000)
    evaluation = AudienceEvaluation(
        Lake(cloud.client("athena"), outputs["DatabaseName"], outputs["WorkGroupName"]),
        ViewTexts(cloud.client("glue"), outputs["DatabaseName"]),
        database=outputs["DatabaseName"],
        table=outputs["EventsTableName"],
    )
    records = AudienceDefinitions(outputs["PixelTableName"], cloud.client("dynamodb")).list(WORKSPACE)
    return [count(record.spec.name, evaluation.evaluate(record.spec, now)) for record in records]


def count(name: str, found: Evaluation) -> AudienceCount:
    """How many an evaluation found, and how many lines `audiences export` would write of them."""
    return AudienceCount(name, len(found.members), write_export(found.members, SHA256).lines)
