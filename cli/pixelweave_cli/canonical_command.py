"""`pixelweave canonical`: what stitching makes of one value; needs no stack."""

from typing import Annotated, Any

import typer
from pixelweave.canonical import Surroundings, UnusableIdentifierError, canonical_phone, make_nodes
from pixelweave.node import PIXEL_SCOPED, Node

from pixelweave_cli.failure import InputError, RefusedError
from pixelweave_cli.option import Json, PhoneRegion
from pixelweave_cli.output import Printer
from pixelweave_cli.people_name import KINDS, SCHEMES, sort_identifier

COLUMNS = ("node_type", "scope", "digest", "normal_form")


def canonical(
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="As the site sends it; after -- if it begins with -.")
    ],
    *,
    kind: Annotated[str, typer.Option("--type", help=f"What it is: {', '.join(KINDS)}.")],
    pixel: Annotated[
        str | None, typer.Option(metavar="ID", help="The pixel that a user_id, uuid or other… belongs to.")
    ] = None,
    scheme: Annotated[
        str | None, typer.Option(help="Whose normal form a phone's hash was made of: ksense, rokt.")
    ] = None,
    region: PhoneRegion = "US",
    as_json: Json = False,
) -> None:
    """Print the normal form of an identifier and the nodes that it makes, or why it is refused.

    Works without a stack; values that a deployment blocks beside the built-in ones are not known here.
    """
    if scheme is not None and scheme not in SCHEMES:
        raise InputError(f"--scheme: {scheme!r} is not one of {', '.join(SCHEMES)}")
    try:
        identifier = sort_identifier(kind, value) | ({"scheme": scheme} if scheme else {})
        nodes = make_nodes(identifier, Surroundings("", pixel or "", region))
    except UnusableIdentifierError as exc:
        raise RefusedError(exc.reason) from exc
    Printer(as_json=as_json).print_rows([_describe(node, region) for node in nodes], COLUMNS)


def _describe(node: Node, region: str) -> dict[str, Any]:
    """Return a node as printed, with the text that its digest was made of."""
    normal_form = node.value
    if normal_form is not None and node.kind.startswith("phone_"):
        normal_form = canonical_phone(normal_form, region)[node.kind.split("_")[1]]
    return {
        "node_type": node.kind,
        # The digest is the same for every pixel, the node is not.
        "scope": node.scope or (None if node.kind in PIXEL_SCOPED else ""),
        "digest": node.digest,
        "normal_form": normal_form,
    }
