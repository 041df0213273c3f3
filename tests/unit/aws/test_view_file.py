"""Files of views: their order, their names, their statements."""

from pathlib import Path

import pytest
from pixelweave_aws.view_file import View, ViewFileError, read_views

VIEWS = Path(__file__).parents[3] / "views"


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_text(f"SELECT '{name}' AS name\n", encoding="utf-8")
    return folder


def test_views_come_in_the_order_of_their_numbers_not_of_their_letters(tmp_path: Path) -> None:
    views = read_views(write(tmp_path, "100_last.sql", "9_first.sql", "20_second.sql"))
    assert [view.name for view in views] == ["first", "second", "last"]


def test_a_view_takes_the_place_of_the_one_that_is_there() -> None:
    assert View("people", "SELECT 1 AS n").statement == 'CREATE OR REPLACE VIEW "people" AS\nSELECT 1 AS n'


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("views", encoding="utf-8")
    assert [view.name for view in read_views(write(tmp_path, "1_a.sql"))] == ["a"]


@pytest.mark.parametrize(
    "name", ["people.sql", "10-people.sql", "10_People.sql", "10_.sql", "10_a b.sql", "x10_a.sql"]
)
def test_a_file_without_a_place_or_a_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ViewFileError, match="NUMBER_view"):
        read_views(write(tmp_path, name))


@pytest.mark.parametrize(
    "names", [("10_a.sql", "10_b.sql"), ("10_a.sql", "20_a.sql"), ("1_a.sql", "01_b.sql")]
)
def test_a_number_or_a_view_that_stands_there_twice_is_refused(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    with pytest.raises(ViewFileError, match="another file"):
        read_views(write(tmp_path, *names))


def test_the_views_of_the_repository_can_be_read_and_fit_into_a_statement() -> None:
    views = read_views(VIEWS)
    assert {"events_stitched", "people"} <= {view.name for view in views}
    for view in views:
        # The limit of StartQueryExecution's QueryString; and one statement each.
        assert len(view.statement.encode()) < 262_144
        assert not view.select.endswith(";")
