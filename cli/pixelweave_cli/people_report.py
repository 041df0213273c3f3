"""Persons as records to print: JSON-ready, times in ISO 8601."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave.explanation import Step, find_refusals, find_way
from pixelweave.person_tree import read_node_key
from pixelweave.refusal import REFUSALS

from pixelweave_cli.output import show_time

if TYPE_CHECKING:
    from pixelweave.node import Leaf, Node
    from pixelweave.person_tree import HeldRefusal, PersonTree

    from pixelweave_cli.people_search import Found

type Record = dict[str, Any]

# What a person's record holds, and the columns of each list in a table.
SECTIONS = {
    "identifiers": ("type", "scope", "digest", "value", "at", "by"),
    "leaves": ("type", "scope", "value", "since", "by"),
    "traits": ("name", "value", "occurred_at"),
    "merges": ("person_id", "into", "at", "by"),
    "refusals": ("reason", "at", "by", "identifier", "against"),
}
EVENT_COLUMNS = ("received_at", "dialect", "type", "name", "outcome", "host", "path", "value", "currency", "attributed",
                 "is_back_attributed")  # fmt: skip
# The members of a record that are an identifier.
_IDENTIFIERS = ("one", "other", "identifier", "against")
STEP_COLUMNS = ("at", "event_id", "one", "other")

NOT_JOINED = "nothing joins them: no hit named an identifier of both"
NOT_REMEMBERED = "the hits that joined them are not on record"


def describe_person(tree: PersonTree) -> Record:
    """Return all that the table holds of a person."""
    return {
        "person_id": tree.root.person_id,
        "workspace_id": find_workspace(tree),
        "created_at": show_time(tree.root.created_at),
        "is_complete": tree.is_complete,
        "persons": [tree.root.person_id, *(person.person_id for person in tree.merged)],
        "identifiers": [
            describe_node(held.node) | {"at": show_time(held.at), "by": held.by} for held in tree.nodes
        ],
        "leaves": [
            _describe_leaf(held.leaf) | {"since": show_time(link.since), "by": link.by}
            for held in tree.leaves
            for link in held.links
            if link.person_id in tree.persons
        ],
        "traits": [
            {"name": name, "value": trait.value, "occurred_at": show_time(trait.occurred_at)}
            for name, trait in sorted(tree.merge_traits().items())
        ],
        "merges": [
            {
                "person_id": person.person_id,
                "into": person.owner,
                "at": show_time(person.merged_at),
                "by": person.by,
                "joined": [_describe_key(key, tree) for key in person.via or ()],
            }
            for person in tree.merged
        ],
        "refusals": [
            _describe_refusal(refusal, tree)
            for refusal in sorted(tree.refusals, key=lambda each: (each.at, each.event_id, each.node))
        ],
    }


def shorten(record: Record) -> Record:
    """Return a step or refusal with its identifiers as words, for a table."""
    return {
        name: " ".join(filter(None, (value["type"], value["scope"], value["value"] or value["digest"])))
        if name in _IDENTIFIERS and value is not None
        else value
        for name, value in record.items()
    }


def find_workspace(tree: PersonTree) -> str | None:
    """Return the workspace of a person, which each of its identifiers tells."""
    return next((held.node.workspace_id for held in tree.nodes), None)


def describe_node(node: Node) -> Record:
    """Return an identifier as printed."""
    return {"type": node.kind, "scope": node.scope, "digest": node.digest, "value": node.value}


def explain(one: tuple[Found, PersonTree], other: tuple[Found, PersonTree]) -> Record:
    """Return why two names are one person, or are not."""
    (found, tree), (other_found, other_tree) = one, other
    if found.root.person_id != other_found.root.person_id:
        refusals = find_refusals(tree, other_tree)
        return {
            "is_one_person": False,
            "persons": [found.root.person_id, other_found.root.person_id],
            "because": "a guard kept them apart" if refusals else NOT_JOINED,
            "steps": [],
            "refusals": [_describe_refusal(refusal, tree, other_tree) for refusal in refusals],
        }
    way = find_way(tree, _list_keys(found, tree), _list_keys(other_found, tree))
    return {
        "is_one_person": True,
        "persons": [found.root.person_id],
        "because": NOT_REMEMBERED if way is None else "hits joined them" if way else "they are the same",
        "steps": [_describe_step(step, tree) for step in way or ()],
        "refusals": [],
    }


def _list_keys(found: Found, tree: PersonTree) -> frozenset[str]:
    """The identifiers that a name stands for: those of the person as it was before merges, if it was named by its id or a leaf."""
    if found.person_id is None:
        return found.keys & tree.keys
    own = frozenset(held.node.key for held in tree.nodes if held.owner == found.person_id)
    return own or tree.keys


def _describe_step(step: Step, tree: PersonTree) -> Record:
    return {
        "event_id": step.event_id,
        "at": show_time(step.at),
        "one": _describe_key(step.one, tree),
        "other": _describe_key(step.other, tree),
    }


def _describe_refusal(refusal: HeldRefusal, *trees: PersonTree) -> Record:
    return {
        "reason": refusal.reason,
        "meaning": REFUSALS.get(refusal.reason),
        "at": show_time(refusal.at),
        "by": refusal.event_id,
        "person_id": refusal.person_id,
        "identifier": _describe_key(refusal.node, *trees),
        "against": None if refusal.against is None else _describe_key(refusal.against, *trees),
    }


def _describe_key(key: str, *trees: PersonTree) -> Record:
    """An identifier by its key, with its plain form where a tree knows it."""
    for tree in trees:
        for held in tree.nodes:
            if held.node.key == key:
                return describe_node(held.node)
    return describe_node(read_node_key(key))


def _describe_leaf(leaf: Leaf) -> Record:
    return {"type": leaf.kind, "scope": leaf.scope, "value": leaf.value}
