"""The tag to paste: what a site, an e-mail and a Content-Security-Policy need for a pixel.

The forms are those of the seeds: PitchTarget's image, Rokt's script. Altcraft, kSense and SendGrid prescribe
no wire form, so theirs is ours (docs/dialects.md). A page's tag has bare ampersands, as the seeds print them;
no parameter after one begins like an HTML entity, except the seed's own `params`, which is why the e-mail
images have a single parameter or `&amp;`.
"""

import re
from html import escape
from urllib.parse import quote, urlsplit

_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*\Z")

PARTS = ("tag", "noscript", "email", "csp")


class SnippetError(ValueError):
    """The collector's URL or the key would not be safe inside HTML and JavaScript."""


def write_snippet(dialect: str, collector_url: str, key: str) -> dict[str, str]:
    """Return the texts to paste, by part: `tag`, `noscript`, `email`, `csp`.

    `collector_url` is the collector's base URL, without query; capitals such as GOAL stand for what the site
    fills in. Raises SnippetError.
    """
    base = collector_url.rstrip("/")
    if not _URL.match(base):
        raise SnippetError(f"{collector_url!r} is not the URL of a collector")
    if not _KEY.match(key):
        raise SnippetError("the key has characters that a URL's path must not have")
    tag, still, email = _WRITERS[dialect](base, key)
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    return {
        "tag": tag,
        "noscript": f"<noscript>{_image(still)}</noscript>",
        "email": _image(escape(email)),
        "csp": f"img-src {origin}" + (f"; connect-src {origin}" if "fetch(" in tag else ""),
    }


def _image(url: str) -> str:
    return f'<img src="{url}" width="1" height="1" alt="" />'


def _pitchtarget(base: str, key: str) -> tuple[str, str, str]:
    event = f"{base}/{key}/event.gif?event_token"
    tag = (
        "<!-- an event; params is JSON, URL-encoded or in Base64 -->\n"
        f'<img src="{event}=EVENT_TOKEN&params=JSON_ENCODED_CUSTOM_PARAMS" />\n'
        "<!-- revenue; amount is in cents -->\n"
        f'<img src="{base}/{key}/revenue.gif?event_token=EVENT_TOKEN&amount=AMOUNT" />'
    )
    return tag, f"{event}=page_view", f"{event}=email_open"


def _altcraft(base: str, key: str) -> tuple[str, str, str]:
    url = f"{base}/altcraft/{key}"
    tag = (
        "<!-- on every page -->\n"
        f"{_image(url)}\n"
        "<!-- where a goal is reached; unit is points or a currency such as EUR -->\n"
        f"{_image(f'{url}?goal=GOAL&value=VALUE&unit=points')}"
    )
    return tag, url, f"{url}?goal=email_open"


def _ksense(base: str, key: str) -> tuple[str, str, str]:
    url = f"{base}/ksense/{key}"
    labels = quote('["section=listing_view"]', safe="=")
    tag = (
        "<script>\n"
        'fetch("' + url + '?" + new URLSearchParams({\n'
        '  track: "pv", // or "conversion"\n'
        '  labels: JSON.stringify(["section=listing_view", "user_segment=new_users"]),\n'
        "  // user_info: JSON.stringify({ internal_id: USER_ID, email: 'md5:' + MD5_OF_EMAIL }),\n"
        '}), { keepalive: true, credentials: "include" });\n'
        "</script>"
    )
    return tag, f"{url}?track=pv&labels={labels}", f"{url}?track=pv"


def _sendgrid(base: str, key: str) -> tuple[str, str, str]:
    url = f"{base}/sendgrid/{key}"
    tag = (
        "<script>\n"
        "function sendToPixelweave(call) {\n"
        f'  fetch("{url}", {{\n'
        '    method: "POST", headers: { "content-type": "text/plain" },\n'
        '    body: JSON.stringify(call), keepalive: true, credentials: "include",\n'
        "  });\n"
        "}\n"
        'sendToPixelweave({ type: "page", name: document.title, properties: { title: document.title,\n'
        "  url: location.href, path: location.pathname, referrer: document.referrer } });\n"
        '// sendToPixelweave({ type: "identify", userId: "123456", traits: { email: "mike@example.com" } });\n'
        '// sendToPixelweave({ type: "track", event: "Purchase Completed", properties: { total: 119.85,\n'
        '//   currency: "USD" } });\n'
        "</script>"
    )
    return tag, f"{url}?type=page", f"{url}?type=page"


def _native(base: str, key: str) -> tuple[str, str, str]:
    url = f"{base}/e/{key}"
    return _image(f"{url}?type=page_view"), f"{url}?type=page_view", f"{url}?type=custom&name=email_open"


def _rokt(base: str, key: str) -> tuple[str, str, str]:
    url = f"{base}/v1/{key}/Pixel"
    # `ct` must be the moment of the hit, so an image needs a server or a mail system that writes it.
    still = f"{url}?dt=ScreenView&ct=UNIX_MILLISECONDS&ui_t=other3&ui_v=SESSION_ID"
    return _ROKT_SCRIPT.replace("{base}", base).replace("{key}", key), still, still


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

_WRITERS = {
    "altcraft": _altcraft,
    "ksense": _ksense,
    "native": _native,
    "pitchtarget": _pitchtarget,
    "rokt": _rokt,
    "sendgrid": _sendgrid,
}
