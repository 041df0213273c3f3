"""Definitions of goals and funnels as the views read them: one object of JSON lines a pixel, in the lake.

The tables `goal_windows` and `funnel_steps` lie over `definitions/goals/` and `definitions/funnels/`. The tools' user writes there
(s3:PutObject, s3:DeleteObject), no function does. The definitions themselves are in the pixel table; what is here can be written again
from there at any time.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from pixelweave.funnel import list_step_rows
from pixelweave.goal_window_row import list_window_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client
    from pixelweave.funnel import FunnelSpec, FunnelStepRow
    from pixelweave.goal import GoalRecord
    from pixelweave.goal_window_row import GoalWindowRow

GOALS_PREFIX = "definitions/goals/"
FUNNELS_PREFIX = "definitions/funnels/"


class GoalPublication:
    """Writes a pixel's objects whole, and deletes those that would be empty."""

    def __init__(self, s3_client: S3Client, bucket: str) -> None:
        self._client = s3_client
        self._bucket = bucket

    def publish_goals(self, pixel_id: str, records: Sequence[GoalRecord]) -> None:
        """Let the views see these goals as the only ones of the pixel. Errors are botocore's."""
        self._write(f"{GOALS_PREFIX}{name_object(pixel_id)}", list_window_rows(records))

    def publish_funnels(self, pixel_id: str, funnels: Sequence[FunnelSpec]) -> None:
        """Let the views see these funnels as the only ones of the pixel. Errors are botocore's."""
        self._write(f"{FUNNELS_PREFIX}{name_object(pixel_id)}", list_step_rows(pixel_id, funnels))

    def _write(self, key: str, rows: Sequence[GoalWindowRow | FunnelStepRow]) -> None:
        if not rows:
            self._client.delete_object(Bucket=self._bucket, Key=key)
            return
        lines = [json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":")) for row in rows]
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body="".join(f"{line}\n" for line in lines).encode(),
            ContentType="application/x-ndjson",
        )


def name_object(pixel_id: str) -> str:
    """The name of a pixel's object: `<pixel_id>.json`.

    Athena does not see an object whose name begins with an underscore, as a pixel_id may (Athena user guide, "Considerations and
    limitations for SQL queries", "Files treated as hidden"); it gets a tilde, which no pixel_id has.
    """
    return f"~{pixel_id}.json" if pixel_id.startswith("_") else f"{pixel_id}.json"
