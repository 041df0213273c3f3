"""The visitor cookie: minted by the collector, never an echo of input (RFC 6265bis; Partitioned: CHIPS).

Built by hand from values the collector made: http.cookies of Python 3.13 refuses `Partitioned`.
"""

from __future__ import annotations

from pixelweave.identifier import is_hex

NAME = "pw_vid"
_ID_LENGTH = 32
# Browsers cap a cookie's life at 400 days (RFC 6265bis, 5.5); 395 are thirteen months.
_MAX_AGE = 395 * 86_400


def read_visitor(header: str) -> str | None:
    """The visitor id of a Cookie header, None where absent or not of the form that `mint` makes."""
    if NAME not in header:
        return None
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == NAME and value == value.lower() and is_hex(value, _ID_LENGTH):
            return value
    return None


def write_visitor(visitor_id: str, *, same_site: bool, partitioned: bool) -> str:
    """The Set-Cookie value for a new visitor.

    `same_site`: the hit came from a page of the collector's own site, so Lax serves; else None, which browsers take with
    Secure only. `partitioned` keeps a third-party cookie apart per top-level site.
    """
    return f"{NAME}={visitor_id}; Max-Age={_MAX_AGE}; {_attributes(same_site=same_site, partitioned=partitioned)}"


def clear_visitor(*, same_site: bool, partitioned: bool) -> str:
    """The Set-Cookie value that removes the cookie of a visitor who denied consent."""
    return f"{NAME}=; Max-Age=0; {_attributes(same_site=same_site, partitioned=partitioned)}"


def _attributes(*, same_site: bool, partitioned: bool) -> str:
    if same_site:
        return "Path=/; Secure; HttpOnly; SameSite=Lax"
    return "Path=/; Secure; HttpOnly; SameSite=None" + ("; Partitioned" if partitioned else "")


def is_same_site(headers: dict[str, str]) -> bool:
    """Whether the browser says that page and collector are of one site (Fetch Metadata, `Sec-Fetch-Site`)."""
    return headers.get("sec-fetch-site") in ("same-origin", "same-site")
