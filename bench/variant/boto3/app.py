"""For comparison: the same work as `adapters`, done with stock boto3 clients."""

from __future__ import annotations

import os
from typing import Any

import boto3

ROW = b'{"event_id":"%s","dialect":"rokt","type":"page_view"}\n' % (b"x" * 800)

_firehose = boto3.client("firehose")
_dynamodb = boto3.client("dynamodb")
_pixels: dict[str, Any] = {}


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Look the pixel up and store the row."""
    key = event["rawPath"].split("/")[2]
    if key not in _pixels:
        address = {"pk": {"S": f"KEY#{key}"}, "sk": {"S": "PIXEL"}}
        _pixels[key] = _dynamodb.get_item(TableName=os.environ["PIXEL_TABLE"], Key=address)["Item"]
    _firehose.put_record(DeliveryStreamName=os.environ["HITS_STREAM"], Record={"Data": ROW})
    return {"statusCode": 200}
