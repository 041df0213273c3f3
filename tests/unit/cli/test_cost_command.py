"""`pixelweave cost` as typed, and that docs/cost.md shows what it prints."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pixelweave_cli.cost_command import COLUMNS
from pixelweave_cli.cost_workload import parse_events, parse_share
from pixelweave_cli.failure import InputError
from pixelweave_cli.main import app
from typer.testing import CliRunner

from bench.cost_page import PAGE, fill_page
from tests.unit.cli.cost_case import MEASURED


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["cost", *words])
    return result.exit_code, result.stdout, result.stderr


def rows(*words: str) -> list[dict[str, Any]]:
    code, stdout, stderr = run(*words, "--json")
    assert (code, stderr) == (0, "")
    return [json.loads(line) for line in stdout.splitlines()]


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("10M", 10_000_000),
        ("2.5m", 2_500_000),
        ("250k", 250_000),
        ("1B", 1_000_000_000),
        ("1e6", 1_000_000),
        ("1.5e3", 1_500),
        ("10_000_000", 10_000_000),
        (" 1 ", 1),
        ("1e12", 10**12),
    ],
)
def test_a_number_of_events_is_written_as_people_do(text: str, events: int) -> None:
    assert parse_events(text) == events


@pytest.mark.parametrize(
    "text",
    ["", "0", "-5", "ten", "10Q", "1.5", "1e-3", "1_", "_1", "10,000", "NaN", "Infinity", "1e99", "1000000000001", "٣M"],
)  # fmt: skip
def test_what_is_no_number_of_events_is_refused_by_name(text: str) -> None:
    with pytest.raises(InputError, match=r"^--events: "):
        parse_events(text)


@pytest.mark.parametrize(
    ("text", "share"), [("2%", "0.02"), ("0.02", "0.02"), ("0", "0"), ("100%", "1"), ("1", "1"), ("2.5 %", None)]
)  # fmt: skip
def test_a_share_is_a_percentage_or_a_fraction(text: str, share: str | None) -> None:
    if share is None:
        with pytest.raises(InputError, match=r"^--identified: '2.5 %' is not a share"):
            parse_share("--identified", text)
    else:
        assert parse_share("--identified", text) == Decimal(share)


@pytest.mark.parametrize("text", ["101%", "1.1", "-1%", "x", ""])
def test_a_share_lies_between_nothing_and_all(text: str) -> None:
    with pytest.raises(InputError, match=r"^--conversions: "):
        parse_share("--conversions", text)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--events", "10Q"), "--events: '10Q' is not a number of events"),
        (("--events", "1M", "--region", "eu-west-1"), "there is no price list of 'eu-west-1', only of us-east-1"),
        (("--events", "1M", "--identified", "x"), "--identified: 'x' is not a share"),
        (("--events", "1M", "--buffer-seconds", "59"), "Invalid value for '--buffer-seconds'"),
        (("--events", "1M", "--buffer-seconds", "901"), "Invalid value for '--buffer-seconds'"),
        (("--events", "1M", "--dialects", "7"), "Invalid value for '--dialects'"),
        ((), "Missing option '--events'"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_exit_code_2_and_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    code, stdout, stderr = run(*words)
    assert (code, stdout) == (2, "")
    assert sentence in " ".join(stderr.replace("│", " ").split())


def test_json_has_a_line_for_each_thing_billed_then_the_total_then_changes() -> None:
    found = rows("--events", "10M")
    lines = [row for row in found if "page" in row]
    (total,) = (row for row in found if row.get("service") == "total")
    assert sum(Decimal(row["usd_exact"]) for row in lines) == pytest.approx(
        Decimal(total["usd_exact"]), abs=Decimal("0.0001")
    )
    assert Decimal(total["usd_per_million"]) == pytest.approx(
        Decimal(total["usd_exact"]) / 10, abs=Decimal("0.005")
    )
    assert all(
        set(COLUMNS) <= row.keys() and row["page"].startswith("https://aws.amazon.com/") for row in lines
    )
    saved = [Decimal(row["saves"]) for row in found if "change" in row]
    assert saved == sorted(saved, reverse=True)
    assert saved[0] > 0


@pytest.mark.parametrize(
    ("words", "line", "part"),
    [
        (("--event-bytes", "5121"), "GB of hits", "records × 10 KB"),
        (("--collect-memory", "256"), "GB-seconds of collect", "× 256 MB"),
        (("--buffer-seconds", "900"), "goals requests", "8,760"),
        (("--months", "3"), "GB kept", "3 months"),
        (("--hits-per-request", "5"), "requests", "200,000"),
        (("--dialects", "2"), "metrics", "35"),
        (("--pixels", "2"), "writes of hits", "17,520 objects and pixels"),
        (("--conversions", "10%"), "reads", "100,000 conversions"),
        (("--identified", "10%"), "reads", "100,000 identified hits"),
        (("--lookback-days", "27"), "TB scanned by publish", "of 30 days"),
        (("--wait-ms", "30"), "GB-seconds of collect", "× 3"),
    ],
)
def test_an_option_reaches_its_line(words: tuple[str, ...], line: str, part: str) -> None:
    told = [
        f"{row['quantity']} {row['how']}" for row in rows("--events", "1M", *words) if row.get("item") == line
    ]
    assert any(part in text for text in told), told


@pytest.mark.parametrize(
    "words", [("--buffer-seconds", "60"), ("--buffer-seconds", "900"), ("--dialects", "6")]
)
def test_a_limit_itself_is_allowed(words: tuple[str, ...]) -> None:
    assert rows("--events", "1M", *words)


def test_people_are_told_what_dominates_and_where_it_comes_from() -> None:
    code, stdout, _ = run("--events", "10M")
    assert code == 0
    assert "a million events. The most goes to " in stdout
    assert f"usage measured on {MEASURED.measured}" in stdout
    assert "--hits-per-request 10" in stdout


def test_the_page_shows_what_the_command_prints_for_ten_million_events() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == fill_page(page, MEASURED), "run `make cost`"
    for row in rows("--events", "10M"):
        if "page" in row:
            assert f"| {' | '.join(row[column] for column in COLUMNS)} |" in page
        elif row.get("service") == "total":
            assert f"| **total** |  |  |  | {row['usd']} |" in page


def test_a_page_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the table bill"):
        fill_page("# Cost", MEASURED)
