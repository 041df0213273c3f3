"""What stitching tells: rows of the links log and notices, once however often it is told, and nothing plain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pixelweave.emission import Emission, compose_emission
from pixelweave.leaf_link import LeafLink
from pixelweave.link import LINK_FIELDS
from pixelweave.node import Leaf, Node
from pixelweave.person import Person, Refusal
from pixelweave.refusal import SUPPRESSED, UNIQUE_CONFLICT
from pixelweave.stitching import Stitched

from tests.unit.identity.test_hit_identity import T0, part

MAIL = Node("ws", "email_sha256", "", "aa", "canary@mail.example")
USER = Node("ws", "user_id", "px", "bb", "canary")
SESSION = Leaf("ws", "session", "px", "s-1")
VISITOR = Leaf("ws", "visitor", "", "v-1")
MERGED = Person("pn_2", T0, "e-0", owner="pn_1", by="e-9", merged_at=T0 - 60_000, via=(MAIL.key, USER.key))


def compose(stitched: Stitched, recorded_at: int = T0 + 1000, **changes: Any) -> Emission:
    return compose_emission(
        part(("uuid", "u"), **({"visitor_id": "v-1"} | changes)), [MAIL, USER], stitched, recorded_at
    )


def test_a_new_person_is_told_with_identifiers_and_leaves() -> None:
    link = LeafLink(T0 - 5, "e-1", "pn_1")
    told = compose(
        Stitched("pn_1", is_new=True, nodes=[MAIL, USER], links=[(SESSION, link), (VISITOR, link)])
    )
    shared = {
        "workspace_id": "ws",
        "person_id": "pn_1",
        "event_id": "e-1",
        "since": "2026-07-01 11:59:59.995",
        "recorded_at": "2026-07-01 12:00:01.000",
        "schema_version": 1,
    }
    node = shared | {"kind": "node"}
    leaf = shared | {"kind": "link"}
    assert list(told.rows) == [
        node
        | {"link_id": "node:ws#email_sha256##aa", "node_type": "email_sha256", "scope": "", "digest": "aa"},
        node | {"link_id": "node:ws#user_id#px#bb", "node_type": "user_id", "scope": "px", "digest": "bb"},
        leaf | {"link_id": "link:session:e-1", "leaf_type": "session", "scope": "px", "leaf": "s-1"},
        leaf | {"link_id": "link:visitor:e-1", "leaf_type": "visitor", "scope": "", "leaf": "v-1"},
    ]
    (notice,) = told.notices
    assert notice.name == "PersonIdentified"
    assert notice.detail == {
        "id": "PersonIdentified:e-1",
        "event_id": "e-1",
        "workspace_id": "ws",
        "pixel_id": "px",
        "dialect": "native",
        "occurred_at": T0 - 5,
        "recorded_at": T0 + 1000,
        "person_id": "pn_1",
        "is_new": True,
        "identifiers": [
            {"type": "email_sha256", "scope": "", "digest": "aa"},
            {"type": "user_id", "scope": "px", "digest": "bb"},
        ],
    }


@pytest.mark.parametrize(
    ("is_leafless", "person_id", "count"), [(True, "pn_1", 1), (False, "pn_1", 0), (True, None, 0)]
)
def test_an_event_that_no_leaf_leads_from_is_a_leaf_of_its_own(
    is_leafless: bool, person_id: str | None, count: int
) -> None:
    rows = compose(Stitched(person_id, is_leafless=is_leafless)).rows
    assert [(row["link_id"], row["scope"], row["leaf"], row["person_id"]) for row in rows] == [
        ("link:event:e-1", "px", "e-1", "pn_1")
    ] * count


def test_a_merge_is_told_as_it_was_made_whoever_tells_it() -> None:
    told = compose(Stitched("pn_1", merges=[MERGED]))
    (row,) = told.rows
    assert (row["link_id"], row["person_id"], row["survivor_id"], row["event_id"], row["since"]) == (
        "merge:pn_2",
        "pn_2",
        "pn_1",
        "e-9",
        "2026-07-01 11:59:00.000",
    )
    (notice,) = told.notices
    assert (notice.name, notice.detail["id"]) == ("PersonMerged", "PersonMerged:pn_2")
    assert {notice.detail[name] for name in ("event_id", "person_id", "survivor_id")} == {
        "e-9",
        "pn_2",
        "pn_1",
    }


def test_a_repeat_tells_nothing() -> None:
    assert compose(Stitched("pn_1")) == Emission((), ())


@pytest.mark.parametrize(
    ("kind", "person_id", "names"),
    [("lead", "pn_1", ["LeadCaptured"]), ("lead", None, []), ("purchase", "pn_1", [])],
)
def test_a_lead_is_told_each_time_it_is_captured(kind: str, person_id: str | None, names: list[str]) -> None:
    told = compose(Stitched(person_id), type=kind)
    assert [notice.name for notice in told.notices] == names
    for notice in told.notices:
        assert (notice.detail["id"], notice.detail["is_new"]) == ("LeadCaptured:e-1", False)
        assert [each["digest"] for each in notice.detail["identifiers"]] == ["aa", "bb"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("against", [MAIL, None])
def test_a_refused_edge_is_told_with_its_reason(against: Node | None) -> None:
    refusals = [Refusal(UNIQUE_CONFLICT, USER, against)]
    told = compose(Stitched("pn_1", refusals=refusals, new_refusals=refusals))
    (row,) = told.rows
    assert row.pop("link_id") == "refusal:e-1:3fdb67658c605b75"
    assert row == {
        "kind": "refusal",
        "workspace_id": "ws",
        "node_type": "user_id",
        "reason": "unique_conflict",
        "event_id": "e-1",
        "since": "2026-07-01 11:59:59.995",
        "recorded_at": "2026-07-01 12:00:01.000",
        "schema_version": 1,
    }
    (notice,) = told.notices
    assert (notice.name, notice.detail["reason"]) == ("MergeRefused", "unique_conflict")
    assert notice.detail["id"] == "MergeRefused:e-1:user_id:bb"
    assert notice.detail["identifier"] == {"type": "user_id", "scope": "px", "digest": "bb"}
    expected = None if against is None else {"type": "email_sha256", "scope": "", "digest": "aa"}
    assert notice.detail["against"] == expected


EVERYTHING = Stitched(
    "pn_1",
    is_new=True,
    nodes=[MAIL, USER],
    merges=[MERGED],
    links=[(SESSION, LeafLink(T0, "e-1", "pn_1"))],
    refusals=[Refusal(UNIQUE_CONFLICT, USER, MAIL)],
    new_refusals=[Refusal(UNIQUE_CONFLICT, USER, MAIL)],
)


def test_a_refusal_that_another_hit_met_before_is_not_told_again() -> None:
    assert compose(Stitched("pn_1", refusals=[Refusal(UNIQUE_CONFLICT, USER, MAIL)])) == Emission((), ())


def test_a_forgotten_identifier_is_not_told_of() -> None:
    """Else each hit would say on the bus which event and which new person the forgotten address is of."""
    forgotten = [Refusal(SUPPRESSED, MAIL, None)]
    told = compose(Stitched("pn_1", refusals=forgotten, new_refusals=forgotten))
    assert (told.rows, told.notices) == ((), ())


def test_a_lead_is_not_told_by_identifiers_that_were_refused() -> None:
    """An address that is somebody else's, or was forgotten, is not the lead's."""
    told = compose(Stitched("pn_1", refusals=[Refusal(SUPPRESSED, MAIL, None)]), type="lead")
    (lead,) = told.notices
    assert lead.detail["identifiers"] == [{"type": "user_id", "scope": "px", "digest": "bb"}]


def test_what_is_told_twice_has_the_same_ids() -> None:
    first, again = compose(EVERYTHING, type="lead"), compose(EVERYTHING, T0 + 99_000, type="lead")
    assert [row["link_id"] for row in first.rows] == [row["link_id"] for row in again.rows]
    assert [notice.detail["id"] for notice in first.notices] == [
        notice.detail["id"] for notice in again.notices
    ]
    ids = [row["link_id"] for row in first.rows] + [notice.detail["id"] for notice in first.notices]
    assert len(set(ids)) == len(ids) == 9


def test_rows_fill_columns_of_the_links_log_only_and_nothing_is_plain() -> None:
    told = compose(EVERYTHING, type="lead")
    columns = {field.name for field in LINK_FIELDS}
    assert {name for row in told.rows for name in row} == columns
    assert "canary" not in json.dumps([dict(notice.detail) for notice in told.notices]) + json.dumps(
        told.rows
    )
    assert "canary" not in repr(told)
