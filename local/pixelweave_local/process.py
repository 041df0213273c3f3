"""Process groups: who is in one, and how to end it.

Read from /proc where there is one (a small container has no `ps`), else from `ps` (macOS).
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

STOP_SECONDS = 10
POLL_SECONDS = 0.05
_PROC = Path("/proc")


class ProcessError(Exception):
    """A process group could not be ended."""


class Process(NamedTuple):
    """A living process: its id, its group, its command line."""

    pid: int
    group: int
    command: str


def spawn(command: list[str], log: Path, environ: dict[str, str]) -> int:
    """Start `command` as the leader of a session of its own, which outlives us, and what it prints goes to `log`; its process id."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device, not a file of ours
            actions = [
                (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
                (os.POSIX_SPAWN_DUP2, output, 1),
                (os.POSIX_SPAWN_DUP2, output, 2),
            ]
            return os.posix_spawn(command[0], command, environ, file_actions=actions, setsid=True)
    finally:
        os.close(output)


def members(group: int) -> list[Process]:
    """The living processes of `group`; zombies do not count."""
    return [process for process in _everyone() if process.group == group]


def end(group: int) -> None:
    """End every process of `group`, politely first; returns when all are gone, ProcessError if some stay."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            has_ended(group)
            if not members(group):
                return
            time.sleep(POLL_SECONDS)
            # Children outlive a leader that ends in a hurry, and would not hear of it.
            if number == signal.SIGTERM and all(process.pid != group for process in members(group)):
                break
    left = [process.pid for process in members(group)]
    if left:
        raise ProcessError(f"processes {left} could not be ended")


def _everyone() -> list[Process]:
    if (_PROC / "self" / "stat").exists():
        found = (_read(entry) for entry in _PROC.iterdir() if entry.name.isdigit())
        return [process for process in found if process]
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,pgid=,stat=,command="], text=True, capture_output=True, check=True
    ).stdout
    rows = (line.split(None, 3) for line in listed.splitlines())
    return [Process(int(row[0]), int(row[1]), row[3]) for row in rows if len(row) == 4 and row[2][0] != "Z"]


def _read(entry: Path) -> Process | None:
    """One process from /proc; None for a zombie or one that has just ended."""
    try:
        # The name in parentheses may hold anything, spaces and parentheses included: cut after the last
        # one.
        state, _, group = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[:3]
        command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return None
    return None if state == "Z" else Process(int(entry.name), int(group), command)


def has_ended(pid: int) -> bool:
    """Whether our child `pid` has ended; takes its exit status, so that it does not stay a zombie."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
