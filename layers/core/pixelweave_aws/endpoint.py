"""Where a service answers, and whom we believe to be it."""

from __future__ import annotations

import os
import ssl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave_aws.collect_settings import Settings

# The whole bundle of a system costs more to read than everything else that `collect` does in its init.
AMAZON_ROOTS = f"{__file__.rpartition(os.sep)[0]}{os.sep}amazon-roots.pem"


class Endpoint:
    """One service's address. `authority` is what the Host header says: without a port that the scheme
    implies."""

    __slots__ = ("authority", "host", "is_tls", "port", "service")

    def __init__(self, service: str, host: str, port: int, *, is_tls: bool) -> None:
        self.service = service
        self.host = host
        self.port = port
        self.is_tls = is_tls
        self.authority = host if port == (443 if is_tls else 80) else f"{host}:{port}"


def resolve(service: str, settings: Settings) -> Endpoint:
    """The endpoint of `service` («firehose», «sqs», «dynamodb»): the configured one, else AWS's regional one.

    Source of the form: AWS General Reference, «Service endpoints».
    """
    url = settings.endpoint_urls.get(service)
    if url is None:
        return Endpoint(service, f"{service}.{settings.region}.amazonaws.com", 443, is_tls=True)
    scheme, _, rest = url.partition("://")
    host, _, port = rest.removesuffix("/").partition(":")
    is_tls = scheme == "https"
    return Endpoint(service, host, int(port) if port else (443 if is_tls else 80), is_tls=is_tls)


class Trust:
    """The certificates that a TLS connection is checked against.

    At first the few Amazon roots; when a chain does not end in them, once, the system's own bundle (`widen`).
    An operator's AWS_CA_BUNDLE takes the place of both, as it does in botocore.
    """

    __slots__ = ("_bundle", "_can_widen", "_context")

    def __init__(self, ca_bundle: str | None = None) -> None:
        self._bundle = ca_bundle or AMAZON_ROOTS
        self._can_widen = ca_bundle is None
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """The TLS context for new connections; built once. Raises OSError when the bundle cannot be read."""
        if self._context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.load_verify_locations(self._bundle)
            self._context = context
        return self._context

    def widen(self) -> bool:
        """Go over to the system's bundle; whether that changed anything."""
        if not self._can_widen:
            return False
        self._can_widen = False
        self._context = ssl.create_default_context()
        return True
