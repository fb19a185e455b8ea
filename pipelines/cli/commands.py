"""The commands, their options and their help. What they do is in ``pipelines``, how it looks in ``show``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from pipelines.collector import collecting_seldom
from pipelines.lakes import keep_open
from pipelines.settings import Settings
from sources.errors import CrmWarehouseError

Given = ParamSpec("Given")
Result = TypeVar("Result")

FAILED, PUBLISHED_WITH_FAILURES = 1, 3
_PUBLISHING = 'key:"published/*"'

app = typer.Typer(
    name="crm-warehouse",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="""
    Consolidate every CRM and legacy database of a company into one source of truth about each customer.

    Everything is kept below CRM_HOME (default [bold]./data[/bold]). The sources are listed in
    CRM_HOME/crm_sources.yaml (or CRM_CONFIG). BI tools read CRM_HOME/published/crm.duckdb.

    Start with [bold]crm-warehouse demo[/bold], or with [bold]crm-warehouse init[/bold] for your own sources.
    """,
    epilog="Exit codes: 0 all well, 1 failed and nothing new was published, 3 published but a source failed.",
)


def says_what_went_wrong(command: Callable[Given, Result]) -> Callable[Given, Result]:
    """Show an error the user can act on as one message; anything else is a bug and keeps its stack trace."""

    @functools.wraps(command)
    def wrapped(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except CrmWarehouseError as error:
            typer.secho(f"Error: {error}", fg=typer.colors.RED, err=True)
            raise typer.Exit(FAILED) from None

    return wrapped


@app.command()
@says_what_went_wrong
def init() -> None:
    """Write a commented crm_sources.yaml to start from, and empty files for stewards; what exists is left alone."""
    from pipelines.stewardship.files import create_missing
    from sources.config_template import commented_template

    settings = Settings.from_environment()
    config = settings.config
    if config.exists():
        raise CrmWarehouseError(f"{config} exists already; nothing was written.")
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(commented_template(), encoding="utf-8")
    create_missing(settings.stewardship)
    typer.echo(f"Wrote {config}.\nDescribe your sources in it, then: crm-warehouse sources check, crm-warehouse run.")
    typer.echo(f"Stewards decide in {settings.stewardship} which records are one customer.")


@app.command()
@says_what_went_wrong
def demo(
    customers: Annotated[int, typer.Option(min=100, help="Size of the demo company, on its first night.")] = 2000,
    days: Annotated[int, typer.Option(min=0, help="Days that pass before a later night; 0 repeats the last.")] = 1,
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 42,
    branches: Annotated[
        bool, typer.Option(help="A new company has branches that keep customers in every other type of CRM.")
    ] = True,
) -> None:
    """Run a night over an embedded company: a Salesforce org, a legacy CRM in SQLite, a web shop's CSV exports, and
    branches on every other type of CRM.

    The first call builds the company, reads it, and publishes. Every later call lets a day pass first, so that it
    shows an incremental night: new, changed, deleted and merged records. No server and no network is needed.
    """
    from pipelines.cli import show
    from pipelines.demo import Demo

    settings = Settings.from_environment()
    with collecting_seldom(), keep_open(settings):
        with (
            show.working() as display,
            Demo.tonight(settings, customers=customers, days=days, seed=seed, branches=branches) as night,
        ):
            outcome = night.run()
            display.finish()
        show.night(settings, outcome)
        show.demo_ending(settings, night)
    _exit_with(outcome)


@app.command()
@says_what_went_wrong
def run(
    full_refresh: Annotated[
        bool, typer.Option(help="Read every source and build every model anew; only real changes append.")
    ] = False,
    select: Annotated[
        str | None,
        typer.Option(
            help='Only these assets, in Dagster\'s syntax: [bold]group:core[/bold], [bold]key:"marts/*"[/bold].'
        ),
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the marts speak of. Default: yesterday.")
    ] = None,
    attempts: Annotated[
        int, typer.Option(min=1, help="How often a source is read that fails for a passing reason.")
    ] = 3,
    retry_seconds: Annotated[
        float, typer.Option(min=0, help="Pause before the second attempt; doubles each time.")
    ] = 30,
    accept_change: Annotated[
        bool,
        typer.Option(
            "--accept-change",
            help="Publish this once although tables, customers or revenue differ from the last publication by more"
            " than the release gate lets: many records were deleted, or a large source came in.",
        ),
    ] = False,
) -> None:
    """Run the nightly job: read every source, check, build, resolve customers, check again, publish.

    A run that was interrupted, however abruptly, is continued by running again. A source that cannot be read does
    not stop the others: what they brought is published, and the exit code is 3.
    """
    from pipelines.cli import show, show_identity
    from pipelines.nightly import run as run_night
    from pipelines.selecting import existing_config
    from pipelines.stewardship.notices import vanished_count

    settings = Settings.from_environment()
    existing_config(settings)
    with collecting_seldom(), keep_open(settings):
        with show.working() as display:
            outcome = run_night(
                settings,
                as_of=as_of.date() if as_of else None,
                attempts=attempts,
                retry_seconds=retry_seconds,
                full_refresh=full_refresh,
                select=select,
                accept_change=accept_change,
            )
            display.finish()
        show.night(settings, outcome)
        if outcome.published:
            show_identity.vanished(vanished_count(settings))
    _exit_with(outcome)


@app.command()
@says_what_went_wrong
def ingest(
    source: Annotated[str, typer.Argument(help="A configured source.")],
    objects: Annotated[
        list[str] | None,
        typer.Option("--object", help="Read only this object; may be given several times. Default: all."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
            help="Read again what changed from this time (UTC) on. An object with no cursor is read whole.",
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, from the start.")] = False,
    attempts: Annotated[int, typer.Option(min=1, help="How often is read what fails for a passing reason.")] = 3,
    retry_seconds: Annotated[
        float, typer.Option(min=0, help="Pause before the second attempt; doubles each time.")
    ] = 30,
) -> None:
    """Read one source into the lake, and build nothing. The next [bold]run[/bold] builds upon it.

    Only real changes are appended, however often a row is read. An interrupted reading is continued by the same
    command: what was committed is not lost. Where an object failed, the exit code is 1.
    """
    from pipelines.cli import show, show_sources
    from pipelines.reading import ingest_source

    settings = Settings.from_environment()
    with show.working() as display:
        reads = ingest_source(
            settings,
            source,
            objects or [],
            since=since,
            full=full,
            attempts=attempts,
            retry_seconds=retry_seconds,
            say=lambda words: typer.echo(words, err=True),
        )
        display.finish()
    show_sources.reads(reads)
    if any(each.error for each in reads):
        raise typer.Exit(FAILED)


@app.command()
@says_what_went_wrong
def query(
    sql: Annotated[str, typer.Argument(help="One SQL query; what it reads cannot be changed.")],
    lake: Annotated[
        bool, typer.Option("--lake", help="Query the lake instead: change logs, the ledger, rejected rows.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV instead of a table.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Rows shown in a table.")] = 100,
) -> None:
    """Query the published file or the lake, read-only.

    For example: crm-warehouse query "select * from marts.customer_value order by revenue_amount desc"

    Or: crm-warehouse query --lake "select * from lake.ingest.rejected_rows"
    """
    from pipelines.cli import show
    from pipelines.summary import query_lake, query_published

    columns, rows = (query_lake if lake else query_published)(Settings.from_environment(), sql)
    show.csv(columns, rows) if csv else show.table(columns, rows, limit)


@app.command()
@says_what_went_wrong
def publish(
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Go back to the version before the current one.")
    ] = False,
    version: Annotated[str | None, typer.Option(help="Go to this version, earlier or later.")] = None,
) -> None:
    """List the published versions, or go back to an earlier one. The nightly run publishes by itself.

    Readers that hold a file open keep it; whoever opens crm.duckdb next sees the version gone back to.
    """
    from pipelines.publish import current_version, versions
    from pipelines.publish import rollback as go_back

    folder = Settings.from_environment().published
    if rollback or version:
        publication = go_back(folder, version)
        typer.echo(f"{publication.file} is version {publication.version} again, as of {publication.as_of}.")
        return
    current = current_version(folder)
    for each in versions(folder):
        typer.echo(f"{each}{'  (current)' if each == current else ''}")


@app.command()
@says_what_went_wrong
def docs(
    folder: Annotated[Path, typer.Option(help="Where to write; made when it is missing.")] = Path("docs"),
) -> None:
    """Write the dictionary of the published tables, their diagrams, and dbt's documentation of every model.

    All of it is made from the project; dbt's site also shows the types of the warehouse that was built last.
    """
    from pipelines.documentation import write_documentation

    for path in write_documentation(Settings.from_environment(), folder):
        typer.echo(path)


@app.command()
@says_what_went_wrong
def simulate(
    kind: Annotated[
        str, typer.Argument(metavar="TYPE", help="A connector type that has a simulator, e.g. salesforce.")
    ],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 picks a free one.")] = 0,
    customers: Annotated[int, typer.Option(min=100, help="Size of the company, when there is none yet.")] = 2000,
) -> None:
    """Serve a vendor's API over the demo company on 127.0.0.1 until interrupted. Nothing leaves this machine.

    What is printed is ready to be pasted into a shell and into crm_sources.yaml. Of a type that the company does not
    use, an empty account is served.
    """
    from pipelines.simulating import serve_simulator

    serve_simulator(Settings.from_environment(), kind, port, customers, typer.echo)


@app.command()
@says_what_went_wrong
def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster's UI over the same data: the graph, past runs, checks, and the schedule of the nightly job.

    Over a demo company its Salesforce simulator is served too, so that assets can be materialized from the UI.
    """
    from pipelines.serving import serve_ui

    serve_ui(Settings.from_environment(), port, typer.echo)


def _exit_with(outcome: Any) -> None:
    """End with the exit code of a run."""
    if outcome.succeeded:
        return
    raise typer.Exit(PUBLISHED_WITH_FAILURES if outcome.published else FAILED)
