"""Facebook's Graph API: whose an access token is (PitchTarget: «access_token … Match the current user with this Facebook token»).

The token is a secret: it travels in the Authorization header, never in a URL; it is kept and logged nowhere, and an error of ours
does not name it. Redirects are not followed, they would carry it elsewhere.
"""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATH = "/me?fields=id"
TIMEOUT_SECONDS = 2.0
MAX_ANSWER_BYTES = 10_000
# How the API answers to a token that is expired, revoked or none (Graph API reference, «Error handling»: OAuthException).
REFUSED = (400, 401)
# An API that fails so often in a row is left alone for a while: hits are worth more than this one identifier of theirs.
FAILURES_IN_A_ROW = 3
REST_SECONDS = 60.0

type Fetch = Callable[[str, Mapping[str, str]], bytes]


class GraphApiError(Exception):
    """The API gave no answer, or not one with an id."""


class TokenRefusedError(GraphApiError):
    """The API answered that a token is no good."""


class InsecureUrlError(ValueError):
    """The base URL would send tokens in the clear."""


class GraphApi:
    """Resolves tokens at `base_url`, such as `https://graph.facebook.com/v23.0`.

    `fetch(url, headers)` returns the body of a 200 answer or raises GraphApiError; `fail` is told of each failure. Only a host of this
    machine may be asked without TLS; else InsecureUrlError.
    """

    def __init__(
        self,
        base_url: str,
        fail: Callable[[], None],
        *,
        fetch: Fetch | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
            raise InsecureUrlError("the Graph API's URL must begin with https://")
        self._url = base_url.rstrip("/") + PATH
        self._fail = fail
        self._fetch = fetch or fetch_body
        self._monotonic = monotonic
        self._failures = 0
        self._rests_until = 0.0

    def resolve(self, token: str) -> str | None:
        """The Facebook id of a token's user; None where the API does not say."""
        if self._monotonic() < self._rests_until:
            return None
        try:
            found = _read_id(self._fetch(self._url, {"Authorization": f"Bearer {token}"}))
        except TokenRefusedError:
            # The token is at fault, not the API: who sends three of them must not turn everybody's off.
            self._fail()
            self._failures = 0
            return None
        except (GraphApiError, OSError, http.client.HTTPException, ValueError):
            self._note_failure()
            return None
        self._failures = 0
        return found

    def _note_failure(self) -> None:
        self._fail()
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            self._failures = 0
            self._rests_until = self._monotonic() + REST_SECONDS


def fetch_body(url: str, headers: Mapping[str, str]) -> bytes:
    """GET `url`.

    Raises:
        TokenRefusedError: status 400 or 401.
        GraphApiError: another status than 200, or an answer too long to be one.
        OSError, http.client.HTTPException, ValueError: the connection failed, or a header that cannot be sent.
    """
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=dict(headers))
        response = connection.getresponse()
        body = response.read(MAX_ANSWER_BYTES + 1)
    finally:
        connection.close()
    if response.status in REFUSED:
        raise TokenRefusedError(str(response.status))
    if response.status != http.client.OK:
        raise GraphApiError(str(response.status))
    if len(body) > MAX_ANSWER_BYTES:
        raise GraphApiError("too long")
    return body


def _read_id(body: bytes) -> str:
    answer = json.loads(body)
    found = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(found, str) or not found:
        raise GraphApiError("no id")
    return found
