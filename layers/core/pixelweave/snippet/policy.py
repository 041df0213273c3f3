"""What a Content-Security-Policy (https://www.w3.org/TR/CSP3/) must allow for a tag."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from pixelweave.snippet.script import SCRIPTS, write_stub

if TYPE_CHECKING:
    from pixelweave.snippet.place import Place, TagScript


def write_policy(place: Place, script: TagScript) -> str:
    """Return the sources to add: one line, or where the tag is our script a second for its pinned form.

    The stub is allowed by its digest, as `write_stub` prints it; calls in scripts of the page are the page's own matter.
    """
    origin = place.origin
    if place.dialect == "rokt":
        return f"img-src {origin}; connect-src {origin}"
    if place.dialect not in SCRIPTS:
        return f"img-src {origin}"
    stub = f"'sha256-{b64encode(sha256(write_stub(place.dialect).encode()).digest()).decode()}'"
    # An image is what the script falls back to.
    sending = f"connect-src {origin}; img-src {origin}"
    return f"script-src {origin} {stub}; {sending}\nscript-src '{script.integrity}' {stub}; {sending}"
