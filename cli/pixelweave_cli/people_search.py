"""From what a person is called to the person: which workspace is meant, and whose the identifier is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.canonical import Surroundings, UnusableIdentifierError, make_nodes
from pixelweave.node import Leaf
from pixelweave_aws.person_store import PersonForgottenError

from pixelweave_cli.failure import InputError, RefusedError
from pixelweave_cli.people_name import Name, read_name

if TYPE_CHECKING:
    from pixelweave.node import Node
    from pixelweave.person import Person

    from pixelweave_cli.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Found:
    """A person, and by what it was found: the person_id that was typed or that a leaf is linked to, or the keys of nodes."""

    root: Person
    person_id: str | None = None
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Search:
    """Finds people by name, in `workspace` or else in the only one that there is; `region` is the country of phones without one."""

    runtime: Runtime
    workspace: str | None
    region: str

    def find(self, text: str) -> Found:
        """Return the person that `text` names.

        Raises what `find_even_forgotten` does, and PersonForgottenError for one that is marked as forgotten.
        """
        found = self.find_even_forgotten(text)
        if found.root.is_forgotten:
            raise PersonForgottenError("this person was forgotten")
        return found

    def find_even_forgotten(self, text: str) -> Found:
        """Return the person that `text` names, or what is left of it.

        Raises InputError, RefusedError, PersonNotFoundError, PersonForgottenError, AmbiguousPersonError, PixelNotFoundError; none of
        their messages repeats an identifier.
        """
        name = read_name(text)
        people = self.runtime.people
        if name.person_id is not None:
            return Found(people.find_root(name.person_id), name.person_id)
        workspace_id, pixel_id = self._locate(name)
        if name.leaf is not None:
            kind, value = name.leaf
            link = people.find_last_link(Leaf(workspace_id, kind, pixel_id, value))
            return Found(people.find_root(link.person_id), link.person_id)
        nodes = make_any_nodes(name, Surroundings(workspace_id, pixel_id, self.region))
        return Found(people.find_by_nodes(nodes), keys=frozenset(node.key for node in nodes))

    def _locate(self, name: Name) -> tuple[str, str]:
        """The workspace and the pixel in which a name means something; the pixel may be any and is then empty."""
        if name.pixel_id is not None:
            pixel = self.runtime.pixels.resolve(name.pixel_id)
            return pixel.workspace_id, pixel.pixel_id
        if self.workspace is not None:
            return self.workspace, ""
        names = sorted({pixel.workspace_id for pixel in self.runtime.pixels.list()})
        if len(names) != 1:
            known = f"name one of {', '.join(names)}" if names else "there is no pixel yet"
            raise InputError(f"--workspace: an identifier belongs to a workspace; {known}")
        return names[0], ""


def make_any_nodes(name: Name, around: Surroundings) -> list[Node]:
    """Return the nodes that a name may mean. Raises RefusedError where it makes none."""
    nodes: dict[Node, None] = {}
    reason = ""
    for identifier in name.identifiers:
        try:
            nodes |= dict.fromkeys(make_nodes(identifier, around))
        except UnusableIdentifierError as exc:
            reason = exc.reason
    if not nodes:
        raise RefusedError(reason)
    return list(nodes)
