"""The function compact and the command that calls it, over real Parquet objects."""

from __future__ import annotations

import importlib
import json
from io import BytesIO
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pixelweave.packing import LAYOUTS
from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.compact_call import CompactCall
from pixelweave_aws.compact_settings import CompactSettings
from pixelweave_aws.day_registration import register_days
from pixelweave_aws.day_report import DayReport
from pixelweave_aws.function_call import FunctionBusyError, FunctionCrashError

from tests.functional.compaction.lake_room import DAY, SETTLED
from tests.functional.fake_glue import FakeGlue
from tests.functional.fake_s3 import FakeS3
from tests.functional.tool_stack import ToolStack

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from types import ModuleType

ENVIRONMENT = {
    "LAKE_BUCKET": "lake",
    "DATABASE_NAME": "pixelweave",
    "AFTER_HOURS": "48",
    "GRACE_HOURS": "24",
    "STORAGE_MB": "1024",
    "POWERTOOLS_METRICS_NAMESPACE": "Pixelweave/stack",
}


class Context:
    """Lambda's context with `remaining_ms` left."""

    def __init__(self, remaining_ms: int = 900_000) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


class Stage:
    """The function over a lake and a catalogue in memory."""

    def __init__(self, app: ModuleType, folder: Path) -> None:
        self.s3, self.glue = FakeS3(), FakeGlue()
        self._app = app
        self._folder = folder
        for name in LAYOUTS:
            self.glue.make_table(name, f"s3://lake/{name}/", [("a", "string")])
        register_days(self.glue.client(), "pixelweave", DAY, SETTLED)

    def put(self, key: str, select: str) -> None:
        """Land a Parquet object."""
        path = self._folder / "landing.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        self.s3.objects[key] = (path.read_bytes(), {})

    def call(self, event: dict[str, Any], context: Context | None = None) -> list[dict[str, Any]]:
        """Call the function; what it says of each day."""
        days: list[dict[str, Any]] = self._app.handler(event, context or Context())["days"]
        return days

    def read(self, prefix: str) -> list[tuple[Any, ...]]:
        """The rows of the one object that is visible below a prefix."""
        (key,) = (key for key in self.s3.objects if key.startswith(prefix) and not key.endswith(".json"))
        path = self._folder / "read.parquet"
        path.write_bytes(self.s3.objects[key][0])
        with duckdb.connect() as connection:
            return connection.execute(f"SELECT * FROM '{path}'").fetchall()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The function at the moment when the day is settled."""
    app = importlib.import_module("functions.compact.app")
    made = Stage(app, tmp_path)
    monkeypatch.setattr(
        app.boto3, "client", lambda service, config: {"s3": made.s3, "glue": made.glue}[service]
    )
    monkeypatch.setattr(app.time, "time", lambda: SETTLED)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return made


def put_day(stage: Stage) -> None:
    for number in range(3):
        stage.put(
            f"events/dt={DAY}/{number}.parquet",
            f"SELECT 'e{number}' AS event_id, 'px_{9 - number}' AS pixel_id, 1.5::DECIMAL(18,4) AS value",
        )
        stage.put(f"links/dt={DAY}/{number}.parquet", f"SELECT 'l{number}' AS link_id, 'node' AS kind")


def test_both_logs_are_packed_and_told(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    put_day(stage)
    told = stage.call({})
    assert [(each["log"], each["day"], each["state"], each["rows"]) for each in told] == [
        ("events", str(DAY), "packed", 3),
        ("links", str(DAY), "packed", 3),
    ]
    assert [row[2] for row in stage.read("packed/events/")] == ["px_7", "px_8", "px_9"]
    assert [row[0] for row in stage.read("packed/links/")] == ["l0", "l1", "l2"]
    metrics = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (metrics["DaysPacked"], metrics["ObjectsIn"], metrics["ObjectsOut"]) == ([2], [6], [2])
    assert (metrics["DaysRefused"], metrics["DaysShort"]) == ([0], [0])


def test_a_day_that_is_asked_for_is_the_only_one(stage: Stage) -> None:
    put_day(stage)
    assert [each["state"] for each in stage.call({"day": "2026-03-02"})] == ["unsettled", "unsettled"]
    assert [each["state"] for each in stage.call({"day": str(DAY)})] == ["packed", "packed"]


def test_a_dry_run_writes_nothing_and_sends_no_metrics(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    put_day(stage)
    before = dict(stage.s3.objects)
    assert {each["state"] for each in stage.call({"dry_run": True})} == {"would pack"}
    assert stage.s3.objects == before
    assert "CloudWatchMetrics" not in capsys.readouterr().out


def test_a_refused_day_is_counted_and_its_reason_told(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    put_day(stage)
    stage.s3.objects[f"events/dt={DAY}/1.parquet"] = (b"PAR1", {})
    refused, packed = stage.call({})
    assert (refused["state"], packed["state"]) == ("refused", "packed")
    assert (
        refused["reason"] == f"events/dt={DAY}/1.parquet: the object is not Parquet, or is cut off or damaged"
    )
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["DaysRefused"] == [1]


def test_days_that_are_not_registered_ahead_are_counted(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in LAYOUTS:
        stage.glue.partitions[name] = dict(list(stage.glue.partitions[name].items())[:10])
    stage.call({})
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["DaysShort"][0] > 40


def test_nothing_is_begun_with_little_time(stage: Stage) -> None:
    put_day(stage)
    assert {each["state"] for each in stage.call({}, Context(300_000))} == {"unfinished"}
    assert {each["state"] for each in stage.call({}, Context(300_001))} == {"packed"}


def test_settings_share_memory_and_disk() -> None:
    settings = CompactSettings.from_env(ENVIRONMENT | {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048"})
    assert (settings.pack_memory_mb, settings.limits.group_bytes) == (1024, 64 * 1024 * 1024)
    assert (settings.limits.after_hours, settings.limits.grace_hours) == (48, 24)


@pytest.mark.parametrize("name", ["LAKE_BUCKET", "DATABASE_NAME", "AFTER_HOURS", "GRACE_HOURS", "STORAGE_MB"])
def test_settings_name_what_is_missing(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        CompactSettings.from_env(ENVIRONMENT | {name: ""})
    with pytest.raises(SettingsError, match="GRACE_HOURS 'one' is not a number"):
        CompactSettings.from_env(ENVIRONMENT | {"GRACE_HOURS": "one"})


class Call(CompactCall):
    """Answers instead of the function."""

    def __init__(self, *reports: DayReport) -> None:
        self.reports = reports
        self.asked: list[tuple[date | None, bool]] = []

    def run(self, day: date | None = None, *, dry_run: bool = False) -> list[DayReport]:
        self.asked.append((day, dry_run))
        return list(self.reports)


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line over a stack in moto."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        stack = ToolStack()
        yield stack
        stack.athena.close()


def test_the_command_prints_each_day_before_and_after(tools: ToolStack) -> None:
    call = tools.runtime.compact_call = Call(DayReport("events", DAY, "packed", 288, 900, 1, 300, 77))
    (told,) = tools.run_json("compact", "--day", str(DAY), "--dry-run")
    assert (told["log"], told["day"], told["objects_before"], told["objects_after"]) == (
        "events",
        str(DAY),
        288,
        1,
    )
    assert call.asked == [(DAY, True)]


@pytest.mark.parametrize(("state", "code"), [("refused", 4), ("unfinished", 4), ("waiting", 0)])
def test_the_command_ends_with_4_where_work_is_left(tools: ToolStack, state: str, code: int) -> None:
    tools.runtime.compact_call = Call(DayReport("events", DAY, state, reason="broken"))
    result = tools.run("compact")
    assert result.exit_code == code
    assert state in result.stdout


def test_a_day_that_is_none_is_a_wrong_command_line(tools: ToolStack) -> None:
    tools.runtime.compact_call = Call()
    result = tools.run("compact", "--day", "yesterday")
    assert (result.exit_code, "is not a day" in result.stderr) == (2, True)


class Lambda:
    """Takes one call and gives one answer."""

    def __init__(self, payload: object, error: str | None = None) -> None:
        self._payload = payload
        self._error = error
        self.asked: dict[str, Any] = {}

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.asked = json.loads(Payload) | {"function": FunctionName}
        answer: dict[str, Any] = {"Payload": BytesIO(json.dumps(self._payload).encode())}
        return answer | ({"FunctionError": self._error} if self._error else {})


def test_a_call_hands_over_what_was_asked_and_what_was_told() -> None:
    report = DayReport("events", DAY, "packed", 3, 30, 1, 10, 3)
    client: Any = Lambda({"days": [report.to_record()]})
    assert CompactCall(client, "compact").run(DAY, dry_run=True) == [report]
    assert client.asked == {"function": "compact", "day": str(DAY), "dry_run": True}


def test_a_call_that_crashes_or_meets_another_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    client: Any = Lambda({"errorType": "KeyError", "errorMessage": "'x'"}, "Unhandled")
    with pytest.raises(FunctionCrashError, match="KeyError: 'x'"):
        CompactCall(client, "compact").run()

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")

    monkeypatch.setattr(client, "invoke", refuse)
    with pytest.raises(FunctionBusyError, match="another run"):
        CompactCall(client, "compact").run()
