"""From a hit to nodes and leaves: what is used, what is refused, and how much at most."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from pixelweave.hit_identity import MAX_NODES_OF_HIT, HitReader
from pixelweave.identify_model import HitPart
from pixelweave.node import Leaf

T0 = 1_782_907_200_000


def part(*identifiers: tuple[str, str], **changes: Any) -> HitPart:
    """A hit of pixel `px` in workspace `ws`."""
    return HitPart.model_validate(
        {
            "event_id": "e-1",
            "pixel_id": "px",
            "workspace_id": "ws",
            "dialect": "native",
            "type": "page_view",
            "received_at": T0,
            "occurred_at": T0 - 5,
            "identifiers": [{"type": kind, "value": value} for kind, value in identifiers],
        }
        | changes
    )


def reader(**changes: Any) -> HitReader:
    return HitReader(**({"region": "US", "blocked": frozenset(("corp",))} | changes))


def test_identifiers_become_nodes_the_most_believed_first() -> None:
    hit = reader().read(part(("fbid", "4"), ("email", "A@b.de"), ("user_id", "7"))).hit
    assert [(node.kind, node.scope, node.value) for node in hit.nodes] == [
        ("user_id", "px", "7"),
        ("email_sha256", "", "a@b.de"),
        ("email_md5", "", "a@b.de"),
        ("fbid", "", "4"),
    ]
    assert (hit.event_id, hit.received_at, hit.occurred_at) == ("e-1", T0, T0 - 5)


@pytest.mark.parametrize("is_plain_first", [True, False])
def test_a_node_named_plain_and_hashed_is_one_and_keeps_its_plain_form(is_plain_first: bool) -> None:
    named = [("email", "a@b.de"), ("email_sha256", sha256(b"a@b.de").hexdigest())]
    nodes = reader().read(part(*named[:: 1 if is_plain_first else -1])).hit.nodes
    assert [(node.kind, node.value) for node in nodes] == [
        ("email_sha256", "a@b.de"),
        ("email_md5", "a@b.de"),
    ]


def test_what_makes_no_node_is_told_by_its_digest() -> None:
    identity = reader().read(
        part(("email", "no address"), ("user_id", "NULL"), ("user_id", "Corp"), ("uuid", "u"))
    )
    assert [node.kind for node in identity.hit.nodes] == ["uuid"]
    assert [(each.kind, each.digest, each.reason) for each in identity.unusable] == [
        ("email", sha256(b"no address").hexdigest(), "invalid_value"),
        ("user_id", sha256(b"NULL").hexdigest(), "blocked_value"),
        ("user_id", sha256(b"Corp").hexdigest(), "blocked_value"),
    ]
    assert {(each.workspace_id, each.pixel_id) for each in identity.unusable} == {("ws", "px")}


def test_a_hit_has_at_most_50_nodes_the_most_believed_ones() -> None:
    """Eight phones make 48 nodes in all their forms, a ninth one makes 54."""
    phones = [("phone", f"+1 312 555 15{number:02d}") for number in range(9)]
    fits = reader().read(part(*phones[:8], ("user_id", "7"), ("fbid", "4")))
    assert (len(fits.hit.nodes), fits.unusable) == (MAX_NODES_OF_HIT, ())
    cut = reader().read(part(*phones, ("user_id", "7"), ("fbid", "4")))
    assert len(cut.hit.nodes) == MAX_NODES_OF_HIT
    assert cut.hit.nodes[0].kind == "user_id"
    assert {each.reason for each in cut.unusable} == {"too_many_in_hit"}
    assert [each.kind for each in cut.unusable] == [*["phone_national_md5"] * 5, "fbid"]


@pytest.mark.parametrize(
    ("changes", "leaves"),
    [
        ({}, []),
        ({"session_id": "s"}, [Leaf("ws", "session", "px", "s")]),
        ({"visitor_id": "v"}, [Leaf("ws", "visitor", "", "v")]),
        (
            {"session_id": "s", "visitor_id": "v"},
            [Leaf("ws", "session", "px", "s"), Leaf("ws", "visitor", "", "v")],
        ),
        ({"session_id": "", "visitor_id": ""}, []),
    ],
)
def test_a_session_is_its_pixels_and_a_visitor_its_workspaces(
    changes: dict[str, str], leaves: list[Leaf]
) -> None:
    assert list(reader().read(part(("uuid", "u"), **changes)).hit.leaves) == leaves


@pytest.mark.parametrize("text", ["undefined", "NULL", "0", "[object Object]", "{{session_id}}", "corp"])
@pytest.mark.parametrize("kind", ["session", "visitor"])
def test_what_stands_for_no_session_links_nobody_and_is_told(kind: str, text: str) -> None:
    """All events of a session «undefined» would be its first person's."""
    identity = reader().read(
        part(("uuid", "u"), **{"session_id": "s", "visitor_id": "v", f"{kind}_id": text})
    )
    assert [leaf.kind for leaf in identity.hit.leaves] == [
        each for each in ("session", "visitor") if each != kind
    ]
    assert [(each.kind, each.digest, each.reason) for each in identity.unusable] == [
        (kind, sha256(text.encode()).hexdigest(), "blocked_value")
    ]


def test_an_access_token_becomes_the_id_that_it_resolves_to_and_is_never_a_node() -> None:
    asked = []

    def resolve(token: str) -> str | None:
        asked.append(token)
        return {"good": "4"}.get(token)

    hit = reader(resolve=resolve).read(part(("access_token", "good"), ("access_token", "bad"))).hit
    assert [(node.kind, node.value) for node in hit.nodes] == [("fbid", "4")]
    assert asked == ["good", "bad"]
    off = reader().read(part(("access_token", "good")))
    assert (off.hit.nodes, off.unusable) == ((), ())


def test_what_a_token_resolves_to_is_checked_as_any_other_value() -> None:
    identity = reader(resolve=lambda _: "not digits").read(part(("access_token", "t")))
    assert (identity.hit.nodes, identity.unusable[0].reason) == ((), "invalid_value")
