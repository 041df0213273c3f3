"""One batch of a delivery stream on its way to S3: transformed, converted, written; failures to the error prefix.

The error documents are AWS's: data-transformation-failure-handling.html and
record-format-conversion-error-handling.html below https://docs.aws.amazon.com/firehose/latest/dev/.
"""

import base64
import json
import logging
import time
from typing import Any

from pixelweave_local import shape
from pixelweave_local.buffer import Record
from pixelweave_local.parquet import Column, Refusal, convert
from pixelweave_local.transform import Failure, Invoke, processor, transform

logger = logging.getLogger("delivery")


class Landing:
    """Where the batches of one stream go, by the configuration of its S3 destination."""

    def __init__(self, stream: dict[str, Any], config: dict[str, Any], invoke: Invoke) -> None:
        self._stream = stream
        self._config = config
        self._invoke = invoke
        self._prefix = str(config.get("Prefix", ""))

    def deliver(self, records: list[Record]) -> None:
        """Transform, convert and write one batch."""
        parameters = processor(self._config)
        passed = records
        if parameters:
            passed, failed = transform(records, parameters, self._stream["arn"], self._invoke)
            self._write_errors(
                "processing-failed", records, [_processing_error(failure) for failure in failed]
            )
        if not passed:
            return
        conversion = self._config.get("DataFormatConversionConfiguration") or {}
        if not conversion or not conversion.get("Enabled", True):
            self._write(self._prefix, b"".join(record.data for record in passed), passed)
            return
        body, refused = convert([r.data for r in passed], columns(conversion), compression(conversion))
        if body is not None:
            self._write(self._prefix, body, passed, extension=".parquet")
        table = _table_reference(conversion)
        errors = [_conversion_error(passed[at], refused[at], table) for at in sorted(refused)]
        self._write_errors("format-conversion-failed", passed, errors)

    def _write(
        self,
        prefix: str,
        body: bytes,
        records: list[Record],
        *,
        extension: str = "",
        error_type: str | None = None,
    ) -> None:
        """One object under the evaluated `prefix`; its time is the arrival of the oldest record, as on AWS."""
        arrived = time.gmtime(min(record.arrived_ms for record in records) / 1000)
        evaluate = shape.member("services.firehose", "_evaluate_prefix")
        stamp = shape.member("services.firehose", "_java_time")("yyyy-MM-dd-HH-mm-ss", arrived)
        name = f"{self._stream['name']}-{self._stream.get('version', 1)}-{stamp}-{records[0].record_id[-32:]}"
        suffix = "" if error_type else self._config.get("FileExtension") or extension
        bucket = shape.member("services.firehose", "_s3_bucket_from_arn")(self._config["BucketARN"])
        key = f"{evaluate(prefix, arrived, None, None, error_type)}{name}{suffix}"
        shape.member("services.firehose", "_put_s3_object")(bucket, key, body)

    def _write_errors(self, kind: str, records: list[Record], errors: list[dict[str, Any]]) -> None:
        """One object of JSON lines under the error prefix (or, without one, below the prefix)."""
        if not errors:
            return
        prefix = self._config.get("ErrorOutputPrefix") or f"{self._prefix}{kind}/"
        body = "".join(json.dumps(error) + "\n" for error in errors).encode()
        self._write(prefix, body, records, error_type=kind)
        logger.warning("%s: %d records to the error prefix (%s)", self._stream["name"], len(errors), kind)


def columns(conversion: dict[str, Any]) -> list[Column]:
    """The columns of the conversion's Glue table; none where the table does not exist."""
    schema = conversion.get("SchemaConfiguration") or {}
    tables = shape.member("services.glue", "_tables")
    table = tables.get(f"{schema.get('DatabaseName', '')}/{schema.get('TableName', '')}") or {}
    found = (table.get("StorageDescriptor") or {}).get("Columns") or []
    return [Column(column["Name"], column.get("Type", "string")) for column in found]


def compression(conversion: dict[str, Any]) -> str:
    """The Parquet compression that the stream asks for (Firehose's default is SNAPPY)."""
    serializer = (conversion.get("OutputFormatConfiguration") or {}).get("Serializer") or {}
    return str((serializer.get("ParquetSerDe") or {}).get("Compression", "SNAPPY"))


def _error(record: Record, attempts: int) -> dict[str, Any]:
    return {
        "attemptsMade": attempts,
        "arrivalTimestamp": record.arrived_ms,
        "attemptEndingTimestamp": int(time.time() * 1000),
        "rawData": base64.b64encode(record.data).decode(),
    }


def _processing_error(failure: Failure) -> dict[str, Any]:
    return _error(failure.record, failure.attempts) | {
        "errorCode": failure.code,
        "errorMessage": failure.message,
        "lambdaArn": failure.function_arn,
    }


def _conversion_error(record: Record, refusal: Refusal, table: dict[str, Any]) -> dict[str, Any]:
    return _error(record, 1) | {
        "ErrorCode": refusal.code,
        "ErrorMessage": refusal.message,
        "dataCatalogTable": table,
    }


def _table_reference(conversion: dict[str, Any]) -> dict[str, Any]:
    schema = conversion.get("SchemaConfiguration") or {}
    return {
        "catalogId": schema.get("CatalogId") or shape.member("core.responses", "get_account_id")(),
        "databaseName": schema.get("DatabaseName"),
        "tableName": schema.get("TableName"),
        "region": schema.get("Region") or shape.member("core.responses", "get_region")(),
        "versionId": schema.get("VersionId", "LATEST"),
    }
