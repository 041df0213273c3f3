"""The identity table in memory, with a meter: what each call would cost on DynamoDB, by the sizes of the items it would touch.

Rules (DynamoDB developer guide, «Read consumption», «Write consumption», «Item sizes and formats»): a consistent read takes one unit
per 4 KB of each item, one where there is none; a write one unit per KB, in a transaction two; an index entry is written by
itself, and one that moves is written twice. A number takes one byte for two digits and one more; a map or list three, and one
for each element.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave_aws import identity_item as codec

from tests.unit.identity.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pixelweave.identity_store import LeafRecord, NodeRecord, TraitRecord
    from pixelweave.leaf_link import LeafLink
    from pixelweave.node import Leaf, Node
    from pixelweave.person import Person, Plan
    from pixelweave.trait import Trait

READ_BYTES, WRITE_BYTES = 4096, 1024
NOW = 1_782_907_200
# KEYS_ONLY: pk, sk and owner, and 100 bytes that AWS adds to an entry for billing storage only; well below a kilobyte.
INDEX_UNITS = 1


def measure_item(item: Mapping[str, Any]) -> int:
    """Bytes of an item of attribute values."""
    return sum(len(name.encode()) + _measure(value) for name, value in item.items())


def _measure(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    if kind == "S":
        return len(value.encode())
    if kind == "N":
        return (len(value.lstrip("-")) + 1) // 2 + 1
    if kind == "M":
        return 3 + len(value) + measure_item(value)
    if kind == "L":
        return 3 + len(value) + sum(map(_measure, value))
    raise ValueError(kind)


def count_units(size: int, unit: int) -> int:
    """Units that `size` bytes take; nothing takes one as well."""
    return max(1, -(-size // unit))


class MeteredStore(MemoryStore):
    """`reads` and `writes` are units so far; `calls` counts requests."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.write_units = 0
        self.calls = 0

    def read(
        self, nodes: Collection[Node], leaves: Collection[Leaf]
    ) -> tuple[dict[Node, NodeRecord], dict[Leaf, LeafRecord]]:
        found, links = super().read(nodes, leaves)
        # A node is always below 4 KB; a leaf is, too, up to 40 links.
        sizes = [measure_item(codec.write_leaf(leaf, record.links, 1, NOW)) for leaf, record in links.items()]
        self.reads += len(nodes) + len(leaves) - len(links)
        self.reads += sum(count_units(size, READ_BYTES) for size in sizes)
        self.calls += 1
        return found, links

    def read_persons(self, person_ids: Collection[str]) -> dict[str, Person]:
        persons = super().read_persons(person_ids)
        self.reads += sum(
            count_units(measure_item(codec.write_person(person)), READ_BYTES) for person in persons.values()
        )
        self.calls += 1
        return persons

    def read_traits(self, person_id: str) -> TraitRecord:
        record = super().read_traits(person_id)
        size = measure_item(codec.write_traits(person_id, record.traits, record.version))
        self.reads += count_units(size, READ_BYTES)
        self.calls += 1
        return record

    def commit(self, plan: Plan, event_id: str, received_at: int) -> None:
        super().commit(plan, event_id, received_at)
        survivor = plan.survivor
        assert survivor is not None
        touched = [
            self.persons[person.person_id] for person in (survivor, *(each for each, _ in plan.losers))
        ]
        sizes = [measure_item(codec.write_person(person)) for person in touched]
        sizes += [
            measure_item(
                codec.write_node(node, survivor.person_id, by=event_id, via=node.key, at=received_at)
            )
            for node in plan.attached
        ]
        self.write_units += sum(2 * count_units(size, WRITE_BYTES) for size in sizes)
        self.write_units += INDEX_UNITS * (len(plan.losers) + len(plan.attached))
        self.calls += 1

    def write_leaf(self, leaf: Leaf, links: Sequence[LeafLink], version: int) -> None:
        before = self.leaves.get(leaf)
        super().write_leaf(leaf, links, version)
        self.write_units += count_units(
            measure_item(codec.write_leaf(leaf, links, version, NOW)), WRITE_BYTES
        )
        owner = before and before.links[-1].person_id
        if owner != links[-1].person_id:
            self.write_units += INDEX_UNITS * (2 if before else 1)
        self.calls += 1

    def write_traits(self, person_id: str, traits: Mapping[str, Trait], version: int) -> None:
        super().write_traits(person_id, traits, version)
        self.write_units += count_units(
            measure_item(codec.write_traits(person_id, traits, version)), WRITE_BYTES
        )
        self.calls += 1

    def shorten(self, node: Node, hint: str) -> None:
        super().shorten(node, hint)
        self.write_units += 1
        self.calls += 1
