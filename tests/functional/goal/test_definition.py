"""Goals in the pixel table: one of a name, and no change that somebody else's change would undo."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pixelweave.goal import GoalRecord, GoalSpec, define_goal, revise_goal
from pixelweave_aws.goal_definition import (
    GoalConflictError,
    GoalDefinitions,
    GoalNotFoundError,
    read_clock,
)
from pixelweave_aws.pixel_table import PixelTable

from tests.functional.aws_part import create_key_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 1_782_907_200_000


@pytest.fixture
def dynamodb(aws: None) -> DynamoDBClient:
    client = boto3.client("dynamodb")
    create_key_table(client, "pixels")
    return client


@pytest.fixture
def definitions(dynamodb: DynamoDBClient) -> GoalDefinitions:
    return GoalDefinitions("pixels", dynamodb)


def make_record(name: str = "Thanks, #1", pixel_id: str = "px", **changes: Any) -> GoalRecord:
    spec: dict[str, Any] = {
        "name": name,
        "match": "any",
        "conditions": [
            {"field": "label", "key": "size", "pattern": "b*"},
            {"field": "value", "minimum": "1.50"},
        ],
        "value": {"amount": "12.5000", "unit": "eur"},
        "once": "order",
        "enabled_from": "2026-01-01T00:00:00Z",
    }
    return define_goal(
        GoalSpec.model_validate(spec | changes), pixel_id=pixel_id, goal_id=f"g_{name}", now=NOW
    )


def test_a_goal_is_read_as_it_was_written(definitions: GoalDefinitions) -> None:
    record = make_record()
    definitions.put(record, is_new=True)
    found = definitions.find("px", "Thanks, #1")
    assert found == record
    assert found.spec.value is not None
    assert (found.spec.value.amount, found.spec.value.unit) == (Decimal("12.5"), "EUR")
    assert found.spec.enabled_from == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_goals_of_a_pixel_are_listed_and_nothing_else_of_it_or_of_others(
    definitions: GoalDefinitions, dynamodb: DynamoDBClient
) -> None:
    goals = [make_record(name) for name in ("b", "a", "é")]
    for record in (*goals, make_record("other", "px2")):
        definitions.put(record, is_new=True)
    for sort in ("CONFIG", "FUNNEL#a", "GOAL"):
        dynamodb.put_item(TableName="pixels", Item={"pk": {"S": "PIXEL#px"}, "sk": {"S": sort}})
    assert [record.name for record in definitions.list("px")] == ["a", "b", "é"]
    assert definitions.list("p") == []


def test_a_name_is_taken_once(definitions: GoalDefinitions) -> None:
    definitions.put(make_record(), is_new=True)
    with pytest.raises(GoalConflictError, match="exists already"):
        definitions.put(make_record(once="event"), is_new=True)
    assert definitions.find("px", "Thanks, #1").spec.once == "order"


def test_of_two_changes_of_one_version_the_second_is_refused(definitions: GoalDefinitions) -> None:
    record = make_record()
    definitions.put(record, is_new=True)
    changes = [
        revise_goal(record, record.spec.model_copy(update={"once": once}), NOW + 1000)
        for once in ("event", "session")
    ]
    definitions.put(changes[0], is_new=False)
    with pytest.raises(GoalConflictError):
        definitions.put(changes[1], is_new=False)
    assert definitions.find("px", "Thanks, #1") == changes[0]


def test_a_change_of_a_goal_that_is_gone_does_not_bring_it_back(definitions: GoalDefinitions) -> None:
    record = make_record()
    definitions.put(record, is_new=True)
    definitions.delete(record)
    with pytest.raises(GoalConflictError):
        definitions.put(revise_goal(record, record.spec, NOW + 1000), is_new=False)
    with pytest.raises(GoalNotFoundError, match="has no goal 'Thanks, #1'"):
        definitions.find("px", "Thanks, #1")


def test_a_goal_is_deleted_as_it_was_read_and_twice_is_no_matter(definitions: GoalDefinitions) -> None:
    record = make_record()
    changed = revise_goal(record, record.spec, NOW + 1000)
    definitions.put(record, is_new=True)
    definitions.put(changed, is_new=False)
    with pytest.raises(GoalConflictError):
        definitions.delete(record)
    for _ in range(2):
        definitions.delete(changed)
    assert definitions.list("px") == []


def test_another_goal_of_the_name_is_neither_changed_nor_deleted(definitions: GoalDefinitions) -> None:
    record = make_record()
    definitions.put(record.model_copy(update={"goal_id": "g_other"}), is_new=True)
    with pytest.raises(GoalConflictError):
        definitions.put(revise_goal(record, record.spec, NOW + 1000), is_new=False)
    with pytest.raises(GoalConflictError):
        definitions.delete(record)


def test_what_dynamodb_itself_refuses_comes_through(dynamodb: DynamoDBClient) -> None:
    absent = GoalDefinitions("absent", dynamodb)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        absent.put(make_record(), is_new=True)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        absent.delete(make_record())


def test_a_table_with_goals_has_the_same_pixels(
    definitions: GoalDefinitions, dynamodb: DynamoDBClient
) -> None:
    definitions.put(make_record(), is_new=True)
    assert PixelTable("pixels", dynamodb).list() == []


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Wed, 01 Jul 2026 12:00:00 GMT", 1_782_907_201_000),
        ("Wed, 01 Jul 2026 11:59:59 GMT", 1_782_907_200_000),
    ],
)
def test_the_clock_is_the_answers_date_and_the_second_after_it(
    dynamodb: DynamoDBClient, date: str, moment: int
) -> None:
    def stamp(parsed: dict[str, Any], **_: Any) -> None:
        parsed["ResponseMetadata"]["HTTPHeaders"]["date"] = date

    dynamodb.meta.events.register("after-call.dynamodb.DescribeEndpoints", stamp)
    assert read_clock(dynamodb) == moment
