"""`pixelweave check URL`: what the tags of a page send, and what the collector makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from pixelweave.snippet import TagScript
from pixelweave.tag_script import INTEGRITY, VERSION

from pixelweave_cli.failure import DifferenceError
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer
from pixelweave_cli.page_fetch import Limit, fetch_page
from pixelweave_cli.page_problem import Problem, Site, list_problems
from pixelweave_cli.page_tag import find_tags
from pixelweave_cli.page_trial import try_tag

if TYPE_CHECKING:
    from pixelweave_cli.page_tag import Tag

TAG_COLUMNS = ("line", "form", "dialect", "key", "pixel_id", "outcome", "event")
PROBLEM_COLUMNS = ("line", "problem", "about", "expected")
MAX_TRIALS = 50


def check(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The page's address, of http or https.")],
    *,
    pixel: Annotated[
        str | None, typer.Option(metavar="ID|KEY", help="The pixel whose tag the page should have.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell what the tags of a page send, what the collector makes of it, and what is wrong.

    Stores nothing, and runs no script of the page.
    """
    runtime = runtime_of(ctx)
    # A name that the stack does not have is told before anything is fetched.
    wanted = runtime.pixels.resolve(pixel) if pixel is not None else None
    pixels = {
        key: each
        for each in runtime.pixels.list()
        for key in (each.key, *(retired.key for retired in each.retired_keys))
    }
    page = fetch_page(url, Limit(private=runtime.is_local))
    found = find_tags(page, runtime.stack.collector_url, pixels)
    site = Site(pixels, wanted, TagScript(VERSION, INTEGRITY), runtime.now())
    problems = list(list_problems(found, page, site))
    rows = []
    trials = 0
    for tag in sorted(found.tags, key=lambda each: each.line):
        known = pixels.get(tag.address.key)
        answer = None
        if known is not None and trials < MAX_TRIALS:
            answer = try_tag(tag, runtime.stack.collector_url, page.url)
            trials += answer is not None
        rows.append(_describe(tag, known.pixel_id if known else None, answer))
        problems += _list_refusals(tag, answer)
    printer = Printer(as_json=as_json)
    _print(printer, rows, sorted(problems, key=lambda each: each.line or 0))
    printer.print_note("A tag without an outcome sends what only the page knows, or nothing by itself.")
    if problems:
        number = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DifferenceError(f"{number} on {page.url}")


def _describe(tag: Tag, pixel_id: str | None, answer: dict[str, Any] | None) -> dict[str, Any]:
    row: dict[str, Any] = {"line": tag.line, "form": tag.form, "dialect": tag.address.dialect}
    row |= {"key": tag.address.key, "pixel_id": pixel_id, "url": tag.url}
    if answer is not None:
        row |= {name: answer.get(name) for name in ("outcome", "reason", "event", "identify")}
    return row


def _list_refusals(tag: Tag, answer: dict[str, Any] | None) -> list[Problem]:
    found = answer.get("problems", []) if answer is not None else []
    return [Problem(tag.line, each["reason"], each["parameter"], each["expected"]) for each in found]


def _print(printer: Printer, rows: list[dict[str, Any]], problems: list[Problem]) -> None:
    found = [problem._asdict() for problem in problems]
    if printer.as_json:
        rows = [{"kind": "tag", **row} for row in rows]
        found = [{"kind": "problem", **row} for row in found]
    printer.print_rows(rows, TAG_COLUMNS)
    printer.print_rows(found, PROBLEM_COLUMNS)
