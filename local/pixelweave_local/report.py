"""What `make up` says at its end: where the collector is, a tag to paste, and what landed in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave.outcome import OUTCOMES
from pixelweave.pixel import DIALECTS
from pixelweave.route import write_page_path
from pixelweave.snippet import TagScript, write_snippet
from pixelweave.tag_script import INTEGRITY, VERSION
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pixelweave_local.history_pixel import SHOP
from pixelweave_local.pixel import WORKSPACE
from pixelweave_local.story import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave_local.audience import AudienceCount
    from pixelweave_local.goal import ReachedGoal
    from pixelweave_local.pixel import DemoPixel
    from pixelweave_local.story import Attribution


class Addresses(NamedTuple):
    """Where things are: the collector, the demo shop, the dashboard; as `.local/stack.json` names them."""

    collector_url: str
    shop_url: str
    dashboard_url: str


def count_table(counts: dict[tuple[str, str], int]) -> Table:
    """Rows of the log by dialect and outcome, with sums."""
    table = Table(title="Rows in the log, by dialect and outcome (read through Athena)", title_justify="left")
    table.add_column("dialect")
    for outcome in (*OUTCOMES, "all"):
        table.add_column(outcome, justify="right")
    for dialect in DIALECTS:
        cells = [counts.get((dialect, outcome), 0) for outcome in OUTCOMES]
        table.add_row(dialect, *(str(cell) if cell else "·" for cell in cells), str(sum(cells)))
    sums = [sum(counts.get((dialect, outcome), 0) for dialect in DIALECTS) for outcome in OUTCOMES]
    table.add_section()
    table.add_row("all", *map(str, sums), str(sum(sums)))
    return table


def story_table(told: Sequence[Attribution]) -> Table:
    """The events of the demo's story, and how each of them came to its person."""
    table = Table(title="One person in five systems (view events_stitched)", title_justify="left")
    for heading in ("dialect", "what she does", "hers by", "known"):
        table.add_column(heading)
    previous = ""
    for each in told:
        if previous not in {"", each.dialect}:
            table.add_section()
        known = "backwards" if each.is_backwards else "at once"
        table.add_row("" if each.dialect == previous else each.dialect, each.text, each.attributed, known)
        previous = each.dialect
    return table


def goal_table(reached: Sequence[ReachedGoal]) -> Table:
    """The goals that the demo's traffic reached, as the reporting table has them."""
    table = Table(title="Goals reached (the reporting table)", title_justify="left")
    for heading in ("dialect", "goal", "source"):
        table.add_column(heading)
    for heading in ("conversions", "value"):
        table.add_column(heading, justify="right")
    previous = ""
    for each in reached:
        if previous not in {"", each.dialect}:
            table.add_section()
        shown = "" if each.dialect == previous else each.dialect
        table.add_row(shown, Text(each.goal), each.source or "defined", str(each.conversions), each.value)
        previous = each.dialect
    return table


def describe_audiences(counts: Sequence[AudienceCount]) -> str:
    """The audiences of the history's shop in one line."""
    return " · ".join(
        f"{each.name}: {each.members} in it, {each.exported} may be exported" for each in counts
    )


def _print_story(console: Console, told: Sequence[Attribution]) -> None:
    backwards = sum(each.is_backwards for each in told)
    console.print()
    console.print(story_table(told))
    console.print(
        f"[bold]It is one person[/bold]: {told[0].person_id}, known as {ADDRESS}. Of her {len(told)} events {backwards} were "
        "anonymous when they came, and became hers afterwards."
    )


def print_report(
    addresses: Addresses,
    pixels: dict[str, DemoPixel],
    counts: dict[tuple[str, str], int],
    told: Sequence[Attribution],
    reached: Sequence[ReachedGoal],
    audiences: Sequence[AudienceCount],
) -> None:
    """Print the tables, the addresses, a tag and a first hit to paste."""
    console = Console(highlight=False, soft_wrap=True)
    native = pixels["native"]
    console.print()
    console.print(count_table(counts))
    _print_story(console, told)
    console.print()
    console.print(goal_table(reached))
    console.print("\n[bold]Collector[/bold]      ", end="")
    console.print(addresses.collector_url, markup=False)
    console.print("[bold]Demo shop[/bold]      ", end="")
    console.print(f"{addresses.shop_url}/", markup=False)
    console.print("[bold]Dashboard[/bold]      ", end="")
    console.print(f"{addresses.dashboard_url}/#/overview?pixel={SHOP.pixel_id}", markup=False)
    console.print("[bold]A pixel's page[/bold] ", end="")
    console.print(addresses.collector_url + write_page_path(native.key), markup=False)
    console.print("[bold]A tag to paste[/bold] ", end="")
    texts = write_snippet("native", addresses.collector_url, native.key, TagScript(VERSION, INTEGRITY))
    console.print(texts["tag"], markup=False)
    console.print("[bold]A hit by hand[/bold]  ", end="")
    console.print(
        f"curl -i '{addresses.collector_url}/e/{native.key}?type=custom&name=hello&debug=1'", markup=False
    )
    console.print("[bold]Its row[/bold]        ", end="")
    console.print(f".venv/bin/pixelweave events list --pixel {native.pixel_id}", markup=False)
    console.print("[bold]Her record[/bold]     ", end="")
    console.print(f".venv/bin/pixelweave people show {ADDRESS} --workspace {WORKSPACE}", markup=False)
    console.print("[bold]Its goals[/bold]      ", end="")
    console.print(f".venv/bin/pixelweave report goals --pixel {native.pixel_id}", markup=False)
    console.print("[bold]Audiences[/bold]      ", end="")
    console.print(describe_audiences(audiences), markup=False)
    console.print("\nAll pixels and outputs: .local/stack.json · make logs · make down")
