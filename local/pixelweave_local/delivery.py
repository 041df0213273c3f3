"""Firehose delivery in batches: many records, one call of the transform, one Parquet object.

ministack delivers every record by itself and passes raw data through where a transform fails. This
takes the place of its delivery: records wait in buffers (`buffer.py`), a thread empties what is due,
and `flush` empties everything at once, so that a test never has to sleep.
"""

import base64
import contextvars
import json
import logging
import threading
import time
from typing import Any, NamedTuple

from pixelweave_local import shape
from pixelweave_local.buffer import Buffers, Limit, Record
from pixelweave_local.parquet import Column, convert
from pixelweave_local.transform import Failure, InvocationError, processor, transform

logger = logging.getLogger("delivery")


class Stream(NamedTuple):
    """A buffer's key: the stream of one account and region."""

    account: str
    region: str
    name: str


class Delivery:
    """The delivery of all streams: `put` collects, a thread or `flush` delivers."""

    def __init__(self, limit: Limit) -> None:
        self._buffers: Buffers[Stream] = Buffers(limit, time.monotonic)
        # The newest description of each stream, and the account scope that its records were put in.
        self._known: dict[Stream, tuple[dict[str, Any], dict[str, Any], contextvars.Context]] = {}
        self._lock = threading.Lock()
        self._delivering = (
            threading.Lock()
        )  # one batch at a time, so that flush returns after the last object
        self._wake = threading.Event()

    def start(self) -> None:
        """Start the thread that delivers what is due."""
        threading.Thread(target=self._run, daemon=True, name="delivery").start()

    def put(
        self, stream: dict[str, Any], destination: dict[str, Any], records: list[tuple[str, bytes]]
    ) -> None:
        """Take records for `stream`; stands in for ministack's delivery of one record."""
        now = int(time.time() * 1000)
        # ministack keeps every record in memory for its own tests; a long run would only grow.
        destination["records"].clear()
        account = shape.member("core.responses", "get_account_id")()
        key = Stream(account, shape.member("core.responses", "get_region")(), stream["name"])
        with self._lock:
            self._known[key] = (stream, destination, contextvars.copy_context())
            self._buffers.add(key, [Record(record_id, data, now) for record_id, data in records])
        self._wake.set()

    def flush(self) -> int:
        """Deliver everything that waits, in the caller's thread; how many records that were."""
        return self._deliver_due(everything=True)

    def _run(self) -> None:
        while True:
            with self._lock:
                wait = self._buffers.wait_seconds()
            self._wake.wait(wait)
            self._wake.clear()
            self._deliver_due(everything=False)

    def _deliver_due(self, *, everything: bool) -> int:
        count = 0
        with self._delivering:
            with self._lock:
                batches = self._buffers.take(everything=everything)
            for key, records in batches:
                stream, destination, context = self._known[key]
                count += len(records)
                try:
                    context.copy().run(deliver, stream, destination["config"], records)
                except Exception:  # the thread must outlive a bucket that is gone; the log has the reason
                    logger.exception("%s: %d records were not delivered", key.name, len(records))
        return count


def deliver(stream: dict[str, Any], config: dict[str, Any], records: list[Record]) -> None:
    """Transform, convert and write one batch of `stream`; each failure to the error prefix."""
    parameters = processor(config)
    failed: list[Failure] = []
    passed = records
    if parameters:
        passed, failed = transform(records, parameters, stream["arn"], invoke)
    if failed:
        write_errors(
            stream, config, "processing-failed", [_processing_error(failure) for failure in failed], records
        )
    if not passed:
        return
    conversion = config.get("DataFormatConversionConfiguration") or {}
    if not conversion or not conversion.get("Enabled", True):
        write(stream, config, config.get("Prefix", ""), b"".join(r.data for r in passed), passed)
        return
    body, refused = convert([r.data for r in passed], columns(conversion), compression(conversion))
    if body is not None:
        write(stream, config, config.get("Prefix", ""), body, passed, extension=".parquet")
    if refused:
        table = _table_reference(conversion)
        errors = [
            _error(passed[position], 1)
            | {"ErrorCode": refusal.code, "ErrorMessage": refusal.message, "dataCatalogTable": table}
            for position, refusal in sorted(refused.items())
        ]
        write_errors(stream, config, "format-conversion-failed", errors, passed)


def invoke(function_arn: str, event: dict[str, Any]) -> Any:
    """Call a function of the embedded AWS and wait; InvocationError for whatever is not an answer."""
    name, qualifier = shape.member("services.lambda_svc", "_resolve_name_and_qualifier")(function_arn)
    found, _ = shape.member("services.lambda_svc", "_get_func_record_for_qualifier")(name, qualifier)
    if found is None:
        raise InvocationError(f"The Lambda function {name} does not exist.")
    result = shape.member("services.lambda_svc", "_execute_function")(found, event)
    body = result.get("body")
    if result.get("error"):
        raise InvocationError(f"The Lambda function returned an error result: {body}")
    if isinstance(body, str | bytes):
        try:
            return json.loads(body)
        except ValueError:
            return None
    return body


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


def write(
    stream: dict[str, Any],
    config: dict[str, Any],
    prefix: str,
    body: bytes,
    records: list[Record],
    *,
    extension: str = "",
    error_type: str | None = None,
) -> None:
    """One object under the evaluated `prefix`; its time is the arrival of the oldest record, as on AWS."""
    arrived = time.gmtime(min(record.arrived_ms for record in records) / 1000)
    evaluated = shape.member("services.firehose", "_evaluate_prefix")(prefix, arrived, None, None, error_type)
    stamp = shape.member("services.firehose", "_java_time")("yyyy-MM-dd-HH-mm-ss", arrived)
    name = f"{stream['name']}-{stream.get('version', 1)}-{stamp}-{records[0].record_id[-32:]}"
    suffix = "" if error_type else config.get("FileExtension") or extension
    bucket = shape.member("services.firehose", "_s3_bucket_from_arn")(config["BucketARN"])
    shape.member("services.firehose", "_put_s3_object")(bucket, f"{evaluated}{name}{suffix}", body)


def write_errors(
    stream: dict[str, Any],
    config: dict[str, Any],
    kind: str,
    errors: list[dict[str, Any]],
    records: list[Record],
) -> None:
    """One object of JSON lines under the error prefix (or, without one, below the prefix)."""
    prefix = config.get("ErrorOutputPrefix") or f"{config.get('Prefix', '')}{kind}/"
    body = "".join(json.dumps(error) + "\n" for error in errors).encode()
    write(stream, config, prefix, body, records, error_type=kind)
    logger.warning("%s: %d records to the error prefix (%s)", stream["name"], len(errors), kind)


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


def _table_reference(conversion: dict[str, Any]) -> dict[str, Any]:
    schema = conversion.get("SchemaConfiguration") or {}
    return {
        "catalogId": schema.get("CatalogId") or shape.member("core.responses", "get_account_id")(),
        "databaseName": schema.get("DatabaseName"),
        "tableName": schema.get("TableName"),
        "region": schema.get("Region") or shape.member("core.responses", "get_region")(),
        "versionId": schema.get("VersionId", "LATEST"),
    }
