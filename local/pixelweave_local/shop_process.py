"""The demo shop as a process: started anew beside an embedded AWS, stopped with it."""

from __future__ import annotations

import http.client
import sys
import time
from typing import TYPE_CHECKING

from pixelweave_local.place import ROOT, environment, read_json, write_json
from pixelweave_local.process import end, has_ended, members, spawn
from pixelweave_local.server import choose_ports, is_free

if TYPE_CHECKING:
    from pixelweave_local.place import Place

PREFERRED_PORT = 4568  # beside the embedded AWS and the collector
START_SECONDS = 30
POLL_SECONDS = 0.05
MARK = "pixelweave_local.shop"  # in the command line of every demo shop


class ShopError(Exception):
    """The demo shop did not start."""


def start(place: Place, *, preferred: int | None = PREFERRED_PORT) -> str:
    """Start the shop of the stack that runs in `place`, in place of one from before; its URL. ShopError with its log where it fails.

    It gets the port it had, else `preferred`, else (or with None) any free one.
    """
    wanted = read_json(place.shop).get("port", preferred)
    stop(place)
    port = wanted if wanted and is_free(wanted) else choose_ports(None)[0]
    command = [sys.executable, "-m", MARK, "--place", str(place.folder), "--port", str(port)]
    extra = {"PYTHONPATH": str(ROOT / "local"), "PYTHONUNBUFFERED": "1"}
    pid = spawn(command, place.shop_log, environment(extra))
    write_json(place.shop, {"pid": pid, "port": port})
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and not has_ended(pid):
        if _answers(port):
            return f"http://127.0.0.1:{port}"
        time.sleep(POLL_SECONDS)
    stop(place)
    said = place.shop_log.read_text(encoding="utf-8", errors="replace").strip()
    raise ShopError(f"the demo shop did not start; {place.shop_log} says:\n{said[-2000:]}")


def stop(place: Place) -> bool:
    """End the shop of `place`; whether there was one."""
    group = read_json(place.shop).get("pid")
    place.shop.unlink(missing_ok=True)
    # After a reboot the number may be anybody's.
    if not isinstance(group, int) or not any(MARK in process.command for process in members(group)):
        return False
    end(group)
    return True


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
