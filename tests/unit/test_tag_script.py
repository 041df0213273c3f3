"""The tag's built script: that it is of these sources, what it weighs, and what it must not read."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from pixelweave import tag_script

TAG = Path(__file__).resolve().parents[2] / "tag"
SCRIPT = b64decode(tag_script.PLAIN)
# 1.8 KB, the whole script with its three languages.
BUDGET_BYTES = 1800


def digest_sources() -> str:
    """What tag/build.js writes down as SOURCES."""
    names = [f"src/{path.name}" for path in (TAG / "src").iterdir()]
    digest = hashlib.sha256()
    for name in sorted([*names, "build.js", "package-lock.json"]):
        digest.update(name.encode() + b"\0" + (TAG / name).read_bytes() + b"\0")
    return digest.hexdigest()


def test_the_script_was_built_from_these_sources() -> None:
    assert digest_sources() == tag_script.SOURCES, "tag/ has changed: make tag"


def test_the_digests_are_the_scripts() -> None:
    assert hashlib.sha256(SCRIPT).hexdigest() == tag_script.SHA256
    assert tag_script.SHA256.startswith(tag_script.VERSION)
    assert f"sha384-{b64encode(hashlib.sha384(SCRIPT).digest()).decode()}" == tag_script.INTEGRITY


def test_the_script_keeps_its_budget() -> None:
    assert len(b64decode(tag_script.GZIP)) <= BUDGET_BYTES
    assert len(b64decode(tag_script.BROTLI)) < len(b64decode(tag_script.GZIP))


@pytest.mark.parametrize(
    "name",
    ["cookie", "localStorage", "indexedDB", "userAgent", "screen", "plugins", "canvas", "languages", "eval"],
)
def test_the_script_does_not_read_what_it_does_not_need(name: str) -> None:
    assert name not in SCRIPT.decode("ascii")


def test_what_builds_it_is_pinned_and_names_no_registry() -> None:
    package = json.loads((TAG / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((TAG / "package-lock.json").read_text(encoding="utf-8"))
    assert package["private"]
    assert all(version[0].isdigit() for version in package["devDependencies"].values())
    installed = [entry for name, entry in lock["packages"].items() if name]
    assert installed
    assert all("resolved" not in entry and entry["integrity"].startswith("sha512-") for entry in installed)
