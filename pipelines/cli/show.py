"""What the commands print: progress while a run works, and tables afterwards. Reads results; changes nothing."""

from __future__ import annotations

import contextlib
import csv as csv_format
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from pipelines import summary
from pipelines.answers import answers as answers_of
from pipelines.progress import Progress, listening
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.demo import Demo
    from pipelines.nightly import Outcome

_TOP = """
    select customer_name, customer_type, order_count, revenue_amount, currency_code, last_order_date
    from marts.customer_value
    order by revenue_amount desc, customer_id
    limit 10
"""

_FOUND = """
    select
        (select count(*) from core.dim_customers),
        (select count(*) from core.bridge_customer_sources),
        (select count(distinct source_instance) from core.bridge_customer_sources)
"""


def new_console() -> Console:
    """Return the console of standard output."""
    # a pipe has no width of its own; tables made for 80 columns would cut names. The stream is named because
    # standard output is turned away while libraries work
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, highlight=False)


class Display:
    """Progress bars, one line for each task in the order they begin."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._current: str | None = None

    def show(self, news: Progress) -> None:
        """Take in one piece of news; the task before a new one is done."""
        if news.task != self._current:
            self.finish()
            self._current = news.task
        if news.task not in self._tasks:
            fresh = self._bars.add_task(news.task, total=news.total, item="", unit=news.unit, failed="")
            self._tasks[news.task] = fresh
        task = self._tasks[news.task]
        unit = news.unit or self._bars.tasks[task].fields["unit"]
        # what is tried again may succeed
        self._bars.update(task, advance=news.amount, item=news.item, unit=unit, failed=news.failed)

    def finish(self) -> None:
        """Show the current task as done."""
        if self._current is not None:
            task = self._tasks[self._current]
            done = max(self._bars.tasks[task].completed, 1)
            self._bars.update(task, total=done, completed=done, item=self._bars.tasks[task].fields["failed"])
            self._current = None


class _Mark(SpinnerColumn):
    """A spinner that ends as a tick, or as a cross where something could not be done."""

    def __init__(self) -> None:
        super().__init__(finished_text="[green]✓")

    def render(self, task: Any) -> Any:
        """Show what the task came to."""
        from rich.text import Text

        return Text("✗", style="red") if task.finished and task.fields["failed"] else super().render(task)


class _Count(TextColumn):
    """How much of a task is done, in its unit."""

    def __init__(self) -> None:
        super().__init__("{task.fields[unit]}", justify="right")

    def render(self, task: Any) -> Any:
        """Show a number only where something is counted."""
        from rich.text import Text

        unit = task.fields.get("unit")
        return Text(f"{int(task.completed):,} {unit}" if unit else "", style="green")


@contextlib.contextmanager
def working() -> Iterator[Display]:
    """Show progress bars for what is reported inside the block; what libraries print goes nowhere."""
    bars = Bars(
        _Mark(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        _Count(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[item]}"),
        console=new_console(),
    )
    display = Display(bars)
    with bars, listening(display.show), contextlib.redirect_stdout(io.StringIO()):
        yield display


def night(settings: Settings, outcome: Outcome) -> None:
    """Print what each source brought, what failed, and, when something was published, who the customers are."""
    console = new_console()
    numbers = summary.night_numbers(settings, outcome.run_id)
    if numbers:
        shown = Table("source", title="Sources", title_justify="left")
        for head in ("objects", "rows read", "appended", "deleted", "rejected"):
            shown.add_column(head, justify="right")
        for each in numbers:
            counts = (each.objects, each.rows_read, each.rows_appended, each.rows_deleted, each.rows_rejected)
            shown.add_row(each.source, *(f"{count:,}" for count in counts))
        console.print(shown)
        for vanished in summary.vanished_columns(settings, outcome.run_id):
            console.print(f"[yellow]![/yellow] {escape(vanished)}")
    if outcome.published:
        _customers(console, settings)
    for failure in outcome.failures:
        # what sources and databases say holds brackets that are no markup
        console.print(f"[red]✗[/red] {escape(failure)}")
    if outcome.succeeded and not outcome.published:
        console.print("The run succeeded. It did not include publishing.")
    if outcome.failures:
        ending = "published with failures" if outcome.published else "nothing was published; readers keep the last file"
        console.print(f"[bold red]The run ended with errors: {ending}.[/bold red]")


def _customers(console: Console, settings: Settings) -> None:
    _, [(customers, records, instances)] = summary.query_published(settings, _FOUND)
    console.print(f"\n[bold]{customers:,} customers[/bold] found in {records:,} records of {instances} sources\n")
    columns, rows = summary.query_published(settings, _TOP)
    print_table(console, columns, rows, "The ten most valuable customers")


def answers(settings: Settings) -> None:
    """Print what a manager asks first, each answer with the query it comes from."""
    console = new_console()
    console.print("\n[bold]What a manager asks[/bold]")
    for each in answers_of(partial(summary.query_published, settings)):
        console.print(f"\n{each.question}  [bold]{escape(each.words)}[/bold]", soft_wrap=True)
        console.print(f"  [dim]{escape(each.query)}[/dim]", soft_wrap=True)


def demo_ending(settings: Settings, demo: Demo) -> None:
    """Print the answers a manager wants, what changed since the night before, where the file is and how to go on."""
    console = new_console()
    outcome = demo.outcome
    if outcome is not None and outcome.published:
        answers(settings)
    if not demo.is_first and outcome is not None:
        records = summary.record_changes(settings, outcome.run_id)
        ids = summary.identity_events(settings, outcome.run_id)
        shown = ", ".join(f"{count:,} {change}" for change, count in records.items())
        console.print(f"\n[bold]Since the night before[/bold] ({demo.days_passed} day(s)): {shown} source records;")
        events = ", ".join(f"{count:,} {event}" for event, count in ids.items()) or "none changed"
        console.print(f"customer ids: {events}. Every other customer kept its id.")
    if outcome is not None and outcome.published:
        file = settings.published / "crm.duckdb"
        console.print(f"\nPoint a BI tool at   [bold]{file}[/bold]", soft_wrap=True)
        example = "select customer_name, revenue_amount, rfm_score from marts.customer_360"
        console.print(f'Or query it          .venv/bin/crm-warehouse query "{example}"', soft_wrap=True)
        console.print("Open the UI          make ui   (127.0.0.1:3000)")
        console.print("The next night       make demo")


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]], limit: int) -> None:
    """Print rows as a table, the first ``limit`` of them."""
    console = new_console()
    print_table(console, columns, rows[:limit], None)
    if len(rows) > limit:
        console.print(f"{len(rows) - limit:,} more rows; --limit shows more, --csv shows all")


def csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV with a header."""
    writer = csv_format.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None) -> None:
    """Print rows as a table whose numbers stand at the right."""
    rows = list(rows)
    shown = Table(title=title, title_justify="left")
    for position, column in enumerate(columns):
        is_number = all(isinstance(row[position], int | float | Decimal | None) for row in rows)
        shown.add_column(column, justify="right" if is_number and rows else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(value) for value in row))
    console.print(shown)


def _cell(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:,}"
    return "" if value is None else escape(str(value))
