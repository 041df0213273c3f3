"""Views and saved queries: made at each deploy that changes them, and a deploy never hangs on them."""

from tests.template.document import find_resources, listed, read_source, translate

RESOURCES = translate()["Resources"]
(VIEWS,) = [node["Properties"] for node in RESOURCES.values() if node["Type"] == "Custom::Views"]
FUNCTION = RESOURCES["ViewsFunction"]["Properties"]
HOUR = 3600


def test_a_new_package_makes_the_views_anew() -> None:
    # SAM names the version after a hash of the package; the resource is updated when what it refers to has another name.
    (version,) = find_resources("AWS::Lambda::Version")
    assert VIEWS["Version"] == {"Ref": version}
    assert version.startswith("ViewsFunctionVersion")
    assert RESOURCES[version]["DeletionPolicy"] == "Delete"


def test_other_columns_make_the_views_anew() -> None:
    described = {table["Name"]["Ref"]: table["Columns"] for table in VIEWS["Tables"]}
    tables = {
        name: node["Properties"]["TableInput"]["StorageDescriptor"]["Columns"]
        for name, node in find_resources("AWS::Glue::Table").items()
    }
    assert described == tables


def test_cloudformation_waits_a_little_longer_than_the_function_can_run_and_not_for_an_hour() -> None:
    assert FUNCTION["Timeout"] < int(VIEWS["ServiceTimeout"]) < HOUR


def test_the_service_token_stays_the_same() -> None:
    # CloudFormation refuses an update that changes it.
    assert VIEWS["ServiceToken"] == {"Fn::GetAtt": ["ViewsFunction", "Arn"]}


def test_views_are_made_in_the_database_and_the_workgroup_of_the_stack() -> None:
    assert (VIEWS["Database"], VIEWS["WorkGroup"]) == ({"Ref": "Database"}, {"Ref": "WorkGroup"})


def test_views_needs_nothing_but_the_core_layer() -> None:
    layers = [str(layer["Ref"]) for layer in listed(FUNCTION["Layers"])]
    assert len(layers) == 1
    assert layers[0].startswith("CoreLayer")
    assert "Environment" not in read_source()["Resources"]["ViewsFunction"]["Properties"]


def test_the_workgroup_takes_its_saved_queries_with_it() -> None:
    # CloudFormation deletes no workgroup that has some, unless it is told to.
    assert RESOURCES["WorkGroup"]["Properties"]["RecursiveDeleteOption"] is True
