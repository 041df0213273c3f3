"""The texts that published queries are composed of: `queries/*.sql` the parts, `queries/base/*.sql` what they share, `views/*.sql` the
views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.dashboard_query import QueryTexts

from pixelweave_aws.view_file import read_views

if TYPE_CHECKING:
    from pathlib import Path


def read_texts(queries: Path, views: Path) -> QueryTexts:
    """The texts of these folders. Raises ViewFileError."""
    sources = {view.name: view.select for view in read_views(views)}
    return QueryTexts(_read(queries), sources | _read(queries / "base"))


def _read(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}
