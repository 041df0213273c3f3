"""Signature Version 4 for the JSON protocols: always POST, always `/`, no query.

Source: AWS IAM User Guide, «Create a signed AWS API request». A test compares it with botocore's SigV4Auth.
The signing key of a day is kept: deriving it takes four of the five HMACs of a signature.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import digest
from time import gmtime, strftime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave_aws.collect_settings import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"


class Signer:
    """Signs requests to one service in one region with one access key."""

    __slots__ = ("_access_key", "_day", "_key", "_region", "_secret_key", "_service", "_token")

    def __init__(self, credentials: Credentials, region: str, service: str) -> None:
        self._access_key = credentials.access_key
        self._secret_key = credentials.secret_key
        self._token = credentials.token
        self._region = region
        self._service = service
        self._day = ""
        self._key = b""

    def sign(self, *, host: str, content_type: str, target: str, body: bytes, now: float) -> str:
        """The header lines of a request: each ends in CRLF, `Authorization` among them.

        `host` is the Host header as it will be sent (with a port other than the scheme's own), `target` the
        X-Amz-Target, `now` Unix time in seconds.
        """
        stamp = strftime("%Y%m%dT%H%M%SZ", gmtime(now))
        day = stamp[:8]
        if day != self._day:
            self._key = _derive_key(self._secret_key, day, self._region, self._service)
            self._day = day
        lines = f"content-type:{content_type}\nhost:{host}\nx-amz-date:{stamp}\n"
        names = "content-type;host;x-amz-date"
        if self._token is not None:
            lines += f"x-amz-security-token:{self._token}\n"
            names += ";x-amz-security-token"
        lines += f"x-amz-target:{target}\n"
        names += ";x-amz-target"
        canonical = f"POST\n/\n\n{lines}\n{names}\n{sha256(body).hexdigest()}"
        scope = f"{day}/{self._region}/{self._service}/aws4_request"
        to_sign = f"{ALGORITHM}\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = digest(self._key, to_sign.encode(), "sha256").hex()
        return (
            f"{lines.replace('\n', '\r\n')}authorization:{ALGORITHM} Credential={self._access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}\r\n"
        )


def _derive_key(secret_key: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret_key}".encode()
    for part in (day, region, service, "aws4_request"):
        key = digest(key, part.encode(), "sha256")
    return key
