"""The history of the demo, told once to each embedded AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pixelweave_local.history import MONTH, make_history
from pixelweave_local.history_delivery import deliver
from pixelweave_local.history_pixel import ensure_shop
from pixelweave_local.place import read_json, write_json

if TYPE_CHECKING:
    from datetime import date

    from pixelweave_local.cloud import Cloud
    from pixelweave_local.history import Size
    from pixelweave_local.place import Place


def seed_history(cloud: Cloud, place: Place, today: date, size: Size = MONTH) -> str:
    """Deliver the history that ends the day before `today` (UTC), unless this embedded AWS has one; what there was to do, in words.

    What was interrupted is done again as a whole, by the same rows: that changes nothing.
    """
    pixel = ensure_shop(cloud)
    known = read_json(place.history)
    if known.get("pid") == cloud.server.pid:
        return "seeded before"
    history = make_history(pixel, today - timedelta(days=1), size)
    objects = deliver(cloud, history)
    write_json(place.history, {"pid": cloud.server.pid, "last_day": max(history.days)})
    rows = sum(map(len, history.days.values()))
    return f"{rows:,} rows in {objects} objects, {len(history.identified)} hits say who somebody is"
