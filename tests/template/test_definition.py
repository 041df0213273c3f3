"""The tables of definitions: JSON that the tools write and the views read."""

import pytest
from pixelweave.field import Field
from pixelweave.funnel import FUNNEL_STEP_FIELDS
from pixelweave.goal_window_row import GOAL_WINDOW_FIELDS
from pixelweave_aws.goal_publication import FUNNELS_PREFIX, GOALS_PREFIX
from pixelweave_local.athena_table import JSON_SERDES

from tests.template.document import find_values, listed, translate

RESOURCES = translate()["Resources"]


@pytest.mark.parametrize(
    ("resource", "name", "prefix", "fields"),
    [
        ("GoalWindowsTable", "goal_windows", GOALS_PREFIX, GOAL_WINDOW_FIELDS),
        ("FunnelStepsTable", "funnel_steps", FUNNELS_PREFIX, FUNNEL_STEP_FIELDS),
    ],
)
def test_a_table_lies_over_what_the_tools_publish(
    resource: str, name: str, prefix: str, fields: tuple[Field, ...]
) -> None:
    table = RESOURCES[resource]["Properties"]["TableInput"]
    storage = table["StorageDescriptor"]
    assert table["Name"] == name
    assert "PartitionKeys" not in table
    assert storage["Location"] == {"Fn::Sub": f"s3://${{LakeBucket}}/{prefix}"}
    assert [(column["Name"], column["Type"]) for column in storage["Columns"]] == [
        (field.name, field.glue) for field in fields
    ]
    # Not OpenX's: its rows "can be non-deterministic" (Athena user guide, "OpenX JSON SerDe").
    assert (
        storage["SerdeInfo"]["SerializationLibrary"]
        == JSON_SERDES[0]
        == "org.apache.hive.hcatalog.data.JsonSerDe"
    )


def test_no_role_of_the_stack_may_write_definitions() -> None:
    writable = [
        resource["Fn::Sub"].removeprefix("${LakeBucket.Arn}/").rstrip("*")
        for statement in (each for found in find_values(RESOURCES, "Statement") for each in listed(found))
        if "Fn::If" not in statement
        and {"s3:PutObject", "s3:DeleteObject", "s3:*"} & set(listed(statement["Action"]))
        and statement["Effect"] == "Allow"
        for resource in listed(statement["Resource"])
        if isinstance(resource, dict) and "LakeBucket.Arn" in str(resource) and "Fn::Sub" in resource
    ]
    assert "events/" in writable
    assert not [prefix for prefix in writable if "definitions/".startswith(prefix)]
