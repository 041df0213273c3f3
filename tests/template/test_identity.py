"""Identity: the table as docs/identity.md describes it, and the bus of what becomes known."""

from tests.template.document import find_resources, translate

RESOURCES = translate()["Resources"]
TABLE = RESOURCES["IdentityTable"]["Properties"]


def test_the_index_lists_what_belongs_to_a_person_by_keys_alone() -> None:
    (index,) = TABLE["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by_owner"
    assert [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]] == [
        ("owner", "HASH"),
        ("pk", "RANGE"),
    ]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_leaves_and_refusals_go_away_by_themselves() -> None:
    assert TABLE["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_bus_is_the_stacks_own() -> None:
    (bus,) = find_resources("AWS::Events::EventBus").values()
    assert bus["Properties"]["Name"] == {"Ref": "AWS::StackName"}
