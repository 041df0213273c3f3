"""Identity: the table as docs/identity.md describes it, what stitch is told, and the bus it tells."""

import re

import pytest

from tests.template.document import find_resources, read_source, translate

RESOURCES = translate()["Resources"]
TABLE = RESOURCES["IdentityTable"]["Properties"]
STITCH = RESOURCES["StitchFunction"]["Properties"]
PARAMETERS = read_source()["Parameters"]


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
    assert STITCH["Environment"]["Variables"]["EVENT_BUS"] == {"Ref": "EventBus"}


def test_stitch_gets_the_blocked_values_as_one_text() -> None:
    assert PARAMETERS["BlockedValues"]["Type"] == "CommaDelimitedList"
    joined = {"Fn::Join": [",", {"Ref": "BlockedValues"}]}
    assert STITCH["Environment"]["Variables"]["BLOCKED_VALUES"] == joined


def test_the_graph_api_is_off_until_someone_names_it() -> None:
    assert PARAMETERS["GraphApiUrl"]["Default"] == ""


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("DefaultPhoneRegion", "US", True),
        ("DefaultPhoneRegion", "us", False),
        ("DefaultPhoneRegion", "USA", False),
        ("GraphApiUrl", "", True),
        ("GraphApiUrl", "https://graph.facebook.com/v23.0", True),
        ("GraphApiUrl", "graph.facebook.com", False),
        ("GraphApiUrl", "https://graph.facebook.com/ v23", False),
    ],
)
def test_a_parameter_takes_what_it_should(name: str, value: str, taken: bool) -> None:
    assert bool(re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)) is taken


def test_a_batch_of_stitch_has_a_minute() -> None:
    assert STITCH["Timeout"] == 60
