"""How long the log is kept: the bucket's lifecycle rules for events, raw and packed (template.yaml, EventsExpireAfterDays)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pixelweave_aws.lake_object import EVENTS_PREFIX
from pixelweave_aws.packed_day import PACKED_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PREFIXES = (EVENTS_PREFIX, PACKED_PREFIX + EVENTS_PREFIX)


def read_retention(client: S3Client, bucket: str) -> int | None:
    """After how many days the first objects of the log expire; None: never. Errors of AWS itself come through as botocore's."""
    try:
        rules = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as exc:
        if exc.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
            raise
        return None
    days = [
        rule["Expiration"]["Days"]
        for rule in rules
        if rule["Status"] == "Enabled"
        and "Days" in rule.get("Expiration", {})
        and any(
            prefix.startswith(rule.get("Filter", {}).get("Prefix", rule.get("Prefix", "")))
            for prefix in _PREFIXES
        )
    ]
    return min(days, default=None)


def read_last_expired(client: S3Client, bucket: str, now: float) -> date | None:
    """The last day that may have expired as a whole at `now` (Unix seconds), packed or not; None: nothing expires.

    Packed objects are written two days after their day at the earliest (CompactAfterHours), and go at the midnight after their term
    (S3 user guide, «Expiring objects»).
    """
    retention = read_retention(client, bucket)
    if retention is None:
        return None
    return datetime.fromtimestamp(now, UTC).date() - timedelta(days=retention + 2)
