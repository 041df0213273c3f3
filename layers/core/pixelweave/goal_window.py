"""When a revision of a goal is in force: windows of time that never overlap (docs/goals.md, «When»)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

# Each change of a definition adds a revision and a window.
MAX_WINDOWS = 50
TOO_MANY = "a goal keeps no more than {}; remove it, add it again and count its history anew"


class Window(BaseModel):
    """A stretch of `received_at` (Unix milliseconds, from inclusive to exclusive, None: open) and the revision in force in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    starts_at: int
    ends_at: int | None = None
    revision: int

    def holds(self, moment: int) -> bool:
        """Whether `moment` (Unix milliseconds) lies in the window."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


class WindowError(ValueError):
    """A definition would have more windows, or longer revisions, than a record keeps, or no window where one was asked for."""


def cut_windows(windows: tuple[Window, ...], starts_at: int, ends_at: int | None) -> tuple[Window, ...]:
    """The windows without what they have between `starts_at` and `ends_at`."""
    kept = []
    for window in windows:
        if window.starts_at < starts_at:
            end = starts_at if window.ends_at is None else min(window.ends_at, starts_at)
            kept.append(window.model_copy(update={"ends_at": end}))
        if ends_at is not None and (window.ends_at is None or window.ends_at > ends_at):
            kept.append(window.model_copy(update={"starts_at": max(window.starts_at, ends_at)}))
    return tuple(kept)


def put_window(windows: tuple[Window, ...], added: Window | None) -> tuple[Window, ...]:
    """The windows with one more that overlaps none; those of one revision that touch become one."""
    merged: list[Window] = []
    for window in sorted((*windows, *([added] if added else [])), key=lambda each: each.starts_at):
        last = merged[-1] if merged else None
        if last and last.revision == window.revision and last.ends_at == window.starts_at:
            merged[-1] = last.model_copy(update={"ends_at": window.ends_at})
        else:
            merged.append(window)
    if len(merged) > MAX_WINDOWS:
        raise WindowError(TOO_MANY.format(f"{MAX_WINDOWS} changes"))
    return tuple(merged)
