"""Parameters and outputs: described, grouped, documented, used; samconfig.toml knows them."""

import tomllib

import pytest
from pixelweave.route import find_route

from tests.template.document import ROOT, find_references, read_source, render_parameters

SOURCE = read_source()
PARAMETERS = SOURCE["Parameters"]
SAMCONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
ENVIRONMENTS = ["default", "prod", "local"]
OUTPUTS = {
    "CollectorUrl",
    "PixelTableName",
    "IdentityTableName",
    "GoalsTableName",
    "HitsStreamName",
    "LinksStreamName",
    "LakeBucketName",
    "DatabaseName",
    "EventsTableName",
    "LinksTableName",
    "EventBusName",
    "WorkGroupName",
    "ReaderPolicyArn",
    "IdentifyQueueUrl",
    "IdentifyDeadLetterQueueUrl",
    "GoalsQueueUrl",
    "GoalsDeadLetterQueueUrl",
    "SpillQueueUrl",
    "SpillDeadLetterQueueUrl",
    "DashboardBucketName",
    "DashboardUrl",
    "PublishWorkGroupName",
    "PublishFunctionName",
    "CollectFunctionName",
    "EnrichFunctionName",
    "RedriveFunctionName",
    "StitchFunctionName",
    "GoalsFunctionName",
    "ViewsFunctionName",
    "CompactFunctionName",
    "DaysFunctionName",
    "AudiencesFunctionName",
    "FirstHit",
    "DomainTarget",
}


def read_overrides(environment: str, command: str) -> dict[str, str]:
    """The parameter overrides of one command of one environment in samconfig.toml."""
    overrides = SAMCONFIG[environment][command]["parameters"].get("parameter_overrides", [])
    return dict(entry.split("=", 1) for entry in overrides)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_described_has_a_default_and_is_used(name: str) -> None:
    assert len(PARAMETERS[name]["Description"].split()) > 5
    assert "Default" in PARAMETERS[name]
    used = find_references([SOURCE["Resources"], SOURCE["Conditions"], SOURCE["Globals"]])
    assert name in used


def test_every_parameter_is_in_one_group_of_the_console() -> None:
    groups = SOURCE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


def test_the_page_of_parameters_says_what_the_template_says() -> None:
    page = (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8")
    assert render_parameters() in page


def test_the_outputs_are_those_that_the_tools_read() -> None:
    assert set(SOURCE["Outputs"]) == OUTPUTS
    assert all(output["Description"] for output in SOURCE["Outputs"].values())


def test_the_line_to_paste_asks_for_a_path_that_takes_the_key_of_any_pixel() -> None:
    tail = SOURCE["Outputs"]["FirstHit"]["Value"]["Fn::Join"][1][-1]
    route = find_route(tail.partition("?")[0])
    assert route is not None
    assert (route.dialect, route.key) == ("native", "KEY")
    assert tail.endswith("?name=first&debug=1'")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("command", ["build", "deploy"])
def test_an_override_names_a_parameter_and_a_value_it_takes(environment: str, command: str) -> None:
    for name, value in read_overrides(environment, command).items():
        parameter = PARAMETERS[name]
        assert value in [str(entry) for entry in parameter.get("AllowedValues", [value])]
        if parameter["Type"] == "Number":
            assert parameter.get("MinValue", 0) <= int(value) <= parameter.get("MaxValue", int(value))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_is_built_is_what_is_deployed(environment: str) -> None:
    default = PARAMETERS["Architecture"]["Default"]
    built = read_overrides(environment, "build").get("Architecture", default)
    assert read_overrides(environment, "deploy").get("Architecture", default) == built


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_deploys_without_a_question_that_has_no_answer(environment: str) -> None:
    deploy = SAMCONFIG[environment]["deploy"]["parameters"]
    assert deploy["resolve_s3"] is True
    assert deploy["capabilities"] == "CAPABILITY_IAM"
    assert deploy["fail_on_empty_changeset"] is False
    assert SAMCONFIG[environment]["global"]["parameters"]["stack_name"].startswith("pixelweave")


def test_production_reserves_concurrency_and_other_environments_leave_a_small_account_alone() -> None:
    reserved = {name: int(read_overrides(name, "deploy")["CollectConcurrency"]) for name in ENVIRONMENTS}
    assert reserved == {"default": 0, "prod": 200, "local": 0}
