"""The stages of `make test`."""

import os
import sys

import pytest
from pixelweave_local import stage
from pixelweave_local.stage import Result, main, summary

PASS = ((sys.executable, "-c", "pass"),)
FAIL = ((sys.executable, "-c", "raise SystemExit(3)"),)


def test_the_summary_ends_with_the_counts_on_a_line_of_their_own() -> None:
    lines = summary([Result("lint", True, 1.0), Result("unit", False, 2.5)], 4).splitlines()
    assert lines[0].split() == ["ok", "lint", "1.0", "s"]
    assert lines[1].split() == ["FAIL", "unit", "2.5", "s"]
    assert "2 stages were not run" in lines[2]
    assert lines[-1] == "1 passed, 1 failed"


def test_every_stage_runs_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stage, "STAGES", {"one": PASS, "two": PASS})
    assert main([]) == 0
    out = capfd.readouterr().out
    assert "==> one" in out
    assert "<== two: passed in" in out
    assert out.endswith("2 passed, 0 failed\n")


def test_the_first_failing_stage_is_the_last_and_the_status_says_so(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stage, "STAGES", {"one": PASS, "two": FAIL, "three": PASS})
    assert main([]) == 1
    out = capfd.readouterr().out
    assert "<== two: FAILED" in out
    assert "three" not in out
    assert "1 stages were not run" in out


def test_named_stages_run_in_the_order_of_the_list(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stage, "STAGES", {"one": PASS, "two": FAIL, "three": PASS})
    assert main(["three", "one"]) == 0
    assert capfd.readouterr().out.index("==> one") < 20


def test_an_unknown_stage_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lnt"]) == 2
    assert "no such stage: lnt" in capsys.readouterr().err


def test_nothing_of_the_callers_aws_account_reaches_a_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    made = stage.environment()
    assert "AWS_PROFILE" not in made
    assert "AWS_SECRET_ACCESS_KEY" not in made
    assert made["AWS_CONFIG_FILE"] == os.devnull
