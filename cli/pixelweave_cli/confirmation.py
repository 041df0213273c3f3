"""What is asked before something is done that cannot be undone at once, and how far it has come."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

from pixelweave_cli.failure import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def confirm(question: str, *, yes: bool, instead: str) -> None:
    """Ask unless `yes`; a no ends the command. Raises InputError, with what to do `instead`, where nobody is there to be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(f"--yes: nobody is there to be asked; {instead}")
    typer.confirm(question, abort=True, err=True)


@contextmanager
def show_bytes(task: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far work of `total` bytes has come; call the function with each number of bytes that is done."""
    with _show(task, total, DownloadColumn(), TimeRemainingColumn()) as advance:
        yield advance


@contextmanager
def show_number(task: str) -> Iterator[Callable[[int], None]]:
    """Show how many things are done; call the function with each number of them that is."""
    with _show(task, None, TextColumn("{task.completed:.0f}")) as advance:
        yield advance


@contextmanager
def _show(task: str, total: int | None, *columns: ProgressColumn) -> Iterator[Callable[[int], None]]:
    """Only to a terminal, and to stderr, so that results stay by themselves."""
    console = Console(stderr=True)
    shown = (TextColumn("{task.description}"), BarColumn(), *columns)
    with Progress(*shown, console=console, disable=not console.is_terminal) as progress:
        task_id = progress.add_task(task, total=total)
        yield lambda number: progress.advance(task_id, number)
