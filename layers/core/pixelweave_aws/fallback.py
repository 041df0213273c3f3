"""boto3 behind the lean client's port, for environments the lean client was not written for.

boto3 is imported when the first such client is made: importing it costs several times what all of `collect`
costs.
"""

from __future__ import annotations

from binascii import a2b_base64
from json import loads

from pixelweave_aws.call_error import RefusedError, TransientError, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pixelweave_aws.clock import Clock
    from pixelweave_aws.collect_settings import Settings


class BotoClient:
    """Calls one service through boto3, whatever kind of credentials, endpoint or proxy it finds.

    Time-outs are seconds; unlike the lean client's they do not shrink with the deadline, botocore fixes them
    at birth.
    """

    def __init__(
        self,
        service: str,
        settings: Settings,
        clock: Clock,
        *,
        connect_seconds: float = 1.0,
        read_seconds: float = 1.0,
    ) -> None:
        import boto3  # noqa: PLC0415 - lazily: the whole point of this module
        from botocore.config import Config  # noqa: PLC0415 - likewise

        config = Config(
            retries={"total_max_attempts": 1}, connect_timeout=connect_seconds, read_timeout=read_seconds
        )
        # One generic call site for three services: the SDK's typed clients have no common call.
        make_client: Any = boto3.client
        self._client = make_client(
            service,
            region_name=settings.region,
            endpoint_url=settings.endpoint_urls.get(service),
            verify=settings.ca_bundle,
            config=config,
        )
        self._clock = clock

    @property
    def events(self) -> Any:
        """botocore's event system, where a fault can be hooked in."""
        return self._client.meta.events

    def close(self) -> None:
        """Drop the SDK's connections."""
        self._client.close()

    def call(self, operation: str, body: bytes, deadline: float) -> dict[str, Any]:
        """Perform `operation` once, unless `deadline` has passed; raises CallError."""
        from botocore import exceptions, xform_name  # noqa: PLC0415 - loaded with boto3

        if self._clock.monotonic() >= deadline:
            raise TransientError("TimedOut")
        perform = getattr(self._client, xform_name(operation))
        try:
            answer: dict[str, Any] = perform(**_decode_blobs(loads(body)))
        except exceptions.ClientError as exc:
            status = exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            raise judge(status, exc.response.get("Error", {}).get("Code"), "") from exc
        except (exceptions.HTTPClientError, exceptions.ConnectionError) as exc:
            raise TransientError(type(exc).__name__) from exc
        except exceptions.BotoCoreError as exc:
            raise RefusedError(type(exc).__name__) from exc
        return answer


def _decode_blobs(payload: Mapping[str, Any]) -> dict[str, Any]:
    """`payload` with each base64 text under `Data` as bytes: the SDK encodes blobs itself."""

    def decode(name: str, value: Any) -> Any:
        if name == "Data":
            return a2b_base64(value)
        if isinstance(value, dict):
            return _decode_blobs(value)
        if isinstance(value, list):
            return [decode("", item) for item in value]
        return value

    return {name: decode(name, value) for name, value in payload.items()}
