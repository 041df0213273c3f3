"""The history on its way into the stack: objects of the log as Firehose writes them, and identify messages on their queue."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from pixelweave.identify import pack

from pixelweave_local.parquet import Column, convert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelweave_local.cloud import Cloud
    from pixelweave_local.history import History, Row

OBJECTS_A_DAY = 2
# Hits to a message: few enough for several workers to have something to do.
HITS_A_MESSAGE = 10


class HistoryError(Exception):
    """The history does not fit the log."""


def deliver(cloud: Cloud, history: History) -> int:
    """Put the identify messages on their queue and the days into the lake; how many objects those are.

    Doing it again puts the same objects and messages, which changes nothing. Messages go between the objects, so that stitch gets them
    by and by: what it cannot do in one call would wait for minutes on its queue. Raises HistoryError for rows that the log's columns do
    not take.
    """
    sqs, s3 = cloud.client("sqs"), cloud.client("s3")
    columns, bucket = _read_columns(cloud), cloud.outputs["LakeBucketName"]
    messages = write_messages(history.identified)
    objects = [
        (day, part) for day, rows in sorted(history.days.items()) for part in _cut(rows, OBJECTS_A_DAY)
    ]
    for message, pair in zip_longest(messages, objects):
        if message is not None:
            sqs.send_message(QueueUrl=cloud.outputs["IdentifyQueueUrl"], MessageBody=message)
        if pair is not None:
            day, part = pair
            key = f"events/dt={day}/{_name(cloud.outputs['HitsStreamName'], part[0])}.parquet"
            s3.put_object(Bucket=bucket, Key=key, Body=_write_object(part, columns))
    return len(objects)


def write_messages(identified: Sequence[Row]) -> list[str]:
    """The queue's bodies for the hits of identify messages.

    Who is named by a hit depends on what was said before, and a queue keeps no order between its messages: so hits that have somebody or
    some browser in common travel in one envelope, as those of a batch do, in the order they were received.
    """
    bodies: list[str] = []
    waiting: list[Row] = []
    for group in gather(identified):
        if waiting and len(waiting) + len(group) > HITS_A_MESSAGE:
            bodies += pack(waiting)
            waiting = []
        waiting += group
    return bodies + pack(waiting)


def gather(identified: Sequence[Row]) -> list[list[Row]]:
    """The hits in groups that have no identifier, session or visitor in common with each other, each group in its order."""
    leaders: dict[tuple[str, str], int] = {}
    parents = list(range(len(identified)))

    def find(number: int) -> int:
        while parents[number] != number:
            number = parents[number]
        return number

    for number, hit in enumerate(identified):
        for name in _list_names(hit):
            first = find(leaders.setdefault(name, number))
            parents[max(first, find(number))] = min(first, find(number))
    groups: dict[int, list[Row]] = {}
    for number, hit in enumerate(identified):
        groups.setdefault(find(number), []).append(hit)
    return list(groups.values())


def _list_names(hit: Row) -> Iterator[tuple[str, str]]:
    for each in hit["identifiers"]:
        yield each["type"], each["value"]
    for leaf in ("session_id", "visitor_id"):
        if leaf in hit:
            yield leaf, hit[leaf]


def _read_columns(cloud: Cloud) -> list[Column]:
    names = {"DatabaseName": cloud.outputs["DatabaseName"], "Name": cloud.outputs["EventsTableName"]}
    table = cloud.client("glue").get_table(**names)["Table"]
    return [Column(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]


def _cut(rows: Sequence[Row], parts: int) -> Iterator[Sequence[Row]]:
    size = -(-len(rows) // parts)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _write_object(rows: Sequence[Row], columns: list[Column]) -> bytes:
    body, refused = convert([json.dumps(row).encode() for row in rows], columns)
    if body is None or refused:
        raise HistoryError(f"{len(refused)} of {len(rows)} rows are refused: {set(refused.values())}")
    return body


def _name(stream: str, first: Row) -> str:
    """Firehose's way to name an object: stream, version, arrival of the first record, and something unique."""
    arrived = str(first["received_at"])[:19].replace(" ", "-").replace(":", "-")
    return f"{stream}-1-{arrived}-{first['event_id']}"
