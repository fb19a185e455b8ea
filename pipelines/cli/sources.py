"""The commands about sources, ``crm-warehouse sources``: their options and their help.

What they find out is in ``pipelines``, how it looks in ``show_sources``. None of them reads data.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli.commands import FAILED, says_what_went_wrong
from pipelines.settings import Settings

sources = typer.Typer(no_args_is_help=True, help="Show the configured sources, try them, or make a new type of them.")


@sources.command("list")
@says_what_went_wrong
def list_sources() -> None:
    """List the configured sources with their types and how fresh each one is."""
    from pipelines.cli import show_sources
    from pipelines.selecting import config_with_sources
    from pipelines.summary import source_freshness

    settings = Settings.from_environment()
    show_sources.listed(config_with_sources(settings).sources, source_freshness(settings))


@sources.command("check")
@says_what_went_wrong
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Sources to try; all of them by default.")] = None,
) -> None:
    """Try credentials, permissions and every object of the sources, the quota left and the clocks; reads no data."""
    from pipelines.checking import check_all
    from pipelines.cli import show_sources
    from pipelines.selecting import config_with_sources

    findings = check_all(config_with_sources(Settings.from_environment()), names or [])
    show_sources.checks(findings)
    if not all(each.passed for checks in findings.values() for each in checks):
        raise typer.Exit(FAILED)


@sources.command("describe")
@says_what_went_wrong
def describe(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="A configured source.")],
    object_name: Annotated[
        str | None, typer.Argument(metavar="OBJECT", help="One of its objects, or the lake table of one.")
    ] = None,
) -> None:
    """Show what a source has: its objects, or of one of them the columns, and what the lake has of them.

    The objects are shown without asking the source; its columns are its own answer.
    """
    from pipelines import describing
    from pipelines.cli import show_sources

    settings = Settings.from_environment()
    if object_name is None:
        show_sources.objects(describing.describe_source(settings, name))
    else:
        show_sources.columns(describing.describe_object(settings, name, object_name))


@sources.command("new")
@says_what_went_wrong
def new(
    connector_type: Annotated[
        str, typer.Argument(metavar="TYPE", help="The name of the new type: lower-case words joined with underscores.")
    ],
) -> None:
    """Write a new connector type into this clone: a working one over a JSON list, to be changed into yours.

    It comes with a simulated API, staging for one entity, expectations and tests. What exists is never overwritten.
    """
    from pipelines.cli import show_sources
    from pipelines.scaffolding import scaffold
    from pipelines.settings import PROJECT

    show_sources.scaffolded(connector_type, PROJECT, scaffold(PROJECT, connector_type))
