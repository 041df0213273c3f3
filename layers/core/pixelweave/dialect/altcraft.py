"""Altcraft: a pixel trigger, or the goals that the visitor reached.

The seed describes what a pixel does, not its wire; ours: `/altcraft/KEY?goal=…&value=…&unit=…`, the three repeated for
several goals, `channel` for the communication channel (email, sms, push), and who it is where the sender knows:
`user_id`, `email`, `email_sha256`, `email_md5`, `phone`.
"""

from __future__ import annotations

from pixelweave.catalog import read_goals
from pixelweave.dialect.native import read_identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading


def read(params: Params, hit: Hit, reading: Reading, action: str | None) -> None:
    """Read a trigger or goals into `reading`; `action` is unused: one path serves both."""
    del hit, action
    read_goals(params, reading)
    goals = reading.row.get("goals")
    if isinstance(goals, list):
        reading.row["type"] = "goal"
        reading.row["name"] = goals[0]["name"]
    else:
        reading.row["type"] = "page_view"
    channel = params.text("channel")
    if channel is not None:
        reading.row["channel"] = channel.lower()
    read_identity(params, reading)
