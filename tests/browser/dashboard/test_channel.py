"""What brought the sessions: channels, their campaigns and landing pages, and what the sessions came to."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.browser.dashboard.oracle import JUNE, group, name_channel, write_count, write_share

if TYPE_CHECKING:
    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.screen import Screen


def tell_visit(values: tuple[str | None, ...], counts: tuple[int, ...]) -> tuple[str, ...]:
    sessions, engaged, views, seconds = counts
    channel, campaign, landing = (*values, None, None)[:3]
    told = [name_channel(channel) or "unknown", campaign or "no campaign", landing or "unknown"][
        len(values) - 1
    ]
    pages = Decimal(views / sessions).quantize(Decimal("0.1"), "ROUND_HALF_UP")
    minutes, rest = divmod(int(Decimal(seconds / sessions).quantize(Decimal(1), "ROUND_HALF_UP")), 60)
    return (
        told,
        write_count(sessions),
        write_share(engaged, sessions),
        f"{pages:,}",
        f"{minutes:,}m {rest:02}s",
    )


def test_channels_tell_what_their_sessions_came_to_down_to_the_landing_page(
    screen: Screen, history: History
) -> None:
    screen.go("overview", compare="0").open_all("channels-table")
    columns = ("Channel / Campaign / Landing page", "Sessions", "Engaged", "Pages each", "Time each")
    shown = {tuple(row[name] for name in columns) for row in screen.rows("channels-table")}
    counts = ("sessions", "engaged", "page_views", "seconds")
    by_landing = group(
        history, "sessions", JUNE, lambda row: (row["channel"], row["campaign"], row["landing"]), *counts
    )
    expected: defaultdict[tuple[str | None, ...], tuple[int, ...]] = defaultdict(lambda: (0, 0, 0, 0))
    for values, found in by_landing.items():
        for depth in (1, 2, 3):
            before = expected[values[:depth]]
            expected[values[:depth]] = tuple(one + other for one, other in zip(before, found, strict=True))
    assert shown == {tell_visit(values, counts) for values, counts in expected.items()}
