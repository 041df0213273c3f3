"""`pixelweave publish` and `pixelweave dashboard deploy` from the typed words to what is printed."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pixelweave_aws.publish_call import PublishCall

from tests.functional.tool_stack import DASHBOARD_BUCKET, REGION, ToolStack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_lambda import LambdaClient

DONE = {"part": "goals", "first": "2025-06-29", "last": "2025-06-30", "days": 2, "rows": 7}
TOOK = {"bytes_scanned": 12_345_678, "milliseconds": 2_440, "error": None}


class Function:
    """Lambda with one function: answers what it is told to, and remembers the events."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.payload: Any = {"parts": [DONE | TOOK]}
        self.failed = False
        self.refusal = ""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        """Run the function."""
        assert FunctionName == "publish"
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal}}, "Invoke")
        self.events.append(json.loads(Payload))
        answer = {"Payload": io.BytesIO(json.dumps(self.payload).encode())}
        return answer | ({"FunctionError": "Unhandled"} if self.failed else {})


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ToolStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        stack = ToolStack()
        yield stack
        stack.athena.close()


@pytest.fixture
def function(stack: ToolStack) -> Function:
    function = Function()
    stack.runtime.publish_call = PublishCall(cast("LambdaClient", function), "publish")
    return function


def test_publish_tells_what_each_part_took(stack: ToolStack, function: Function) -> None:
    result = stack.run("publish")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "part\tdays\trows\tmb_scanned\tseconds\terror",
        "goals\t2\t7\t12.3\t2.4\t",
    ]
    assert function.events == [{"from": None, "parts": []}]
    (record,) = stack.run_json("publish")
    assert (record["bytes_scanned"], record["error"]) == (12_345_678, None)


def test_publish_hands_on_what_was_asked_for(stack: ToolStack, function: Function) -> None:
    stack.run("publish", "--from", "2025-06-30", "--part", "goals", "--part", "reach")
    assert function.events == [{"from": "2025-06-30", "parts": ["goals", "reach"]}]


def test_a_part_that_failed_is_work_that_is_left(stack: ToolStack, function: Function) -> None:
    failed = DONE | TOOK | {"part": "reach", "error": "the query failed: no\u202e table"}
    function.payload = {"parts": [DONE | TOOK, failed]}
    result = stack.run("publish")
    assert result.exit_code == 4
    assert result.stderr == "pixelweave: reach failed; the other parts are published\n"
    assert "the query failed: no\\u202e table" in result.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "yesterday"), "--from: 'yesterday' is not a day such as 2025-06-30"),
        (("--from", "2025-07-01"), "--from: 2025-07-01 is still to come"),
        (("--part", "people"), "--part: people is no part of the dashboard; there are activity, reach, "),
    ],
)
def test_what_cannot_be_published_is_said_before_anything_runs(
    stack: ToolStack, function: Function, words: tuple[str, str], sentence: str
) -> None:
    result = stack.run("publish", *words)
    assert (result.exit_code, function.events) == (2, [])
    assert result.stderr.startswith(f"pixelweave: {sentence}")


def test_a_run_that_is_on_its_way_is_not_disturbed(stack: ToolStack, function: Function) -> None:
    function.refusal = "TooManyRequestsException"
    result = stack.run("publish")
    assert (result.exit_code, result.stderr) == (
        1,
        "pixelweave: another run of publish is on its way; wait for it, or look at its log\n",
    )


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (
            {"errorType": "DocumentConflictError", "errorMessage": "data/index.json was written"},
            "another run published at the same time; run it again",
        ),
        ({"errorMessage": "Task timed out"}, "publish failed: Error: Task timed out"),
        ({"errorType": "KeyError", "errorMessage": "'x'"}, "publish failed: KeyError: 'x'"),
    ],
)
def test_a_run_that_ended_in_an_error_is_told(
    stack: ToolStack, function: Function, payload: dict[str, str], sentence: str
) -> None:
    function.payload, function.failed = payload, True
    result = stack.run("publish")
    assert (result.exit_code, result.stderr) == (1, f"pixelweave: {sentence}\n")


def test_another_refusal_of_aws_stays_one(stack: ToolStack, function: Function) -> None:
    function.refusal = "AccessDeniedException"
    with pytest.raises(ClientError):
        stack.runtime.publish_call.run(date(2025, 6, 30))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    (folder / "app" / "page").mkdir(parents=True)
    for name in ("index.html", "app/main.js", "app/page/goals.js", "app/page.css", "app/icon.svg"):
        (folder / name).write_text(name)
    return folder


def test_deploy_uploads_the_page_and_removes_what_it_no_longer_has(stack: ToolStack, page: Path) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket=DASHBOARD_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in ("app/old.js", "data/index.json", "data/app/x.json"):
        s3.put_object(Bucket=DASHBOARD_BUCKET, Key=key, Body=b"old")
    (told,) = stack.run_json("dashboard", "deploy", "--page", str(page))
    assert told == {"files": 5, "bucket": DASHBOARD_BUCKET, "url": None}
    listed = {found["Key"] for found in s3.list_objects_v2(Bucket=DASHBOARD_BUCKET)["Contents"]}
    assert listed == {
        "index.html",
        "app/main.js",
        "app/page/goals.js",
        "app/page.css",
        "app/icon.svg",
        "data/index.json",
        "data/app/x.json",
    }
    found = s3.get_object(Bucket=DASHBOARD_BUCKET, Key="app/page/goals.js")
    assert found["Body"].read() == b"app/page/goals.js"
    assert (found["ContentType"], found["CacheControl"]) == ("text/javascript; charset=utf-8", "no-cache")


def test_the_index_comes_last_because_it_names_the_others(stack: ToolStack, page: Path) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket=DASHBOARD_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    assert stack.runtime.page_upload.run(page)[-1] == "index.html"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("app/notes.txt", "app/notes.txt is no file of the page"),
        ("data/x.json", "data/x.json is no file of the page"),
        ("", "has no index.html"),
    ],
)
def test_a_folder_that_is_not_the_page_is_refused_before_anything_is_written(
    stack: ToolStack, page: Path, name: str, sentence: str
) -> None:
    if name:
        (page / name).parent.mkdir(exist_ok=True)
        (page / name).write_text("x")
    else:
        (page / "index.html").unlink()
    result = stack.run("dashboard", "deploy", "--page", str(page))
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_the_page_is_looked_for_here_and_in_parent_folders(
    stack: ToolStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = stack.run("dashboard", "deploy")
    assert result.exit_code == 2
    assert "no dashboard/page here or in a parent folder; name one with --page" in result.stderr
    (tmp_path / "dashboard" / "page").mkdir(parents=True)
    assert "has no index.html" in stack.run("dashboard", "deploy").stderr
