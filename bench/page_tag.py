"""The tags that bench/page.py measures: each as a file that it ships, with what its page says to make it count one page view."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode
from typing import NamedTuple

from pixelweave import tag_script

from bench.artefact import ROOT
from bench.page_archive import Archive, fetch_file

FOLDER = ROOT / "bench" / "tag"
MODULES = FOLDER / "node_modules"
UMAMI = Archive(
    "umami",
    "2.10.0",
    "sha512-+lmrnV0751R6U2rkIgVAlE1nWI7yZawlMlJDguW9tlFacCKhnGeCyc7tCMIhNNYIiGIQy4DEX5IzJhm4b3+dPA==",
)


class Tag(NamedTuple):
    """A tag: its name with its version, its script, the path it is served at, what the page says after it, how the path begins that
    its hits go to (empty: it sends none), and the attributes of its element."""

    name: str
    script: bytes
    path: str
    calls: str
    endpoint: str
    attributes: str = ""


NO_TAG = Tag("no tag", b"", "/public.js", "", "")


def list_tags() -> list[Tag]:
    """Ours in each language, then the public ones, of bench/tag/package-lock.json and of `UMAMI`; CalledProcessError,
    IntegrityError."""
    subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, check=True)
    ours = b64decode(tag_script.PLAIN)
    name = f"Pixelweave {tag_script.VERSION[:8]}"
    return [
        Tag(f"{name}, native", ours, "/t/pixel.js?sid=key", "", "/e/key"),
        Tag(f"{name}, kSense", ours, "/t/callbacks.js?sid=key", "kpix('track', 'pv')", "/ksense/key"),
        Tag(f"{name}, SendGrid", ours, "/t/sendgrid.js?sid=key", "", "/sendgrid/key"),
        make_plausible(),
        make_umami(fetch_file(UMAMI, "src/tracker/index.js")),
        _make_public(
            "@snowplow/browser-tracker",
            "dist/index.umd.min.js",
            "snowplowBrowserTracking.newTracker('sp', location.origin, { appId: 'shop' }); snowplowBrowserTracking.trackPageView()",
            "/com.snowplowanalytics.snowplow/",
        ),
        _make_public(
            "@segment/analytics-next",
            "dist/umd/index.js",
            "AnalyticsNext.AnalyticsBrowser.load({ writeKey: 'key', cdnURL: location.origin },"
            " { integrations: { 'Segment.io': { apiHost: location.host + '/v1', protocol: 'http' } } }).page()",
            "/v1/p",
        ),
    ]


def make_plausible() -> Tag:
    """Plausible ships a module alone: it is made a script as its users' bundlers make it one."""
    tag = _make_public(
        "@plausible-analytics/tracker",
        "plausible.js",
        "Plausible.init({ domain: 'shop.example', endpoint: '/api/event', captureOnLocalhost: true })",
        "/api/event",
    )
    command = ["--bundle", "--minify", "--format=iife", "--global-name=Plausible"]
    done = subprocess.run(
        [MODULES / "esbuild" / "bin" / "esbuild", *command, "node_modules/@plausible-analytics/tracker/plausible.js"],
        cwd=FOLDER, check=True, capture_output=True,
    )  # fmt: skip
    return tag._replace(script=done.stdout)


def make_umami(source: bytes) -> Tag:
    """Umami's tracker, made as its rollup.tracker.config.mjs makes it: a strict function around it, the endpoint its default,
    and terser without `evaluate`."""
    done = subprocess.run(
        [MODULES / "terser" / "bin" / "terser", "--compress", "evaluate=false", "--mangle"],
        input=b"(function () { 'use strict';\n" + source + b"})();", check=True, capture_output=True,
    )  # fmt: skip
    return Tag(
        f"{UMAMI.package} {UMAMI.version}",
        done.stdout.strip(),
        "/public.js",
        "",
        "/api/send",
        'data-website-id="9f6c2b1e-5d0a-4c37-8e21-b7a4d3f01c58"',
    )


def _make_public(package: str, file: str, calls: str, endpoint: str) -> Tag:
    folder = MODULES / package
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    return Tag(f"{package} {version}", (folder / file).read_bytes(), "/public.js", calls, endpoint)
