"""The tag to paste: what a site, an e-mail, a tag manager and a Content-Security-Policy need for a pixel.

The forms are those of the seeds: kSense's and SendGrid's script, PitchTarget's image, Rokt's script. Altcraft prescribes
no form, so its image is ours (docs/dialects.md).
"""

from __future__ import annotations

import re

from pixelweave.snippet.image import IMAGES, write_image
from pixelweave.snippet.manager import write_template
from pixelweave.snippet.place import Place, SnippetError, TagScript
from pixelweave.snippet.policy import write_policy
from pixelweave.snippet.script import SCRIPTS, write_pinned_script, write_script

__all__ = ["PARTS", "Place", "SnippetError", "TagScript", "write_snippet"]

PARTS = ("tag", "pinned", "noscript", "email", "gtm", "csp")

_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*\Z")


def write_snippet(
    dialect: str, collector_url: str, key: str, script: TagScript, *, consent_policy: str = "signals"
) -> dict[str, str]:
    """Return the texts to paste, by part: those of `PARTS`, `pinned` only where the tag is our script.

    `collector_url` is the collector's base URL, without query; capitals such as GOAL stand for what the site
    fills in. Raises SnippetError.
    """
    base = collector_url.rstrip("/")
    if not _URL.match(base):
        raise SnippetError(f"{collector_url!r} is not the URL of a collector")
    if not _KEY.match(key):
        raise SnippetError("the key has characters that a URL's path must not have")
    place = Place(base, key, dialect, consent_policy)
    image = IMAGES[dialect](base, key)
    texts = {"tag": image.tag}
    if dialect in SCRIPTS:
        texts = {"tag": write_script(place), "pinned": write_pinned_script(place, script)}
    return texts | {
        "noscript": f"<noscript>{write_image(image.still)}</noscript>",
        "email": write_image(image.email.replace("&", "&amp;")),
        "gtm": write_template(place, image.still),
        "csp": write_policy(place, script),
    }
