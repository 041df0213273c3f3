"""The command line `pixelweave`: the same commands against AWS and against the local stack."""

from importlib.metadata import version as read_version
from pathlib import Path
from typing import Annotated

import typer

from pixelweave_cli import (
    audience_command,
    canonical_command,
    check_command,
    compact_command,
    cost_command,
    event_command,
    funnel_command,
    goal_command,
    identity_command,
    people_command,
    pixel_command,
    publish_command,
    report_command,
)
from pixelweave_cli.connection import Target
from pixelweave_cli.failure import SafeGroup
from pixelweave_cli.runtime import Runtime

app = typer.Typer(
    name="pixelweave",
    cls=SafeGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(pixel_command.app, name="pixels")
app.add_typer(event_command.app, name="events")
app.add_typer(goal_command.app, name="goals")
app.add_typer(funnel_command.app, name="funnels")
app.add_typer(audience_command.app, name="audiences")
app.add_typer(report_command.app, name="report")
app.add_typer(people_command.app, name="people")
app.add_typer(identity_command.app, name="identity")
app.add_typer(publish_command.app, name="dashboard")
app.command()(publish_command.publish)
app.command()(check_command.check)
app.command()(canonical_command.canonical)
app.command()(cost_command.cost)
app.command()(compact_command.compact)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"pixelweave {read_version('pixelweave')}")
        raise typer.Exit


@app.callback()
def choose_stack(
    ctx: typer.Context,
    *,
    stack: Annotated[
        str | None,
        typer.Option(envvar="PIXELWEAVE_STACK", help="A CloudFormation stack. (default: the local one)"),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            envvar=["AWS_REGION", "AWS_DEFAULT_REGION"],
            help="The stack's AWS region. (default: the profile's)",
        ),
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="A profile of the AWS configuration. (default: AWS_PROFILE)")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Pixelweave: tracking pixels, and what they saw.

    Works on the stack that --stack or PIXELWEAVE_STACK names, else on the local one that `make up` started in
    this folder or a parent of it.

    Exit codes: 0 done, 1 failed, 2 wrong command line, 3 no such pixel, person, goal, funnel or audience, 4 part of the work is left.
    """
    del version  # its callback has done the work
    if ctx.obj is None:
        ctx.obj = Runtime(Target(folder=Path.cwd(), stack_name=stack or None, region=region, profile=profile))


def main() -> None:
    """Run the command line of this process."""
    app()
