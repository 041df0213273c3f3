"""Identity against the embedded AWS: many workers on one table, and the whole way from the queue to the links log."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from pixelweave.node import Leaf, Node
from pixelweave.stitching import IdentifiedHit
from pixelweave_aws.identity_table import IdentityTable

from tests.e2e.live_stitching import LiveStitching, read_roots

if TYPE_CHECKING:
    from pixelweave_local.cloud import Cloud

WORKERS = 8
EDGES = 1_000
# Neighbourhoods that no edge leaves: no person comes near its 100 merges, so that no guard fires.
BLOCKS, BLOCK_SIZE = 25, 32
TWICE = 50
T0 = 1_782_907_200_000


def make_hits(dice: random.Random) -> list[IdentifiedHit]:
    """A thousand hits that each join two identifiers; neighbours follow each other, so that workers meet."""
    hits = []
    for number in range(EDGES):
        block = number * BLOCKS // EDGES
        pair = dice.sample(range(block * BLOCK_SIZE, (block + 1) * BLOCK_SIZE), 2)
        hits.append(
            IdentifiedHit(
                event_id=f"live-{number:04d}",
                received_at=T0 + number,
                occurred_at=T0 + number,
                nodes=tuple(Node("live", "email_sha256", "", f"{each:04d}") for each in pair),
                leaves=(Leaf("live", "session", "px", f"s{pair[0]}"),) if number % 5 == 0 else (),
            )
        )
    return hits


@pytest.fixture(scope="module")
def stitched(cloud: Cloud) -> tuple[list[IdentifiedHit], LiveStitching]:
    dice = random.Random(20260701)
    hits = make_hits(dice)
    live = LiveStitching(cloud)
    live.run([*hits, *dice.sample(hits, TWICE)], WORKERS)
    return hits, live


def test_eight_workers_make_the_connected_components(
    cloud: Cloud, stitched: tuple[list[IdentifiedHit], LiveStitching]
) -> None:
    hits, live = stitched
    graph: nx.Graph[Node] = nx.Graph(hit.nodes for hit in hits)
    roots = read_roots(IdentityTable(cloud.outputs["IdentityTableName"], cloud.client("dynamodb")), graph)
    members = defaultdict(set)
    for node, root in roots.items():
        members[root.person_id].add(node)
    components = {frozenset(component) for component in nx.connected_components(graph)}
    assert {frozenset(nodes) for nodes in members.values()} == components
    assert {root.person_id: root.nodes for root in roots.values()} == {
        person_id: len(nodes) for person_id, nodes in members.items()
    }
    # Without these the run has shown nothing.
    assert live.conflicts
    assert sum(client.lost for client in live.clients) > 10
    assert sum(client.repeated for client in live.clients) > 10


def test_every_merge_and_every_identifier_is_told(
    cloud: Cloud, stitched: tuple[list[IdentifiedHit], LiveStitching]
) -> None:
    hits, live = stitched
    table = IdentityTable(cloud.outputs["IdentityTableName"], cloud.client("dynamodb"))
    persons = table.read_persons({hit.person_id for hit in hits})
    merged = {(person.person_id, person.owner) for person in persons.values() if person.owner}
    assert merged
    assert {(merge.person_id, merge.owner) for told in live.told for merge in told.merges} == merged
    nodes = {node for hit in hits for node in hit.nodes}
    assert {node for told in live.told for node in told.nodes} == nodes
    leaves = {leaf for hit in hits for leaf in hit.leaves}
    _, kept = table.read([], leaves)
    links = {(leaf, link) for told in live.told for leaf, link in told.links}
    assert links == {(leaf, link) for leaf, record in kept.items() for link in record.links}


def make_message(number: int, *identifiers: tuple[str, str], **changes: Any) -> str:
    """An identify message of one hit in workspace `queue`."""
    hit = {
        "event_id": f"queue-{number:04d}",
        "pixel_id": "px_queue",
        "workspace_id": "queue",
        "dialect": "native",
        "type": "page_view",
        "received_at": T0 + number,
        "occurred_at": T0 + number,
        "session_id": f"s{number}",
        "identifiers": [{"type": kind, "value": value} for kind, value in identifiers],
    }
    return json.dumps({"schema": "pixelweave.identify/1", "hits": [hit | changes]})


def wait_for_queue(cloud: Cloud, name: str, seconds: float = 40) -> None:
    """Return when no message waits or is worked on."""
    sqs, names = cloud.client("sqs"), ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + seconds
    while True:
        counts = sqs.get_queue_attributes(QueueUrl=cloud.outputs[name], AttributeNames=names)["Attributes"]
        if not any(int(count) for count in counts.values()):
            return
        assert time.monotonic() < deadline, counts


def test_messages_on_the_queue_become_rows_of_the_links_log(cloud: Cloud) -> None:
    sqs, url = cloud.client("sqs"), cloud.outputs["IdentifyQueueUrl"]
    bodies = [make_message(number, ("email", f"p{number % 10}@mail.example")) for number in range(40)]
    # Two of the ten are one person: a hit names both.
    bodies.append(make_message(90, ("email", "p1@mail.example"), ("email", "p2@mail.example")))
    broken = '{"schema": "pixelweave.identify/1", "hits": "canary"}'
    for number, body in enumerate([*bodies, *bodies[:5], broken]):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes={}, DelaySeconds=number % 2)
    wait_for_queue(cloud, "IdentifyQueueUrl")
    cloud.flush()
    rows = cloud.query("SELECT DISTINCT link_id, kind FROM links WHERE workspace_id = 'queue'")
    assert Counter(row["kind"] for row in rows) == {"node": 20, "link": 41, "merge": 1}
    assert cloud.query("SELECT count(*) AS rows FROM links") != [{"rows": "0"}]
    persons = cloud.query(
        "SELECT count(DISTINCT r.root_id) AS persons FROM links AS l INNER JOIN person_root AS r"
        " ON r.person_id = l.person_id WHERE l.workspace_id = 'queue'"
    )
    assert persons == [{"persons": "9"}]
    # Others' tests may have set messages aside as well.
    answer = sqs.receive_message(
        QueueUrl=cloud.outputs["IdentifyDeadLetterQueueUrl"],
        MessageAttributeNames=["All"],
        MaxNumberOfMessages=10,
        VisibilityTimeout=0,
    )
    reasons = {
        message["Body"]: message["MessageAttributes"]["reason"]["StringValue"]
        for message in answer["Messages"]
    }
    assert reasons[broken] == "malformed: hits: list_type"
    for message in answer["Messages"]:
        if message["Body"] == broken:
            sqs.delete_message(
                QueueUrl=cloud.outputs["IdentifyDeadLetterQueueUrl"], ReceiptHandle=message["ReceiptHandle"]
            )
