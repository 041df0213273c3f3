"""Identity against the embedded AWS: many workers on one table, and the whole way from the queue to the links log."""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from pixelweave.node import Leaf, Node
from pixelweave.person import MAX_NODES
from pixelweave.refusal import TOO_MANY_NODES
from pixelweave.stitching import IdentifiedHit, Stitcher
from pixelweave_aws.identity_table import IdentityTable
from pixelweave_local.browser import Browsers
from pixelweave_local.story import ADDRESS, Scene, StoryError, make_scenes, read_story

from tests.e2e.live_stitching import LiveStitching, read_roots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave.stitching import Stitched
    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel

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


def test_a_poison_person_stops_at_a_thousand_identifiers_and_slows_nobody(cloud: Cloud) -> None:
    stitcher = Stitcher(IdentityTable(cloud.outputs["IdentityTableName"], cloud.client("dynamodb")))

    def stitch(number: int, names: Sequence[str]) -> tuple[Stitched, float]:
        nodes = tuple(Node("poison", "uuid", "px", name) for name in names)
        started = time.monotonic()
        told = stitcher.stitch(IdentifiedHit(f"poison-{number:04d}", T0 + number, T0 + number, nodes, ()))
        return told, time.monotonic() - started

    refused: list[str] = []
    for number in range(25):
        names = [f"{number * 45 + each:04d}" for each in range(45)]
        refused += (refusal.reason for refusal in stitch(number, ["kiosk", *names])[0].refusals)
    assert Counter(refused) == {TOO_MANY_NODES: 25 * 45 + 1 - MAX_NODES}
    times = [stitch(1000 + number, [f"other-{number}"])[1] for number in range(5)]
    assert min(times) < 1


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


def test_messages_on_the_queue_become_rows_of_the_links_log(cloud: Cloud) -> None:
    sqs, url = cloud.client("sqs"), cloud.outputs["IdentifyQueueUrl"]
    bodies = [make_message(number, ("email", f"p{number % 10}@mail.example")) for number in range(40)]
    # Two of the ten become one person: a later hit names both.
    joining = make_message(90, ("email", "p1@mail.example"), ("email", "p2@mail.example"))
    broken = '{"schema": "pixelweave.identify/1", "hits": "canary"}'
    for sent in (bodies, [joining, *bodies[:5], broken]):
        for body in sent:
            sqs.send_message(QueueUrl=url, MessageBody=body)
        cloud.settle()
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


@pytest.fixture(scope="module")
def story(cloud: Cloud, pixels: dict[str, DemoPixel]) -> tuple[list[Scene], list[str]]:
    """The story as `make up` sends it, and the cookies of its browsers."""
    keys = {dialect: pixel.key for dialect, pixel in pixels.items()}
    scenes = make_scenes(keys, int(time.time() * 1000))
    browsers = Browsers(cloud.collector_url)
    answers = browsers.send([scene.request for scene in scenes])
    assert {answer.status for answer in answers} == {200}
    cloud.settle()
    return scenes, list(browsers.visitors.values())


def test_the_story_of_five_systems_is_one_persons(cloud: Cloud, story: tuple[list[Scene], list[str]]) -> None:
    scenes, visitors = story
    told = read_story(cloud, scenes, visitors)
    (person_id,) = {each.person_id for each in told}
    assert len(visitors) == len({each.dialect for each in told}) == 5
    assert [(each.dialect, each.attributed, each.is_backwards) for each in told] == [
        ("rokt", "session", True),
        ("rokt", "session", True),
        ("rokt", "session", False),
        ("ksense", "visitor", True),
        ("ksense", "visitor", False),
        ("pitchtarget", "visitor", True),
        ("pitchtarget", "visitor", False),
        ("pitchtarget", "visitor", False),
        ("sendgrid", "visitor", True),
        ("sendgrid", "visitor", False),
        ("altcraft", "visitor", True),
        ("altcraft", "visitor", False),
    ]
    (person,) = cloud.query(f"SELECT is_known, email_sha256 FROM people WHERE person_id = '{person_id}'")
    assert person == {"is_known": "true", "email_sha256": sha256(ADDRESS.encode()).hexdigest()}


def test_a_story_that_is_not_one_persons_is_not_told_as_one(
    cloud: Cloud, story: tuple[list[Scene], list[str]]
) -> None:
    scenes, visitors = story
    with pytest.raises(StoryError, match="not 12"):
        read_story(cloud, scenes, visitors[1:])
    swapped = [scenes[0]._replace(is_anonymous=False), *scenes[1:]]
    with pytest.raises(StoryError, match="looks at the shop"):
        read_story(cloud, swapped, visitors)
