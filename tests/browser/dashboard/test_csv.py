"""CSV: what the table says, by RFC 4180, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.browser.dashboard.documents import BUSY, TODAY
from tests.browser.dashboard.oracle import JUNE, group, list_days, sum_days, sum_money, write_money

if TYPE_CHECKING:
    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.kit import Kit
    from tests.browser.dashboard.screen import Screen


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("plain", "plain"),
        ("", ""),
        (None, ""),
        (0, "0"),
        (-5, "-5"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-5.", "'-5."),
        ("-5-2", "'-5-2"),
        ("-", "'-"),
        ("+49301234567", "'+49301234567"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "\"'\r'=1\""),
        ("\n=1", "\"'\n'=1\""),
        (" =1", " =1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("a,=1+1", '"a,=1+1"'),
        ("a\n=1+1", '"a\n\'=1+1"'),
        ("a; b", "a; b"),
        ("a;b=c", "a;b=c"),
        ("'=1", "'=1"),
        ("a,b", '"a,b"'),
        ('say "so"', '"say ""so"""'),
        ("two\nlines", '"two\nlines"'),
        ("two\r\nlines", '"two\r\nlines"'),
        ('=HYPERLINK("https://evil.example","x")', '"\'=HYPERLINK(""https://evil.example"",""x"")"'),
        ("ü – 字", "ü – 字"),
    ],
)
def test_a_cell_is_written_so_that_it_stays_text(kit: Kit, cell: object, written: str) -> None:
    assert kit.call("csv", "writeCsv", [[cell, "x"]]) == f"{written},x\r\n"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_no_cell_begins_a_formula_where_another_separator_is_the_readers(kit: Kit, separator: str) -> None:
    # Excel takes the separator of its region: in most of Europe that is the semicolon.
    hostile = f"x{separator}=cmd|'/c calc'!A0"
    text = kit.call("csv", "writeCsv", [["/shop", hostile, 5], ["/shop", f'"{hostile}"', f"a\n{hostile}"]])
    cells = [cell for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_lines_end_as_the_rfc_wants_and_parse_back(kit: Kit) -> None:
    lines = [["a", 'b"c'], ["d\r\ne", "f,g"], ["", "1.5"]]
    text = kit.call("csv", "writeCsv", lines)
    assert text.count("\r\n") == 4
    assert list(csv.reader(io.StringIO(text, newline=""))) == lines


def test_a_breakdowns_csv_has_a_line_for_each_group_with_numbers_as_numbers(
    screen: Screen, history: History
) -> None:
    text = screen.go("technology").save("Browsers")
    lines = list(csv.DictReader(io.StringIO(text)))
    expected = group(
        history,
        "technology",
        JUNE,
        lambda row: (row["browser"] or "", row["browser_version"] or ""),
        "sessions",
        "events",
    )
    found = {
        (line["Browser"], line["Version"]): (int(line["Sessions"]), int(line["Events"])) for line in lines
    }
    assert found == expected
    assert sum(float(line["Share"]) for line in lines) == pytest.approx(1, abs=1e-4)


def test_a_charts_csv_has_each_day(screen: Screen, history: History) -> None:
    screen.go(metric="sessions").series("over-time-chart")
    lines = list(csv.DictReader(io.StringIO(screen.save("Sessions by day"))))
    assert [line["Day"] for line in lines] == [day.isoformat() for day in list_days(JUNE)]
    assert [int(line["Sessions"]) for line in lines] == sum_days(history, "sessions", "sessions", JUNE)


def test_money_is_saved_exactly_and_without_separators(screen: Screen, history: History) -> None:
    lines = {line["Goal"]: line for line in csv.DictReader(io.StringIO(screen.go("goals").save("Goals")))}
    for goal in ("Purchase", "Refund"):
        money = sum_money(row for _, row in history.list_rows("goals", *JUNE) if row["goal"] == goal)
        assert lines[goal]["Value, EUR"] == write_money(money["EUR"]).replace(",", "")
    assert lines["Refund"]["Value, EUR"].startswith("-")
    assert lines["Lead"]["Value, EUR"] == ""


def test_the_file_is_named_after_its_days_and_begins_with_the_mark_of_utf_8(screen: Screen) -> None:
    page = screen.go("geography", range="today").page
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save CSV: Countries").click()
    assert saving.value.suggested_filename == f"pixelweave-countries-table-{TODAY}-{TODAY}.csv"
    assert saving.value.path().read_bytes().startswith(b"\xef\xbb\xbfCountry,Region,City,Sessions")


def test_the_csv_is_in_the_order_of_the_table(screen: Screen) -> None:
    screen.go("quality", sort="fate-table.fate.up")
    text = screen.save("Where the hits went")
    saved = [line["What became of it"] for line in csv.DictReader(io.StringIO(text))]
    assert saved == [row["What became of it"] for row in screen.rows("fate-table")] == sorted(saved)


@pytest.mark.parametrize(
    ("page", "table", "caption", "first", "count"),
    [
        ("geography", "countries", "Countries", "Country", "Sessions"),
        ("funnels", "steps", "Steps", "Goal", "Entries"),
    ],
)
def test_a_change_is_saved_as_the_share_that_it_is(
    screen: Screen, page: str, table: str, caption: str, first: str, count: str
) -> None:
    saved = list(csv.DictReader(io.StringIO(screen.go(page, pixel=BUSY).save(caption))))
    assert screen.page.locator(f"#{table}-table").count() == 1
    compared = [line for line in saved if int(line["Before"])]
    assert {line[first] for line in compared} != set()
    for line in compared:
        now, before = int(line[count]), int(line["Before"])
        assert line["Change"] == f"{(now - before) / before:.6f}"
