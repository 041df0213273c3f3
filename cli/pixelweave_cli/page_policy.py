"""Whether a page's Content-Security-Policy (https://www.w3.org/TR/CSP3/) lets a tag do what it does."""

from __future__ import annotations

from base64 import b64encode
from hashlib import new
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave_cli.page_element import Element

_FALLBACKS = {
    "script-src": ("script-src-elem", "script-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
    "img-src": ("img-src", "default-src"),
}
_PORTS = {"http": 80, "https": 443}


class Policy:
    """One policy, of a header or of a `meta` element; several of them must all agree."""

    def __init__(self, text: str) -> None:
        self._directives: dict[str, list[str]] = {}
        for directive in text.split(";"):
            name, *sources = directive.split()[:500] or [""]
            self._directives.setdefault(name.lower(), sources)

    def allows_url(self, directive: str, url: str, page_url: str) -> bool:
        """Whether a request may go to `url`."""
        sources = self._find(directive)
        return sources is None or any(_matches(source, url, page_url) for source in sources)

    def allows_script(self, script: Element, url: str | None, page_url: str) -> bool:
        """Whether a script element may run: by its nonce, its digest or its address; inline where `url` is None."""
        sources = self._find("script-src")
        if sources is None:
            return True
        nonce = script.attributes.get("nonce")
        if nonce and f"'nonce-{nonce}'" in sources:
            return True
        if url is None:
            digests = [
                source for source in sources if source.startswith(("'nonce-", "'sha", "'strict-dynamic'"))
            ]
            return ("'unsafe-inline'" in sources and not digests) or any(
                _is_digest(source, script.text) for source in sources
            )
        integrity = script.attributes.get("integrity", "").split()
        if integrity and all(f"'{digest}'" in sources for digest in integrity):
            return True
        return "'strict-dynamic'" not in sources and self.allows_url("script-src", url, page_url)

    def _find(self, directive: str) -> list[str] | None:
        for name in _FALLBACKS[directive]:
            if name in self._directives:
                return self._directives[name]
        return None


def allow_url(policies: Sequence[Policy], directive: str, url: str, page_url: str) -> bool:
    """Whether all policies allow a request."""
    return all(policy.allows_url(directive, url, page_url) for policy in policies)


def _is_digest(source: str, text: str) -> bool:
    name, _, digest = source.strip("'").partition("-")
    if name not in ("sha256", "sha384", "sha512"):
        return False
    return b64encode(new(name, text.encode("utf-8", "replace")).digest()).decode() == digest


def _matches(source: str, url: str, page_url: str) -> bool:
    target, page = urlsplit(url), urlsplit(page_url)
    if source == "'self'":
        return (target.scheme, target.netloc) == (page.scheme, page.netloc)
    if source == "*":
        return target.scheme in _PORTS
    if source.startswith("'"):
        return False
    if source.endswith(":") and "/" not in source:
        return _matches_scheme(source[:-1].lower(), target.scheme)
    try:
        wanted = urlsplit(source if "://" in source else f"{page.scheme}://{source}")
        return (
            _matches_scheme(wanted.scheme, target.scheme)
            and _matches_host(wanted.netloc.lower(), target.hostname or "", target.port, target.scheme)
            and _matches_path(wanted.path, target.path)
        )
    except ValueError:
        return False


def _matches_scheme(wanted: str, scheme: str) -> bool:
    return scheme == wanted or (wanted, scheme) == ("http", "https")


def _matches_host(wanted: str, host: str, port: int | None, scheme: str) -> bool:
    name, _, wanted_port = wanted.partition(":")
    if name.startswith("*."):
        is_host = host.endswith(name[1:])
    else:
        is_host = name == host
    standard = _PORTS.get(scheme)
    return is_host and (wanted_port == "*" or (wanted_port or str(standard)) == str(port or standard))


def _matches_path(wanted: str, path: str) -> bool:
    return wanted in ("", "/") or (path.startswith(wanted) if wanted.endswith("/") else path == wanted)
