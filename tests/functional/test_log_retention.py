"""How long the log is kept, by the rules of its bucket."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from pixelweave_aws.log_retention import read_last_expired, read_retention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

BUCKET = "lake"


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def make_rule(prefix: str, status: str = "Enabled", **actions: Any) -> Any:
    """Return a rule for objects under a prefix."""
    return {
        "ID": f"{prefix}{len(actions)}{status}",
        "Status": status,
        "Filter": {"Prefix": prefix},
        **actions,
    }


def test_a_bucket_without_rules_keeps_the_log(client: S3Client) -> None:
    assert read_retention(client, BUCKET) is None


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ([make_rule("errors/", Expiration={"Days": 30})], None),
        ([make_rule("events/dt=2025", Expiration={"Days": 30})], None),
        ([make_rule("events/", Transitions=[{"Days": 30, "StorageClass": "INTELLIGENT_TIERING"}])], None),
        ([make_rule("events/", "Disabled", Expiration={"Days": 30})], None),
        (
            [make_rule("events/", Expiration={"Days": 400}), make_rule("errors/", Expiration={"Days": 30})],
            400,
        ),
        ([make_rule("packed/events/", Expiration={"Days": 400})], 400),
        ([make_rule("packed/links/", Expiration={"Days": 400})], None),
        ([make_rule("", Expiration={"Days": 90}), make_rule("events/", Expiration={"Days": 400})], 90),
    ],
)
def test_the_shortest_rule_for_all_events_counts(
    client: S3Client, rules: list[Any], days: int | None
) -> None:
    client.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    assert read_retention(client, BUCKET) == days


@pytest.mark.parametrize(("hour", "expired"), [(23, date(2026, 2, 26)), (24, date(2026, 2, 27))])
def test_a_day_is_gone_two_days_after_its_term(client: S3Client, hour: int, expired: date) -> None:
    rules = [make_rule("events/", Expiration={"Days": 30})]
    client.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    assert (
        read_last_expired(client, BUCKET, datetime(2026, 3, 30, tzinfo=UTC).timestamp() + hour * 3600)
        == expired
    )


def test_no_day_is_gone_where_nothing_expires(client: S3Client) -> None:
    assert read_last_expired(client, BUCKET, datetime(2026, 3, 30, tzinfo=UTC).timestamp()) is None
