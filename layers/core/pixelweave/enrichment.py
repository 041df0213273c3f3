"""Enrichment: from the record that `collect` sent to the row that lies in the log.

A record that raises (WrongTypeError, MissingColumnError) goes to the error prefix as it came. The look-ups are passed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.channel import classify_channel
from pixelweave.client import BOT, HUMAN
from pixelweave.column import WrongTypeError, convert_column
from pixelweave.consent import DENIED
from pixelweave.field import SCHEMA_VERSION
from pixelweave.geo import Place, locate
from pixelweave.outcome import ACCEPTED
from pixelweave.outcome import BOT as BOT_OUTCOME
from pixelweave.page import describe_page, strip_click_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REQUIRED = ("event_id", "pixel_id", "dialect", "outcome", "received_at")

_UNKNOWN_CLIENT = {"client_class": HUMAN}


class MissingColumnError(ValueError):
    """A column without which a row is of no use is absent."""


class Enricher:
    """Makes rows of records.

    `read_client` tells the columns of a user agent, `find_place` the place of a network; both remember, neither raises.
    """

    def __init__(
        self, read_client: Callable[[str], Mapping[str, str]], find_place: Callable[[str], Place]
    ) -> None:
        self._read_client = read_client
        self._find_place = find_place

    def enrich(self, record: object) -> dict[str, object]:
        """The row of one record: only columns of `FIELDS`, none of them null, ready for JSON.

        - What the hit names itself stays: utm_*, click_id, channel (if in the list), time_zone.
        - An accepted hit of a bot becomes outcome `bot`; rejected and test hits stay what they are.
        - Where consent is denied, the row keeps neither click ids (in url, referrer, click_id) nor region, city and the
          time zone that a network tells; country, channel and utm_* stay, for they name nobody.

        Raises:
            WrongTypeError: the record is not an object, or has a value that its column does not take.
            MissingColumnError: a required column is absent.
        """
        row = _convert(record)
        row.setdefault("message_id", row["event_id"])
        row.setdefault("schema_version", SCHEMA_VERSION)
        is_denied = row.get("consent") == DENIED
        self._add_page(row, is_denied=is_denied)
        user_agent = row.get("user_agent")
        row.update(self._read_client(user_agent) if isinstance(user_agent, str) else _UNKNOWN_CLIENT)
        if row["client_class"] == BOT and row["outcome"] == ACCEPTED:
            row["outcome"] = BOT_OUTCOME
        self._add_place(row, record, is_denied=is_denied)
        return row

    def _add_page(self, row: dict[str, object], *, is_denied: bool) -> None:
        url, referrer = row.get("url"), row.get("referrer")
        for column, text in describe_page(_text(url), _text(referrer)).items():
            row.setdefault(column, text)
        channel = classify_channel(row)
        if channel:
            row["channel"] = channel
        else:
            row.pop("channel", None)
        if not is_denied:
            return
        row.pop("click_id", None)
        for column, address in (("url", url), ("referrer", referrer)):
            if isinstance(address, str):
                row[column] = strip_click_ids(address)

    def _add_place(self, row: dict[str, object], record: object, *, is_denied: bool) -> None:
        client = record.get("client") if isinstance(record, dict) else None
        if client is None:
            return
        if not isinstance(client, dict):
            raise WrongTypeError("client")
        place = locate(client, self._find_place)
        if is_denied:
            place = Place(country=place.country)
        for column, text in place._asdict().items():
            if text:
                row.setdefault(column, text)


def _convert(record: object) -> dict[str, object]:
    """The columns that a record fills, in the types of the log; unknown keys are dropped, as Firehose would."""
    if not isinstance(record, dict):
        raise WrongTypeError("record")
    row: dict[str, object] = {}
    for column, value in record.items():
        converted = convert_column(column, value)
        if converted is not None:
            row[column] = converted
    for column in REQUIRED:
        if column not in row:
            raise MissingColumnError(column)
    return row


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
