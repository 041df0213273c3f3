"""The policy for those who query the log themselves: it reads the logs, writes answers, and reaches nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.template.document import ROOT, find_references, find_resources, listed, read_source

if TYPE_CHECKING:
    from tests.template.document import Node

POLICY: Node = find_resources("AWS::IAM::ManagedPolicy")["ReaderPolicy"]["Properties"]
STATEMENTS: list[Node] = POLICY["PolicyDocument"]["Statement"]
PAGE = (ROOT / "docs" / "bi.md").read_text(encoding="utf-8")


def find_grants(service: str) -> dict[str, set[str]]:
    """Return action → resources, each as the end of its ARN, of one service."""
    grants: dict[str, set[str]] = {}
    for statement in STATEMENTS:
        for action in listed(statement["Action"]):
            if action.startswith(f"{service}:"):
                grants.setdefault(action.partition(":")[2], set()).update(
                    map(end_arn, listed(statement["Resource"]))
                )
    return grants


def end_arn(resource: object) -> str:
    """Return what an ARN of the template ends in, after account or bucket."""
    text = resource["Fn::Sub"] if isinstance(resource, dict) and "Fn::Sub" in resource else str(resource)
    return re.sub(r"^(arn:.*\$\{AWS::AccountId\}:|\$\{LakeBucket\.Arn\}/)", "", str(text))


def test_every_statement_allows_and_no_action_is_a_star() -> None:
    assert {statement["Effect"] for statement in STATEMENTS} == {"Allow"}
    assert not [action for statement in STATEMENTS for action in listed(statement["Action"]) if "*" in action]


def test_it_knows_three_services_and_of_the_stack_the_lake_its_database_and_its_workgroup() -> None:
    services = {
        action.partition(":")[0] for statement in STATEMENTS for action in listed(statement["Action"])
    }
    assert services == {"athena", "glue", "s3"}
    assert find_references(STATEMENTS) == {"LakeBucket", "Database", "WorkGroup"}


def test_it_reads_the_logs_and_the_definitions_and_writes_answers_only() -> None:
    grants = find_grants("s3")
    assert grants["GetObject"] == {"events/*", "links/*", "packed/*", "definitions/*", "athena-results/*"}
    assert grants["PutObject"] == {"athena-results/*"}
    assert not [action for action in grants if action.startswith("Delete")]


def test_it_queries_in_the_stacks_workgroup_and_sees_the_names_of_others() -> None:
    grants = find_grants("athena")
    everywhere = {action for action, resources in grants.items() if "*" in resources}
    assert everywhere == {"ListDataCatalogs", "ListWorkGroups"}
    assert grants["StartQueryExecution"] == grants["GetQueryResults"] == {"workgroup/${WorkGroup}"}
    assert grants["GetTableMetadata"] == {"datacatalog/AwsDataCatalog"}
    assert not {"CreateNamedQuery", "DeleteNamedQuery", "UpdateWorkGroup"} & grants.keys()


def test_it_reads_the_schema_of_the_stacks_database_and_changes_none() -> None:
    grants = find_grants("glue")
    assert all(action.startswith(("Get", "BatchGet")) for action in grants)
    assert grants["GetTable"] == {"catalog", "database/${Database}", "table/${Database}/*"}
    assert grants["GetDatabase"] == grants["GetTable"] | {"database/default"}


def test_nobody_has_it_until_it_is_attached() -> None:
    assert not POLICY.keys() & {"Roles", "Users", "Groups"}


def test_the_page_names_the_outputs_that_a_tool_is_set_up_with() -> None:
    outputs = read_source()["Outputs"]
    named = set(re.findall(r"`([A-Z][A-Za-z]+(?:Name|Arn))`", PAGE))
    assert named == {"ReaderPolicyArn", "WorkGroupName", "DatabaseName", "LakeBucketName"}
    assert named <= outputs.keys()
