"""The installed Chromium: where it is, and how it is started. None is ever downloaded."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "PIXELWEAVE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class ChromiumMissingError(Exception):
    """No Chromium is installed; the text says how to get one."""


def find_chromium(environ: Mapping[str, str]) -> str:
    """The path of the browser that `PIXELWEAVE_CHROMIUM` names, else of the first on PATH; ChromiumMissingError."""
    wanted = (environ[VARIABLE],) if environ.get(VARIABLE) else NAMES
    for name in wanted:
        if found := shutil.which(name, path=environ.get("PATH")):
            return found
    raise ChromiumMissingError(
        f"no browser found ({', '.join(wanted)}). On Debian or Ubuntu: apt-get install chromium;"
        f" elsewhere install Chromium or Chrome, or set {VARIABLE} to its program"
    )


def list_arguments(port: int, public_key_digest: str) -> list[str]:
    """The command line that leads every host name to 127.0.0.1:`port`, so that no request leaves the machine."""
    arguments = [
        f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
        f"--ignore-certificate-errors-spki-list={public_key_digest}",
        "--no-proxy-server",
    ]
    # Chromium refuses its sandbox to root, as in a container.
    return [*arguments, "--no-sandbox"] if os.geteuid() == 0 else arguments
