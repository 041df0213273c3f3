"""The tags that bench/page.py measures: each as a file that it ships, with what its page says to make it count one page view."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode
from typing import NamedTuple

from pixelweave import tag_script

from bench.artefact import ROOT

FOLDER = ROOT / "bench" / "tag"
MODULES = FOLDER / "node_modules"


class Tag(NamedTuple):
    """A tag: its name with its version, its script, the path it is served at, and what the page says after it."""

    name: str
    script: bytes
    path: str
    calls: str


def list_tags() -> list[Tag]:
    """Ours in each language, then the public ones, installed from bench/tag/package-lock.json; CalledProcessError."""
    subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, check=True)
    ours = b64decode(tag_script.PLAIN)
    name = f"Pixelweave {tag_script.VERSION[:8]}"
    return [
        Tag(f"{name}, native", ours, "/t/pixel.js?sid=key", ""),
        Tag(f"{name}, kSense", ours, "/t/callbacks.js?sid=key", "kpix('track', 'pv')"),
        Tag(f"{name}, SendGrid", ours, "/t/sendgrid.js?sid=key", ""),
        _make_plausible(),
        _make_public(
            "@snowplow/browser-tracker",
            "dist/index.umd.min.js",
            "snowplowBrowserTracking.newTracker('sp', location.origin, { appId: 'shop' }); snowplowBrowserTracking.trackPageView()",
        ),
        _make_public(
            "@segment/analytics-next",
            "dist/umd/index.js",
            "AnalyticsNext.AnalyticsBrowser.load({ writeKey: 'key', cdnURL: location.origin },"
            " { integrations: { 'Segment.io': { apiHost: location.host + '/v1', protocol: 'http' } } }).page()",
        ),
    ]


def _make_public(package: str, file: str, calls: str) -> Tag:
    folder = MODULES / package
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    return Tag(f"{package} {version}", (folder / file).read_bytes(), "/public.js", calls)


def _make_plausible() -> Tag:
    """Plausible ships a module alone: it is made a script as its users' bundlers make it one."""
    tag = _make_public(
        "@plausible-analytics/tracker",
        "plausible.js",
        "Plausible.init({ domain: 'shop.example', endpoint: '/api/event', captureOnLocalhost: true })",
    )
    command = ["--bundle", "--minify", "--format=iife", "--global-name=Plausible"]
    done = subprocess.run(
        [MODULES / "esbuild" / "bin" / "esbuild", *command, "node_modules/@plausible-analytics/tracker/plausible.js"],
        cwd=FOLDER, check=True, capture_output=True,
    )  # fmt: skip
    return tag._replace(script=done.stdout)
