"""The commands of stewards, ``crm-warehouse identity``: their options and their help.

What they find out is in ``pipelines.stewardship``, how it looks in ``show_identity``. Only the stewards' own files are
ever written.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.commands import says_what_went_wrong
from pipelines.settings import Settings
from sources.errors import CrmWarehouseError

if TYPE_CHECKING:
    from pipelines.stewardship.queue import Case
    from pipelines.stewardship.review import Review

identity = typer.Typer(
    no_args_is_help=True,
    help="""
    Decide which records are one customer, and see why they are.

    Decisions are rows of four CSV files in CRM_HOME/stewardship (or CRM_STEWARDSHIP): must_link, must_not_link,
    pinned_values and placeholder_values. They take effect with the next run, and stop when their row is removed.
    """,
)

Key = Annotated[str, typer.Argument(help="A record, as source|entity|id, or a customer id.")]
Pair = tuple[str, str] | None


def _day(settings: Settings) -> date:
    """Return the day for which decisions have expired or not: the next run's, or the configured one."""
    return settings.load_config().reporting.as_of or date.today()


@identity.command()
@says_what_went_wrong
def review(
    limit: Annotated[int, typer.Option(min=1, help="How many pairs to look at.")] = 100,
    author: Annotated[str | None, typer.Option(help="Who decides. Default: git's user.name, or yours.")] = None,
    export: Annotated[
        Path | None, typer.Option(help="Write the whole queue to a CSV file instead, to be filled in.", dir_okay=False)
    ] = None,
    import_: Annotated[
        Path | None,
        typer.Option("--import", help="Take the decisions from such a file.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Look at pairs of records that may be one customer, those first whose customers brought the most money.

    Answer a to accept (they are one customer), r to reject (they are two), s to skip, q to quit, and give a reason.
    Each answer is written at once. Answers are read line by line, so they can also come from a file.
    """
    from pipelines.cli import show_identity
    from pipelines.stewardship.review import whoami

    settings = Settings.from_environment()
    who = author or whoami(settings.stewardship)
    if import_:
        show_identity.imported(_take_back(settings, import_, who), settings.stewardship)
    elif export:
        typer.echo(f"Wrote {_export(settings, export):,} pairs to {export}. Fill in decision (accept or reject) and")
        typer.echo(f"reason, then: crm-warehouse identity review --import {export}")
    else:
        session, cases, waiting = _cases(settings, limit)
        show_identity.review(session, cases, waiting, who, settings.load_config().reporting.currency)


def _review_of(settings: Settings) -> Review:
    from pipelines.stewardship.notices import look
    from pipelines.stewardship.review import Review

    as_of = _day(settings)
    decisions, _ = look(settings, as_of)
    return Review(settings.stewardship, [each.decision for each in decisions], as_of)


def _cases(settings: Settings, limit: int) -> tuple[Review, list[tuple[Case, list]], int]:
    """Return the first cases with their evidence. Nothing stays open: a steward may take all night, and so a run."""
    from pipelines.stewardship.evidence import compare, records
    from pipelines.stewardship.opening import open_all
    from pipelines.stewardship.queue import waiting

    session = _review_of(settings)
    with open_all(settings) as connection:
        cases = waiting(connection, session.decisions, session.as_of)
        known = records(connection, (key for case in cases[:limit] for key in (case.record_key, case.other_record_key)))
    shown = [
        (case, compare(known.get(case.record_key, {}), known.get(case.other_record_key, {}))) for case in cases[:limit]
    ]
    return session, shown, len(cases)


def _export(settings: Settings, path: Path) -> int:
    from pipelines.stewardship import exchange
    from pipelines.stewardship.opening import open_all
    from pipelines.stewardship.queue import waiting

    session = _review_of(settings)
    with open_all(settings) as connection:
        return exchange.export(path, waiting(connection, session.decisions, session.as_of), connection)


def _take_back(settings: Settings, path: Path, author: str) -> tuple[int, int]:
    """Return how many decisions of a file were written, and how many were known."""
    from pipelines.stewardship import exchange
    from pipelines.stewardship.opening import open_registry
    from pipelines.stewardship.recording import known_instances

    session = _review_of(settings)
    configured = settings.load_config().instances
    with open_registry(settings) as connection:
        instances = known_instances(connection, configured)
    found = exchange.take_back(path, session, instances, author=author, today=date.today())
    return len(found["written"]), len(found["known"])


@identity.command()
@says_what_went_wrong
def explain(
    a: Key,
    b: Key,
    chart: Annotated[
        Path | None, typer.Option(help="Also write Splink's waterfall chart to an HTML file.", dir_okay=False)
    ] = None,
) -> None:
    """Say why two records, or two customers, are one customer or two: what was compared and what it weighs."""
    from pipelines.cli import show_identity
    from pipelines.stewardship import matcher
    from pipelines.stewardship.explaining import explained

    settings = Settings.from_environment()
    found = explained(settings, a, b, _day(settings))
    show_identity.explanation(found)
    if chart:
        chart.write_text(matcher.chart_html(found.explanation), encoding="utf-8")
        typer.echo(f"Wrote {chart}.")


@identity.command()
@says_what_went_wrong
def history(
    customer_id: Annotated[str, typer.Argument(help="Any customer id that was ever handed out.")],
) -> None:
    """Tell the life of a customer id: when it was born, merged and split, who answers for it today, its records."""
    from pipelines.cli import show_identity
    from pipelines.stewardship.opening import open_registry
    from pipelines.stewardship.past import past

    with open_registry(Settings.from_environment()) as connection:
        show_identity.history(past(connection, customer_id))


@identity.command("what-if")
@says_what_went_wrong
def what_if(
    must_link: Annotated[Pair, typer.Option(metavar="A B", help="If these records were one customer.")] = None,
    must_not_link: Annotated[Pair, typer.Option(metavar="A B", help="If these records were two customers.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="If pairs were linked from this probability on.")
    ] = None,
    stewardship: Annotated[
        Path | None, typer.Option(help="If these were the stewards' files.", exists=True, file_okay=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows shown.")] = 50,
) -> None:
    """Show what decisions that no run has seen yet would change: merges, splits, and the money that would move.

    Without options: what the rows in the stewards' files change that no run has read yet. Pinned and placeholder
    values are not foreseen. Nothing is written.
    """
    from pipelines.cli import show_identity
    from pipelines.stewardship.foreseeing import foreseen

    settings = Settings.from_environment()
    pairs = {"must_link": must_link, "must_not_link": must_not_link}
    assumed = {kind: pair for kind, pair in pairs.items() if pair}
    outcome = foreseen(settings, stewardship or settings.stewardship, assumed, threshold, _day(settings))
    show_identity.outcome(outcome, settings.load_config().reporting.currency, limit)


@identity.command()
@says_what_went_wrong
def decisions() -> None:
    """List the stewards' decisions: active, expired, or vanished with their record until it returns."""
    from pipelines.cli import show_identity
    from pipelines.stewardship.notices import look

    settings = Settings.from_environment()
    if not settings.stewardship.exists():
        raise CrmWarehouseError(f"{settings.stewardship} does not exist. `crm-warehouse init` makes it.")
    found, remarks = look(settings, _day(settings))
    show_identity.decisions(found, remarks, settings.stewardship)
