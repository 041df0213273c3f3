"""The speed gate measures what it says, and can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.artefact import ROOT
from bench.collect import INSTALLED
from bench.gate import TRIVIAL, find_excesses
from bench.hit import make_event
from bench.measurement import Bench, Cost, open_bench
from bench.runtime_api import FunctionError, run_function

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VARIANT = ROOT / "bench" / "variant"


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """A bench for all cases."""
    with open_bench() as opened:
        yield opened


def test_a_handler_that_imports_boto3_is_over_the_limit(bench: Bench) -> None:
    trivial = bench.count_init(bench.build("trivial", TRIVIAL))
    heavy = bench.count_init(bench.build("boto3", VARIANT / "boto3" / "app.py", [INSTALLED]))
    (excess,) = find_excesses(trivial, Cost(heavy, 0, 0))
    assert excess.startswith("init takes")


def test_the_functions_under_test_really_call(bench: Bench) -> None:
    adapters = bench.build("adapters", VARIANT / "adapters" / "app.py")
    before = len(bench.aws.calls)
    run = run_function(adapters, [make_event()] * 3, is_counted=False)
    assert [answer["statusCode"] for answer in run.answers] == [200] * 3
    operations = [call.operation for call in bench.aws.calls[before:]]
    assert operations == ["GetItem", "PutRecord", "PutRecord", "PutRecord"]


@pytest.mark.parametrize(
    "body",
    ["raise ValueError", "return {'statusCode': 500}", "import os; os._exit(3)"],
    ids=["raises", "500", "exits"],
)
def test_a_function_that_does_not_answer_is_not_measured(bench: Bench, tmp_path: Path, body: str) -> None:
    app = tmp_path / "app.py"
    app.write_text(f"def handler(event, context):\n    {body}\n")
    with pytest.raises(FunctionError):
        bench.measure(bench.build(tmp_path.name, app), make_event())
