"""Exports of audiences in the forms that platforms take (docs/audiences.md, «Exports»): hashes only, and only of members.

Columns: Meta, «How to format a customer list»; Google Ads, «Format your customer data file»; TikTok, «Customer File Audience».
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

from pixelweave.audience_table import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave.audience import AudienceRecord
    from pixelweave.audience_member import Evaluation, Member

SHA256, CSV = "sha256", "csv"
FORMS = {SHA256: "txt", CSV: "csv"}
CONTENT_TYPES = {SHA256: "text/plain; charset=utf-8", CSV: "text/csv; charset=utf-8"}
CSV_COLUMNS = (*IDENTIFIERS, "country")
PREFIX = "audiences/"

# What a hit sends as a hash is checked where it becomes a node; what lies in an older log may not have been.
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
# ISO 3166. A cell is a digest or this, so there is none that a spreadsheet would run (OWASP, «CSV Injection»).
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


@dataclass(frozen=True, slots=True)
class Export:
    """A file's text, and how many lines of people it has."""

    form: str
    text: str
    lines: int


def write_export(members: Iterable[Member], form: str) -> Export:
    """The members in one of `FORMS`; who has no identifier that the form takes is not in it."""
    return _write_hashes(members) if form == SHA256 else _write_csv(members)


def name_folder(workspace: str, slug: str) -> str:
    """Where everything of an audience lies in the lake bucket."""
    return f"{PREFIX}{workspace}/{slug}/"


def name_export(record: AudienceRecord, computed_at: int, form: str) -> str:
    """The key of an export, by the moment of evaluation (Unix milliseconds)."""
    moment = datetime.fromtimestamp(computed_at / 1000, UTC)
    return f"{name_folder(*record.address)}dt={moment:%Y-%m-%d}/{moment:%H%M%S}.{FORMS[form]}"


def describe_export(
    record: AudienceRecord, evaluation: Evaluation, export: Export, key: str
) -> dict[str, object]:
    """The manifest: which audience by which definition, when, and how many were left after each filter."""
    moment = datetime.fromtimestamp(evaluation.computed_at / 1000, UTC)
    return {
        "audience": record.spec.name,
        "workspace": record.spec.workspace,
        "slug": record.spec.slug,
        "revision": record.revision,
        "computed_at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "form": export.form,
        "key": key,
        "lines": export.lines,
        "steps": [{"filter": step.filter, "left": step.left} for step in evaluation.steps],
    }


def _write_hashes(members: Iterable[Member]) -> Export:
    digests = sorted(
        {each.email_sha256 for each in members if _is_digest(each.email_sha256)} - {None}, key=str
    )
    return Export(SHA256, "".join(f"{digest}\n" for digest in digests), len(digests))


def _write_csv(members: Iterable[Member]) -> Export:
    """RFC 4180, with line feeds; the country alone identifies nobody."""
    rows = [
        [digests.get(name, "") for name in IDENTIFIERS] + [_check_country(each.country)]
        for each in members
        if (digests := {name: digest for name, digest in each.digests.items() if _is_digest(digest)})
    ]
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows(sorted(rows))
    return Export(CSV, file.getvalue(), len(rows))


def _is_digest(text: str | None) -> bool:
    return text is not None and _DIGEST.match(text) is not None


def _check_country(text: str | None) -> str:
    return text if text is not None and _COUNTRY.match(text) else ""
