"""API Gateway's HTTP API, payload format 2.0: its event as a hit, an answer as its response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from hmac import compare_digest
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from pixelweave.hit import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pixelweave.answer import Answer

# Proof that a request came through the operator's CloudFront distribution, whose viewer headers then hold.
ORIGIN_HEADER = "x-pixelweave-origin"
_VIEWER = {
    "country": "cloudfront-viewer-country",
    "region": "cloudfront-viewer-country-region",
    "city": "cloudfront-viewer-city",
    "time_zone": "cloudfront-viewer-time-zone",
}


def read_hit(event: dict[str, Any], origin_secret: str | None) -> Hit:
    """The hit of one request.

    The query is `rawQueryString` (the parsed one joins repeated names with commas); the network is `sourceIp`, or CloudFront's
    viewer headers where `origin_secret` proves them, never X-Forwarded-For, whose left end the client writes.
    """
    context = event["requestContext"]
    http = context["http"]
    headers: dict[str, str] = event["headers"]
    if "cookies" in event:
        headers["cookie"] = "; ".join(event["cookies"])
    body = event.get("body")
    return Hit(
        method=http["method"],
        path=event["rawPath"],
        query=event["rawQueryString"],
        headers=headers,
        received_at=context["timeEpoch"],
        body=None if not body else _decode_body(body, is_base64=event.get("isBase64Encoded", False)),
        client=read_client(headers, http["sourceIp"], origin_secret),
    )


def _decode_body(body: str, *, is_base64: bool) -> bytes:
    if not is_base64:
        return body.encode("utf-8", "surrogatepass")
    try:
        return b64decode(body)
    except Base64Error:
        # Not what the gateway sends; whatever it is, it is judged as a body.
        return body.encode()


def read_client(headers: dict[str, str], source_ip: str, origin_secret: str | None) -> dict[str, str]:
    """What a row may say of the network: CloudFront's geography, else the address cut to its network."""
    if origin_secret and compare_digest(headers.get(ORIGIN_HEADER, "").encode(), origin_secret.encode()):
        found = {name: headers[header] for name, header in _VIEWER.items() if header in headers}
        if found:
            return found
        source_ip = headers.get("cloudfront-viewer-address", "").rpartition(":")[0].strip("[]")
    network = truncate_address(source_ip)
    return {"network": network} if network else {}


def truncate_address(address: str) -> str | None:
    """The address with its host part zeroed: /24 of IPv4, /48 of IPv6; None for anything else."""
    try:
        if ":" in address:
            return inet_ntop(AF_INET6, inet_pton(AF_INET6, address)[:6] + bytes(10))
        return inet_ntop(AF_INET, inet_pton(AF_INET, address)[:3] + bytes(1))
    except OSError:
        return None


def write_response(answer: Answer) -> dict[str, Any]:
    """The response of payload format 2.0."""
    response: dict[str, Any] = {"statusCode": answer.status, "headers": answer.headers, "body": answer.body}
    if answer.is_base64:
        response["isBase64Encoded"] = True
    if answer.cookies:
        response["cookies"] = answer.cookies
    return response
