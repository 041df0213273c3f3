"""Stitching: messages a second through the domain, what they cost on DynamoDB, and how that grows with what is known.

`python -m bench.identity` prints the tables. Rates depend on the machine; units and ratios do not. The port is in memory, so the
rates are the domain's alone; units are counted by the sizes of the items that the real table would read and write
(`bench.metered_store`).
"""

from __future__ import annotations

import json
import random
from time import process_time
from typing import TYPE_CHECKING

from pixelweave.emission import compose_emission
from pixelweave.hit_identity import HitReader
from pixelweave.identify_model import read_message
from pixelweave.stitching import Stitcher

from bench.metered_store import MeteredStore
from tests.unit.identity.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Each person has an e-mail address (two nodes) and a user id.
NODES_A_PERSON = 3
SIZES = (1_000, 10_000, 100_000, 1_000_000)
# Of a hundred hits: repeats of what is known, new sessions of known persons, new persons.
REPEATS, SESSIONS, PEOPLE = 80, 15, 5
MESSAGES = 4_000
ROUNDS = 3
T0 = 1_782_907_200_000


def make_body(number: int, person: int, session: str) -> str:
    """The message of one hit: an address, a user id, a session, a visitor cookie and two traits."""
    hit = {
        "event_id": f"019f1d8c-e27b-7000-8000-{number:012x}",
        "pixel_id": "px_one",
        "workspace_id": "acme",
        "dialect": "native",
        "type": "page_view",
        "received_at": T0 + number,
        "occurred_at": T0 + number - 5,
        "session_id": session,
        "visitor_id": f"{person:032x}",
        "identifiers": [
            {"type": "email", "value": f"person{person}@mail.example"},
            {"type": "user_id", "value": f"user-{person}"},
        ],
        "traits": {"plan": "pro", "first_name": f"P{person}"},
    }
    return json.dumps({"schema": "pixelweave.identify/1", "hits": [hit]})


class Population:
    """Persons that the store knows, and messages about them; the same in every run."""

    def __init__(self, store: MemoryStore, identifiers: int) -> None:
        self._dice = random.Random(20260701)
        self._number = 0
        self._line = Line(store)
        self._people = identifiers // NODES_A_PERSON
        for person in range(self._people):
            self._line.run(self._make(person, f"s-{person}"))

    def mix(self, repeats: int, sessions: int, people: int) -> list[str]:
        """So many messages of each kind, shuffled."""
        bodies = [
            self._make(known, f"s-{known}")
            for known in (self._dice.randrange(self._people) for _ in range(repeats))
        ]
        bodies += [
            self._make(self._dice.randrange(self._people), f"new-{self._number}") for _ in range(sessions)
        ]
        for _ in range(people):
            bodies.append(self._make(self._people, f"s-{self._people}"))
            self._people += 1
        self._dice.shuffle(bodies)
        return bodies

    def _make(self, person: int, session: str) -> str:
        self._number += 1
        return make_body(self._number, person, session)


class Line:
    """All of the domain that a message passes, as in `stitch`."""

    def __init__(self, store: MemoryStore) -> None:
        self._reader = HitReader("US", frozenset())
        self._stitcher = Stitcher(store)

    def run(self, body: str) -> None:
        """Read, stitch and tell one message."""
        for part in read_message(body).hits:
            identity = self._reader.read(part)
            stitched = self._stitcher.stitch(identity.hit)
            compose_emission(part, identity.hit.nodes, stitched, T0)


def measure_time(store: MemoryStore, bodies: Iterable[str]) -> float:
    """Microseconds of processor time a message."""
    line, count, started = Line(store), 0, process_time()
    for body in bodies:
        line.run(body)
        count += 1
    return (process_time() - started) / count * 1e6


def measure_growth(sizes: Sequence[int]) -> list[tuple[int, float]]:
    """Microseconds a message of the mix, the best of a few rounds, by identifiers known beforehand."""
    found = []
    for size in sizes:
        store = MemoryStore()
        population = Population(store, size)
        share = MESSAGES // 100
        times = [
            measure_time(store, population.mix(REPEATS * share, SESSIONS * share, PEOPLE * share))
            for _ in range(ROUNDS)
        ]
        found.append((size, min(times)))
    return found


def measure_units(repeats: int, sessions: int, people: int) -> tuple[float, float, float]:
    """Read units, write units and requests a thousand hits of a mix."""
    store = MeteredStore()
    bodies = Population(store, 3_000).mix(repeats, sessions, people)
    store.reads = store.write_units = store.calls = 0
    line = Line(store)
    for body in bodies:
        line.run(body)
    scale = 1_000 / len(bodies)
    return store.reads * scale, store.write_units * scale, store.calls * scale


def measure_merge(identifiers: int) -> int:
    """Write units of the message that joins two persons of so many identifiers each."""
    store = MeteredStore()
    line = Line(store)
    for number in range(identifiers):
        for side in (0, 1):
            line.run(_name(number * 2 + side, [f"side{side}", f"side{side}-{number}"]))
    store.write_units = 0
    line.run(_name(999_999, ["side0", "side1"]))
    return store.write_units


def _name(number: int, values: list[str]) -> str:
    body = json.loads(make_body(number, number, f"s-{number}"))
    body["hits"][0]["identifiers"] = [{"type": "uuid", "value": value} for value in values]
    del body["hits"][0]["session_id"], body["hits"][0]["visitor_id"], body["hits"][0]["traits"]
    return json.dumps(body)


def main() -> None:
    """Print the tables."""
    print("\nStitching, in memory: messages of 80 % repeats, 15 % new sessions, 5 % new people")
    growth = measure_growth(SIZES)
    for size, micros in growth:
        print(
            f"  {size:>9,} identifiers known  {micros:7.1f} us a message  {1e6 / micros:8,.0f} a second"
            f"  {micros / growth[0][1]:.2f} x"
        )
    print("\nDynamoDB units a thousand identified hits (by item sizes)")
    mixes = {
        "the mix": (REPEATS * 10, SESSIONS * 10, PEOPLE * 10),
        "repeats only": (1_000, 0, 0),
        "new sessions only": (0, 1_000, 0),
        "new people only": (0, 0, 1_000),
    }
    for name, mix in mixes.items():
        reads, writes, calls = measure_units(*mix)
        print(f"  {name:<18} {reads:7,.0f} read  {writes:7,.0f} written  {calls:7,.0f} requests")
    merges = {identifiers: measure_merge(identifiers) for identifiers in (2, 20, 400)}
    told = ", ".join(f"{units} for two persons of {count}" for count, units in merges.items())
    print(f"\nA merge, in write units: {told} identifiers each")


if __name__ == "__main__":
    main()
