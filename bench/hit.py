"""Hits to measure with: what API Gateway hands to `collect` for a Rokt page view sent by an image tag."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

KEY = "3f0c9a5d2b7e48163f0c9a5d"
PAGE = "https://www.shop.example/checkout/address?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
SESSION = "7b0a6a8e-93f6-4a33-9a53-6a2a6df0cf6e"
USER_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)
PAGE_VIEW = {
    "dt": "ScreenView",
    "ct": "1751462400000",
    "hn": "www.shop.example",
    "ttl": "Your address – Shop",
    "ui_t": "other3",
    "ui_v": SESSION,
}
IDENTIFIED = PAGE_VIEW | {"ui_t": "other3,email", "ui_v": f"{SESSION},j.smith@example.com"}
# What DynamoDB holds for the pixel (ARCHITECTURE.md, «Pixel table»).
PIXEL_ITEM = {
    "pixel_id": {"S": "px_0001"},
    "key": {"S": KEY},
    "workspace_id": {"S": "ws_0001"},
    "dialect": {"S": "rokt"},
    "name": {"S": "Shop"},
    "allowed_hosts": {"L": [{"S": "www.shop.example"}]},
    "consent_policy": {"S": "signals"},
    "status": {"S": "active"},
}


def make_event(parameters: dict[str, str] = PAGE_VIEW) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0 (API Gateway developer guide, «Working with Lambda proxy
    integrations»)."""
    path, query = f"/v1/{KEY}/Pixel", urlencode(parameters)
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": ["pw_vid=0197cf3e6d1a7c529d5e0d5f5b6b1a11"],
        "headers": {
            "accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
            "accept-encoding": "gzip, deflate, br, zstd",
            "accept-language": "en-GB,en;q=0.9,de;q=0.8",
            "content-length": "0",
            "host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
            "referer": PAGE,
            "sec-ch-ua": '"Not/A)Brand";v="8", "Chromium";v="126", "Google Chrome";v="126"',
            "sec-ch-ua-mobile": "?0",
            "sec-ch-ua-platform": '"Windows"',
            "sec-fetch-dest": "image",
            "sec-fetch-mode": "no-cors",
            "sec-fetch-site": "cross-site",
            "user-agent": USER_AGENT,
            "x-amzn-trace-id": "Root=1-66840000-000000000000000000000000",
            "x-forwarded-for": "203.0.113.77",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": dict(parameters),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "a1b2c3d4e5",
            "domainName": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
            "domainPrefix": "a1b2c3d4e5",
            "http": {
                "method": "GET",
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.77",
                "userAgent": USER_AGENT,
            },
            "requestId": "bENsFjHsjoEEPZw=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "02/Jul/2025:13:20:00 +0000",
            "timeEpoch": 1751462400000,
        },
        "isBase64Encoded": False,
    }
