"""Audiences in the pixel table: one of a slug, and no change that somebody else's change would undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pixelweave.audience import AudienceRecord, AudienceSpec
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.audience_definition import (
    AudienceConflictError,
    AudienceDefinitions,
    AudienceNotFoundError,
)
from pixelweave_aws.pixel_table import PixelTable

from tests.functional.aws_part import create_key_table
from tests.functional.tool_stack import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

FULL: dict[str, Any] = {
    "all": [
        {"kind": "event", "path": "/a*", "labels": [("b", "c")], "at_least": 2},
        {"kind": "value", "goal": "Buy", "unit": "EUR", "at_least": "1.2500"},
        {"kind": "interest", "section": "/x", "share": 1250},
    ],
    "any": [{"kind": "seen", "within": "P7D"}, {"kind": "funnel", "funnel": "Way", "reached": 2}],
    "none": [{"kind": "goal", "goal": "Buy"}],
}


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        create_key_table(client, "pixels")
        yield client


@pytest.fixture
def definitions(dynamodb: DynamoDBClient) -> AudienceDefinitions:
    return AudienceDefinitions("pixels", dynamodb)


def make_record(name: str = "Some", workspace: str = "acme", **fields: Any) -> AudienceRecord:
    spec = AudienceSpec.model_validate({"name": name, "workspace": workspace} | FULL)
    return AudienceRecord.model_validate({"spec": spec, "created_at": 5, "updated_at": 6} | fields)


def test_an_audience_is_read_as_it_was_written(definitions: AudienceDefinitions) -> None:
    record = make_record(is_scheduled=True, revision=3)
    definitions.put(record, is_new=True)
    assert definitions.find("acme", "some") == record


def test_audiences_are_listed_by_workspace_and_slug_and_nothing_else_is(
    definitions: AudienceDefinitions, dynamodb: DynamoDBClient
) -> None:
    PixelTable("pixels", dynamodb).create(PixelSpec(dialect="rokt", name="Shop", workspace_id="acme"), now=1)
    records = [make_record("B"), make_record("A"), make_record("A", "zoo"), make_record("A", "acm")]
    for record in records:
        definitions.put(record, is_new=True)
    addresses = [record.address for record in definitions.list()]
    assert addresses == [("acm", "a"), ("acme", "a"), ("acme", "b"), ("zoo", "a")]
    assert [record.address for record in definitions.list("acme")] == [("acme", "a"), ("acme", "b")]
    assert definitions.list("nobody") == []


def test_what_is_not_there_is_not_found(definitions: AudienceDefinitions) -> None:
    definitions.put(make_record(), is_new=True)
    with pytest.raises(AudienceNotFoundError, match="workspace zoo has no audience 'some'"):
        definitions.find("zoo", "some")


def test_a_slug_is_taken_once(definitions: AudienceDefinitions) -> None:
    definitions.put(make_record(), is_new=True)
    with pytest.raises(AudienceConflictError, match="'some' of acme exists already"):
        definitions.put(make_record("SOME"), is_new=True)


def change(record: AudienceRecord, **fields: Any) -> AudienceRecord:
    return record.model_copy(update={"version": record.version + 1} | fields)


def test_a_change_names_the_version_that_was_read(definitions: AudienceDefinitions) -> None:
    record = make_record()
    definitions.put(record, is_new=True)
    definitions.put(change(record, is_scheduled=True), is_new=False)
    with pytest.raises(AudienceConflictError):
        definitions.put(change(record, revision=9), is_new=False)
    # One of its name that was made later is another one.
    with pytest.raises(AudienceConflictError):
        definitions.put(change(record, version=3, created_at=99), is_new=False)
    assert definitions.find("acme", "some").is_scheduled


def test_only_what_was_read_is_deleted_and_twice_is_as_good_as_once(definitions: AudienceDefinitions) -> None:
    record = make_record()
    definitions.put(record, is_new=True)
    changed = change(record)
    definitions.put(changed, is_new=False)
    with pytest.raises(AudienceConflictError):
        definitions.delete(record)
    definitions.delete(changed)
    definitions.delete(changed)
    assert definitions.list() == []


def test_an_error_of_aws_comes_through(dynamodb: DynamoDBClient) -> None:
    with pytest.raises(ClientError):
        AudienceDefinitions("nowhere", dynamodb).put(make_record(), is_new=True)
