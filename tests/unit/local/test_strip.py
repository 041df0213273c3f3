"""What goes out of the template for the embedded AWS, and what must not."""

from typing import Any

import pytest
from pixelweave_local.strip import StripError, references, strip

QUERY = {"Type": "AWS::Athena::NamedQuery", "Properties": {"Name": "q"}}
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": {"Ref": "Stage"}}}


def template(**resources: Any) -> dict[str, Any]:
    return {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}


def test_a_template_of_known_types_stays_as_it_is() -> None:
    known = template(Table=TABLE) | {"Outputs": {"Name": {"Value": {"Ref": "Table"}}}}
    assert strip(known) == known


def test_unknown_types_go_and_the_original_is_not_touched() -> None:
    original = template(Query=QUERY, Table=TABLE)
    assert strip(original)["Resources"] == {"Table": TABLE}
    assert set(original["Resources"]) == {"Query", "Table"}


def test_an_output_that_names_what_goes_goes_too() -> None:
    outputs = {"Q": {"Value": {"Fn::Sub": "${Query}/x"}}, "T": {"Value": {"Ref": "Table"}}}
    assert strip(template(Query=QUERY, Table=TABLE) | {"Outputs": outputs})["Outputs"] == {"T": outputs["T"]}


@pytest.mark.parametrize(
    ("depends", "left"),
    [("Query", None), ("Table", ["Table"]), (["Query", "Table"], ["Table"]), (["Query"], None)],
)
def test_a_dependency_on_what_goes_goes(depends: Any, left: Any) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "DependsOn": depends}
    stripped = strip(template(Query=QUERY, Table=TABLE, Bucket=bucket))
    assert stripped["Resources"]["Bucket"].get("DependsOn") == left


def test_a_deployment_preference_goes_because_sam_would_make_unknown_types_of_it() -> None:
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Handler": "app.handler",
            "DeploymentPreference": {"Type": "Linear10PercentEvery1Minute"},
        },
    }
    stripped = strip(template(Collect=function))
    assert stripped["Resources"]["Collect"]["Properties"] == {"Handler": "app.handler"}


@pytest.mark.parametrize(
    "reference",
    [
        {"Ref": "Query"},
        {"Fn::GetAtt": ["Query", "Arn"]},
        {"Fn::Join": ["-", ["a", {"Fn::Sub": "x-${Query.Id}"}]]},
    ],
)
def test_a_resource_that_needs_what_goes_is_an_error_not_a_surprise(reference: Any) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [{"Value": reference}]}}
    with pytest.raises(StripError, match="Bucket refers to Query"):
        strip(template(Query=QUERY, Bucket=bucket))


def test_references_are_found_in_every_form() -> None:
    value = [
        {"Ref": "A"},
        {"Fn::GetAtt": ["B", "Arn"]},
        {"Fn::GetAtt": "C.Arn"},
        {"Fn::Sub": "s3://${D}/${E.Arn}"},
        {"Fn::Sub": ["${F}", {"X": {"Ref": "G"}}]},
        {"Plain": "H"},
    ]
    assert references(value) == {"A", "B", "C", "D", "E", "F", "G"}
