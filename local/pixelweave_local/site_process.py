"""A web server of ours as a process: started anew beside an embedded AWS, stopped with it."""

from __future__ import annotations

import http.client
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_local.place import ROOT, environment, read_json, write_json
from pixelweave_local.process import end, has_ended, members, spawn
from pixelweave_local.server import choose_ports, is_free

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pixelweave_local.place import Place

START_SECONDS = 30
POLL_SECONDS = 0.05


class SiteError(Exception):
    """A web server did not start."""


class Site(NamedTuple):
    """A web server: what it is called, the module that runs it (`python -m MODULE --place FOLDER --port PORT`), the port it would like, and
    where in a place its state and its log are."""

    title: str
    module: str
    preferred: int
    state: Callable[[Place], Path]
    log: Callable[[Place], Path]

    def start(self, place: Place, *, preferred: int | None) -> str:
        """Start it for the stack that runs in `place`, in place of one from before; its URL. SiteError with its log where it fails.

        It gets the port it had, else `preferred`, else (or with None) any free one.
        """
        wanted = read_json(self.state(place)).get("port", preferred)
        self.stop(place)
        port = wanted if wanted and is_free(wanted) else choose_ports(None)[0]
        command = [sys.executable, "-m", self.module, "--place", str(place.folder), "--port", str(port)]
        extra = {"PYTHONPATH": str(ROOT / "local"), "PYTHONUNBUFFERED": "1"}
        pid = spawn(command, self.log(place), environment(extra))
        write_json(self.state(place), {"pid": pid, "port": port})
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not has_ended(pid):
            if _answers(port):
                return f"http://127.0.0.1:{port}"
            time.sleep(POLL_SECONDS)
        self.stop(place)
        said = self.log(place).read_text(encoding="utf-8", errors="replace").strip()
        raise SiteError(f"{self.title} did not start; {self.log(place)} says:\n{said[-2000:]}")

    def stop(self, place: Place) -> bool:
        """End that of `place`; whether there was one."""
        group = read_json(self.state(place)).get("pid")
        self.state(place).unlink(missing_ok=True)
        # After a reboot the number may be anybody's. The module's name is in the command line of each of its processes.
        if not isinstance(group, int) or not any(self._is_ours(each.command) for each in members(group)):
            return False
        end(group)
        return True

    def _is_ours(self, command: str) -> bool:
        return self.module in command.split()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
