"""The installed Chromium: where it is, and how it is started. None is ever downloaded."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "PIXELWEAVE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OFF = (
    # The pop-up of the address line is a page of its own in each window, which nobody opens here: a new context takes a third less without.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # One such switch replaces the other, so these are those that Playwright gives for what it drives.
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)


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


def list_arguments(*more: str) -> list[str]:
    """The command line that every browser here is started with, and `more`."""
    # Chromium refuses its sandbox to root, as in a container.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return ["--no-proxy-server", f"--disable-features={','.join(_OFF)}", *sandbox, *more]


def lead_hosts(port: int, public_key_digest: str) -> list[str]:
    """The arguments that lead every host name to 127.0.0.1:`port`, so that no request leaves the machine."""
    return [
        f"--host-resolver-rules=MAP * 127.0.0.1:{port}",
        f"--ignore-certificate-errors-spki-list={public_key_digest}",
    ]
