"""`pixelweave pixels …`: create, list, show, disable, enable, rotate-key, snippet."""

from typing import Annotated, Any

import typer
from pixelweave.pixel import CONSENT_POLICIES, DEFAULT_CONSENT_POLICY, DIALECTS
from pixelweave.pixel_model import PixelRecord, PixelSpec
from pixelweave.pixel_page.markup import TITLES
from pixelweave.route import write_page_path
from pixelweave.snippet import PARTS, TagScript, write_snippet
from pixelweave.tag_script import INTEGRITY, VERSION

from pixelweave_cli.failure import InputError, SafeGroup
from pixelweave_cli.option import Json, PixelName, runtime_of
from pixelweave_cli.output import Printer
from pixelweave_cli.runtime import Runtime

COLUMNS = ("pixel_id", "dialect", "name", "workspace_id", "status", "key")
HOUR_SECONDS = 3600
MAX_GRACE_HOURS = 24 * 365

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Create and look after pixels.")


@app.command()
def create(  # noqa: PLR0913 - each parameter is an option of the command line
    ctx: typer.Context,
    *,
    dialect: Annotated[str, typer.Option(help=f"The tag's form: {', '.join(DIALECTS)}.")],
    name: Annotated[str, typer.Option(help="A name for people, 1 to 100 characters.")],
    workspace: Annotated[str, typer.Option(help="The workspace that the rows belong to.")],
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            help="A host the tag is on, e.g. shop.example or *.shop.example; repeat for more. (default: any)"
        ),
    ] = None,
    consent_policy: Annotated[
        str, typer.Option(help=f"What browser signals do: {', '.join(CONSENT_POLICIES)}.")
    ] = DEFAULT_CONSENT_POLICY,
    key: Annotated[
        str | None, typer.Option(help="Keep the key that the site's tags already have. (default: a new one)")
    ] = None,
    as_json: Json = False,
) -> None:
    """Create a pixel and print it."""
    runtime = runtime_of(ctx)
    spec = PixelSpec(
        dialect=dialect,
        name=name,
        workspace_id=workspace,
        allowed_hosts=tuple(allowed_host or ()),
        consent_policy=consent_policy,
    )
    printer = Printer(as_json=as_json)
    pixel = runtime.pixels.create(spec, runtime.now(), key=key)
    printer.print_record(_describe(pixel))
    printer.print_note(f"The tag to paste: pixelweave pixels snippet {pixel.pixel_id}")
    printer.print_note(f"Its page: {_write_page_url(runtime, pixel.key)}")


@app.command("list")
def list_pixels(ctx: typer.Context, *, as_json: Json = False) -> None:
    """List all pixels, the oldest first."""
    rows = [_describe(pixel) for pixel in runtime_of(ctx).pixels.list()]
    Printer(as_json=as_json).print_rows(rows, COLUMNS)


@app.command()
def show(ctx: typer.Context, pixel: PixelName, *, as_json: Json = False) -> None:
    """Show one pixel."""
    Printer(as_json=as_json).print_record(_describe(runtime_of(ctx).pixels.resolve(pixel)))


@app.command()
def disable(ctx: typer.Context, pixel: PixelName, *, as_json: Json = False) -> None:
    """Answer the pixel's keys with 404 from now on (a warm collector: within its cache time, a minute)."""
    runtime = runtime_of(ctx)
    found = runtime.pixels.resolve(pixel)
    Printer(as_json=as_json).print_record(_describe(runtime.pixels.disable(found.pixel_id, runtime.now())))


@app.command()
def enable(ctx: typer.Context, pixel: PixelName, *, as_json: Json = False) -> None:
    """Answer the pixel's keys again."""
    runtime = runtime_of(ctx)
    found = runtime.pixels.resolve(pixel)
    Printer(as_json=as_json).print_record(_describe(runtime.pixels.enable(found.pixel_id, runtime.now())))


@app.command()
def rotate_key(
    ctx: typer.Context,
    pixel: PixelName,
    *,
    grace: Annotated[
        int, typer.Option(metavar="HOURS", help="How long the old key is answered; 0: not at all.")
    ] = 72,
    as_json: Json = False,
) -> None:
    """Give the pixel a new key; the old one is answered for a while."""
    if not 0 <= grace <= MAX_GRACE_HOURS:
        raise InputError(f"--grace: {grace} is not between 0 and {MAX_GRACE_HOURS} hours")
    runtime = runtime_of(ctx)
    found = runtime.pixels.resolve(pixel)
    rotated = runtime.pixels.rotate_key(found.pixel_id, runtime.now(), grace * HOUR_SECONDS)
    Printer(as_json=as_json).print_record(_describe(rotated))


@app.command()
def snippet(
    ctx: typer.Context,
    pixel: PixelName,
    *,
    part: Annotated[str | None, typer.Option(help=f"Only this text, bare: {', '.join(PARTS)}.")] = None,
    as_json: Json = False,
) -> None:
    """Print the tag to paste, its forms without JavaScript, for e-mail and for Google Tag Manager, and what a CSP must allow."""
    if part is not None and part not in PARTS:
        raise InputError(f"--part: {part!r} is not one of {', '.join(PARTS)}")
    runtime = runtime_of(ctx)
    found = runtime.pixels.resolve(pixel)
    texts = write_snippet(
        found.dialect,
        runtime.stack.collector_url,
        found.key,
        TagScript(VERSION, INTEGRITY),
        consent_policy=found.consent_policy,
    )
    if part is not None and part not in texts:
        raise InputError(f"--part: the tag of {found.dialect} has no script of ours to pin")
    printer = Printer(as_json=as_json)
    if as_json:
        printer.print_record(texts if part is None else {part: texts[part]})
    elif part is not None:
        printer.print_text(texts[part])
    else:
        blocks = [f"# {TITLES[name]}\n{text}" for name, text in texts.items()]
        blocks.append(f"# All this to copy, and to try a hit\n{_write_page_url(runtime, found.key)}")
        printer.print_text("\n\n".join(blocks))


def _write_page_url(runtime: Runtime, key: str) -> str:
    return runtime.stack.collector_url.rstrip("/") + write_page_path(key)


def _describe(pixel: PixelRecord) -> dict[str, Any]:
    """Return the record as printed: what it is called first."""
    return {"pixel_id": pixel.pixel_id, "key": pixel.key} | pixel.model_dump(mode="json")
