"""Days registered in the Glue catalogue: ahead, with the table's columns, moved in one step."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.custom_resource import ResourceRequest
from pixelweave_aws.day_registration import DAYS_AHEAD, FEWEST_AHEAD, count_short, register_days
from pixelweave_aws.days_settings import DaysSettings
from pixelweave_aws.partition import NoTableError, Partition, PartitionError, Partitions

from tests.functional.fake_glue import FakeGlue

if TYPE_CHECKING:
    from types import ModuleType

NOW = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC).timestamp()
TODAY = date(2026, 3, 1)
FIRST = date(2025, 1, 1)
DAY = timedelta(days=1)
EVENT = {
    "RequestType": "Create",
    "RequestId": "request-1",
    "StackId": "stack-1",
    "ResponseURL": "http://127.0.0.1:1/answer",
    "LogicalResourceId": "Days",
}


@pytest.fixture
def glue() -> FakeGlue:
    """A catalogue with both tables and no partitions."""
    made = FakeGlue()
    for name in ("events", "links"):
        made.make_table(name, f"s3://lake/{name}/", [("a", "string")])
    return made


def open_events(glue: FakeGlue) -> Partitions:
    return Partitions(glue.client(), "pixelweave", "events")


def test_every_day_from_the_first_to_the_last_ahead_is_registered_below_its_table(glue: FakeGlue) -> None:
    done = register_days(glue.client(), "pixelweave", FIRST, NOW)
    days = (TODAY - FIRST).days + DAYS_AHEAD + 1
    assert done == {"events": (days, 0), "links": (days, 0)}
    for name in ("events", "links"):
        found = glue.partitions[name]
        assert (min(found), max(found)) == ("2025-01-01", str(TODAY + DAYS_AHEAD * DAY))
        for day, each in found.items():
            assert each["StorageDescriptor"]["Location"] == f"s3://lake/{name}/dt={day}/"


def test_registering_again_registers_the_days_that_are_new_and_touches_no_other(glue: FakeGlue) -> None:
    register_days(glue.client(), "pixelweave", FIRST, NOW)
    open_events(glue).move(Partition(TODAY, "s3://lake/packed/", {"packed_at": "7"}))
    before = {day: dict(each) for day, each in glue.partitions["events"].items()}
    done = register_days(glue.client(), "pixelweave", FIRST, NOW + 86_400)
    assert done["events"] == (1, 0)
    assert {day: glue.partitions["events"][day] for day in before} == before


def test_days_get_the_columns_of_their_table_and_keep_their_place(glue: FakeGlue) -> None:
    register_days(glue.client(), "pixelweave", FIRST, NOW)
    open_events(glue).move(Partition(TODAY, "s3://lake/packed/", {"packed_at": "7"}))
    glue.make_table("events", "s3://lake/events/", [("a", "string"), ("b", "int")])
    days = len(glue.partitions["events"])
    assert register_days(glue.client(), "pixelweave", FIRST, NOW) == {"events": (0, days), "links": (0, 0)}
    moved = open_events(glue).list(TODAY, TODAY)[TODAY]
    assert (moved.location, moved.parameters) == ("s3://lake/packed/", {"packed_at": "7"})
    columns = glue.partitions["events"][str(TODAY)]["StorageDescriptor"]["Columns"]
    assert columns == [{"Name": "a", "Type": "string"}, {"Name": "b", "Type": "int"}]


def test_a_table_that_is_not_there_yet_is_passed_over(glue: FakeGlue) -> None:
    del glue.tables["links"]
    done = register_days(glue.client(), "pixelweave", TODAY, NOW)
    assert done == {"events": (DAYS_AHEAD + 1, 0), "links": None}
    with pytest.raises(NoTableError, match="no table links"):
        Partitions(glue.client(), "pixelweave", "links").list(TODAY, TODAY)


def test_what_is_no_day_and_what_lies_outside_is_not_listed(glue: FakeGlue) -> None:
    partitions = open_events(glue)
    partitions.register(TODAY, TODAY + 2 * DAY)
    glue.partitions["events"]["2026-03-02x"] = {"Values": ["2026-03-02x"]}
    assert list(partitions.list(TODAY + DAY, TODAY + 2 * DAY)) == [TODAY + DAY, TODAY + 2 * DAY]


def test_a_day_that_is_not_registered_cannot_be_moved(glue: FakeGlue) -> None:
    with pytest.raises(PartitionError, match="EntityNotFoundException"):
        open_events(glue).move(Partition(TODAY, "s3://lake/packed/", {}))


def test_who_was_faster_with_a_day_is_no_error(glue: FakeGlue, monkeypatch: pytest.MonkeyPatch) -> None:
    open_events(glue).register(TODAY, TODAY)
    monkeypatch.setattr(FakeGlue, "paginate", lambda *_, **__: iter([{"Partitions": []}]))
    assert open_events(glue).register(TODAY, TODAY + DAY) == (2, 0)
    assert len(glue.partitions["events"]) == 2


@pytest.mark.parametrize(
    ("ahead", "short"),
    [(FEWEST_AHEAD, 0), (FEWEST_AHEAD - 1, 1), (DAYS_AHEAD, 0), (0, FEWEST_AHEAD)],
)
def test_days_that_are_short_of_a_month_are_counted(glue: FakeGlue, ahead: int, short: int) -> None:
    partitions = open_events(glue)
    partitions.register(TODAY, TODAY + ahead * DAY)
    assert count_short(partitions, NOW) == short


@pytest.fixture
def app(glue: FakeGlue, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The function over that catalogue."""
    module = importlib.import_module("functions.days.app")
    monkeypatch.setattr(module.boto3, "client", lambda service, config: glue)
    monkeypatch.setenv("DATABASE_NAME", "pixelweave")
    monkeypatch.setenv("FIRST_DAY", "2026-01-01")
    return module


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What CloudFormation was answered: reasons of failures, empty for success."""
    given: list[str] = []
    monkeypatch.setattr(ResourceRequest, "answer", lambda request, failure="": given.append(failure))
    return given


@pytest.mark.parametrize("event", [{}, EVENT, EVENT | {"RequestType": "Update"}])
def test_the_schedule_and_a_deploy_register_the_days(
    app: ModuleType, glue: FakeGlue, answers: list[str], event: dict[str, Any]
) -> None:
    app.handler(event, None)
    assert min(glue.partitions["links"]) == "2026-01-01"
    assert answers == ([""] if event else [])


def test_a_stack_that_goes_takes_its_partitions_itself(
    app: ModuleType, glue: FakeGlue, answers: list[str]
) -> None:
    app.handler(EVENT | {"RequestType": "Delete"}, None)
    assert glue.calls == []
    assert answers == [""]


def test_a_deploy_is_told_why_days_cannot_be_registered(
    app: ModuleType, answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_DAY", "soon")
    app.handler(EVENT, None)
    assert answers == ["FIRST_DAY 'soon' is not a day"]
    with pytest.raises(SettingsError):
        app.handler({}, None)


def test_settings_name_what_is_missing() -> None:
    with pytest.raises(SettingsError, match="DATABASE_NAME is not set"):
        DaysSettings.from_env({})
    with pytest.raises(SettingsError, match="FIRST_DAY is not set"):
        DaysSettings.from_env({"DATABASE_NAME": "x"})
