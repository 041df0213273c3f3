"""Requests that the emulator alone would not hand to collect as AWS does."""

from __future__ import annotations

import gzip
import http.client
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel

ORIGIN = "https://shop.example"


def send(cloud: Cloud, method: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, str]:
    """The status and headers of an answer."""
    connection = http.client.HTTPConnection(urlsplit(cloud.collector_url).netloc, timeout=30)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.read()
        return {"status": str(response.status)} | {
            name.lower(): value for name, value in response.getheaders()
        }
    finally:
        connection.close()


def test_collect_answers_the_preflight_of_a_browser(cloud: Cloud, pixels: dict[str, DemoPixel]) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = send(cloud, "OPTIONS", f"/e/{pixels['native'].key}", b"", asked)
    assert answer["status"] == "204"
    assert answer["access-control-allow-origin"] == ORIGIN
    assert "POST" in answer["access-control-allow-methods"]


def test_a_compressed_json_batch_arrives_whole(cloud: Cloud, pixels: dict[str, DemoPixel]) -> None:
    batch = gzip.compress(json.dumps([{"type": "page_view"}] * 500).encode())
    headers = {
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
        "X-Pixelweave-Debug": "1",
        "Referer": ORIGIN,
    }
    answer = send(cloud, "POST", f"/e/{pixels['native'].key}", batch, headers)
    assert (answer["status"], answer["x-pixelweave-outcome"]) == ("200", "accepted=500")
