"""What stitching takes: units, rows, notices and table bytes of a thousand identified hits, and processor time of a call by boto3."""

from __future__ import annotations

from dataclasses import dataclass
from time import process_time
from typing import TYPE_CHECKING

from pixelweave.emission import compose_emission
from pixelweave.hit_identity import HitReader
from pixelweave.identify_model import read_message
from pixelweave.stitching import Stitcher
from pixelweave_aws import identity_item as codec
from pixelweave_aws.item_batch import read_items

from bench.identity import PEOPLE, REPEATS, SESSIONS, T0, Population, measure_time
from bench.metered_store import NOW, MeteredStore, measure_item
from bench.metered_table import ITEM_OVERHEAD, MeteredTable
from tests.unit.identity.memory_store import MemoryStore

if TYPE_CHECKING:
    from pixelweave.emission import Emission

KNOWN = 3_000
SHARE = 10
CALLS = 300
# A repeat's first read: two nodes of an address, a user id, a session and a visitor.
ITEMS_A_CALL = 5
# Keys of the index are stored and billed a second time (DynamoDB developer guide, «Storage considerations for Global Secondary Indexes»).
INDEX_KEYS = ("pk", "sk", "owner")


@dataclass(frozen=True, slots=True)
class StitchCost:
    """Of a thousand hits of the mix of `bench.identity`; times are processor time in microseconds."""

    reads: float
    writes: float
    calls: float
    bytes: float
    rows: float
    notices: float
    hit_us: float
    call_us: float


def measure_stitching() -> StitchCost:
    """Stitch a thousand hits of the mix among persons that are known."""
    store = MeteredStore()
    population = Population(store, KNOWN)
    bodies = population.mix(REPEATS * SHARE, SESSIONS * SHARE, PEOPLE * SHARE)
    store.reads = store.write_units = store.calls = 0
    before = _measure_size(store)
    told = [_stitch(store, body) for body in bodies]
    quick = MemoryStore()
    bodies = Population(quick, KNOWN).mix(REPEATS * SHARE, SESSIONS * SHARE, PEOPLE * SHARE)
    return StitchCost(
        reads=store.reads,
        writes=store.write_units,
        calls=store.calls,
        bytes=_measure_size(store) - before,
        rows=sum(len(each.rows) for each in told),
        notices=sum(len(each.notices) for each in told),
        hit_us=measure_time(quick, bodies),
        call_us=_measure_call(),
    )


def _stitch(store: MeteredStore, body: str) -> Emission:
    (part,) = read_message(body).hits
    identity = HitReader("US", frozenset()).read(part)
    stitched = Stitcher(store).stitch(identity.hit)
    return compose_emission(part, identity.hit.nodes, stitched, T0)


def _measure_size(store: MeteredStore) -> int:
    """Bytes that storage is billed for, with the entries of the index."""
    items = [codec.write_person(person) for person in store.persons.values()]
    items += [
        codec.write_traits(person_id, record.traits, record.version)
        for person_id, record in store.traits.items()
    ]
    indexed = [
        codec.write_leaf(leaf, record.links, record.version, NOW) for leaf, record in store.leaves.items()
    ]
    indexed += [
        codec.write_node(node, record.owner or "", by=record.by, via=record.via, at=T0)
        for node, record in store.nodes.items()
    ]
    keys = [{name: item[name] for name in INDEX_KEYS} for item in indexed]
    return sum(measure_item(item) + ITEM_OVERHEAD for item in (*items, *indexed, *keys))


def _measure_call() -> float:
    """Microseconds of processor time that boto3 takes for a read of a few items that are there."""
    table = MeteredTable()
    addresses = []
    for number in range(ITEMS_A_CALL):
        address = codec.person_address(f"pn_{number:032x}")
        table.items[address["pk"]["S"], address["sk"]["S"]] = address | {"owner": {"S": "x" * 200}}
        addresses.append(address)
    started = process_time()
    for _ in range(CALLS):
        read_items(table.client, "identity", addresses, lambda _: None)
    return (process_time() - started) / CALLS * 1e6
