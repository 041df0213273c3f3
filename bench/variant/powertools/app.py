"""For comparison: boto3 with a pydantic model and powertools' Logger and Metrics, one log line and one metric
a hit."""

from __future__ import annotations

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel

logger = Logger(service="collect")
metrics = Metrics(namespace="Pixelweave", service="collect")
_firehose = boto3.client("firehose")
_dynamodb = boto3.client("dynamodb")
_pixels: dict[str, Any] = {}


class Row(BaseModel):
    """A row of the log, cut down to what the query string holds."""

    event_id: str
    dialect: str
    query: dict[str, str]


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Look the pixel up and store the row."""
    key = event["rawPath"].split("/")[2]
    if key not in _pixels:
        address = {"pk": {"S": f"KEY#{key}"}, "sk": {"S": "PIXEL"}}
        _pixels[key] = _dynamodb.get_item(TableName=os.environ["PIXEL_TABLE"], Key=address)["Item"]
    row = Row(event_id="x" * 800, dialect="rokt", query=event["queryStringParameters"])
    data = row.model_dump_json().encode()
    _firehose.put_record(DeliveryStreamName=os.environ["HITS_STREAM"], Record={"Data": data})
    metrics.add_metric(name="hits", unit=MetricUnit.Count, value=1)
    logger.info("stored")
    return {"statusCode": 200}
