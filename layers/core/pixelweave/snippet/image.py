"""Images: PitchTarget's and Altcraft's tag, and every dialect's form without JavaScript and for e-mail.

A page's tag has bare ampersands, as the seeds print them; no parameter after one begins like an HTML entity, except
the seed's own `params`, which is why the e-mail images have a single parameter or `&amp;`.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote


class Image(NamedTuple):
    """A dialect's `tag` for a page, empty where that is the script's; the URLs of its page view and of an opened e-mail."""

    tag: str
    still: str
    email: str


def write_image(url: str) -> str:
    """Return the element."""
    return f'<img src="{url}" width="1" height="1" alt="" />'


def _pitchtarget(base: str, key: str) -> Image:
    event = f"{base}/{key}/event.gif?event_token"
    tag = (
        "<!-- an event; params is JSON, URL-encoded or in Base64 -->\n"
        f'<img src="{event}=EVENT_TOKEN&params=JSON_ENCODED_CUSTOM_PARAMS" />\n'
        "<!-- revenue; amount is in cents -->\n"
        f'<img src="{base}/{key}/revenue.gif?event_token=EVENT_TOKEN&amount=AMOUNT" />'
    )
    return Image(tag, f"{event}=page_view", f"{event}=email_open")


def _altcraft(base: str, key: str) -> Image:
    url = f"{base}/altcraft/{key}"
    tag = (
        "<!-- on every page -->\n"
        f"{write_image(url)}\n"
        "<!-- where a goal is reached; unit is points or a currency such as EUR -->\n"
        f"{write_image(f'{url}?goal=GOAL&value=VALUE&unit=points')}"
    )
    return Image(tag, url, f"{url}?goal=email_open")


def _ksense(base: str, key: str) -> Image:
    url = f"{base}/ksense/{key}"
    labels = quote('["section=listing_view"]', safe="=")
    return Image("", f"{url}?track=pv&labels={labels}", f"{url}?track=pv")


def _sendgrid(base: str, key: str) -> Image:
    url = f"{base}/sendgrid/{key}"
    return Image("", f"{url}?type=page", f"{url}?type=page")


def _native(base: str, key: str) -> Image:
    url = f"{base}/e/{key}"
    return Image("", f"{url}?type=page_view", f"{url}?type=custom&name=email_open")


def _rokt(base: str, key: str) -> Image:
    url = f"{base}/v1/{key}/Pixel"
    # `ct` must be the moment of the hit, so an image needs a server or a mail system that writes it.
    still = f"{url}?dt=ScreenView&ct=UNIX_MILLISECONDS&ui_t=other3&ui_v=SESSION_ID"
    return Image(_ROKT_SCRIPT.replace("{base}", base).replace("{key}", key), still, still)


# The page-view example of the seed, with the collector's URL in place of Rokt's.
_ROKT_SCRIPT = """\
<script>
const API_KEY = "{key}";
const pixelURL = `{base}/v1/${API_KEY}/Pixel`;
const currentTime = new Date().getTime();

function getSessionId() {
  let sessionId = sessionStorage.getItem('rokt_session_id');
  if (!sessionId) {
    sessionId = crypto.randomUUID();
    sessionStorage.setItem('rokt_session_id', sessionId);
  }
  return sessionId;
}

const email = null; // e.g., localStorage.getItem('userEmail') or null
const hashedEmail = null; // SHA-256 of the lower-cased, trimmed e-mail, or null

const sessionId = getSessionId();

const params = new URLSearchParams({
  dt: "ScreenView",
  ct: currentTime,
  hn: window.location.hostname,
  ttl: document.title,
});

if (email) {
  params.append("ui_t", "other3,email");
  params.append("ui_v", `${sessionId},${email}`);
} else if (hashedEmail) {
  params.append("ui_t", "other3,other");
  params.append("ui_v", `${sessionId},${hashedEmail}`);
} else {
  params.append("ui_t", "other3");
  params.append("ui_v", sessionId);
}

fetch(pixelURL + "?" + params.toString());
</script>"""

IMAGES = {
    "altcraft": _altcraft,
    "ksense": _ksense,
    "native": _native,
    "pitchtarget": _pitchtarget,
    "rokt": _rokt,
    "sendgrid": _sendgrid,
}
