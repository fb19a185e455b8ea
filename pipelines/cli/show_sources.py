"""What the commands about sources print: checks, objects, columns, what a reading brought. Finds nothing out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from pipelines.cli.show import new_console, print_table

if TYPE_CHECKING:
    from pipelines.describing import ColumnFacts, ObjectFacts
    from pipelines.ingestion import Read
    from sources.config import SourceConfig
    from sources.contract import Check


def listed(configured: Iterable[SourceConfig], fresh: Mapping[str, datetime]) -> None:
    """Print the configured sources and until when each has been read."""
    rows = [(each.name, each.type, fresh.get(each.name, "never")) for each in configured]
    print_table(new_console(), ["source", "type", "read until (UTC)"], rows, None)


def checks(findings: Mapping[str, Sequence[Check]]) -> None:
    """Print each finding of each source with a tick or a cross."""
    console = new_console()
    for source, found in findings.items():
        console.print(f"[bold]{source}[/bold]")
        for check in found:
            mark = "[green]✓[/green]" if check.passed else "[red]✗[/red]"
            console.print(f"  {mark} {escape(check.what)}  [dim]{escape(check.detail)}[/dim]", soft_wrap=True)


def objects(found: Sequence[ObjectFacts]) -> None:
    """Print the objects of a source, and what the lake has of each."""
    rows = [
        (
            each.object.name,
            each.log,
            ", ".join(each.object.key),
            each.object.cursor or "none: read whole",
            each.object.deletes_by,
            "never" if each.read_until is None else f"{each.read_until:%Y-%m-%d %H:%M}",
            0 if each.rows is None else each.rows,
        )
        for each in found
    ]
    heads = ["object", "lake table", "key", "cursor", "deletes", "read until (UTC)", "rows"]
    print_table(new_console(), heads, rows, None)


def columns(found: Sequence[ColumnFacts]) -> None:
    """Print the columns of an object, and what the lake has of each."""
    rows = [(each.name, each.type, "declared" if each.is_declared else "further", each.state) for each in found]
    print_table(new_console(), ["column", "lake type", "origin", "in the lake"], rows, None)


def reads(found: Sequence[Read]) -> None:
    """Print what a reading brought, object by object, and then what failed, each failure once."""
    console = new_console()
    shown = Table("lake table", "since", "until (UTC)")
    for head in ("read", "appended", "unchanged", "rejected", "deleted"):
        shown.add_column(head, justify="right")
    for each in found:
        if each.committed is None:
            shown.add_row(each.table or "every table", "[red]failed[/red]")
            continue
        done = each.committed
        since = "start" if done.window.since is None else f"{done.window.since:%Y-%m-%d %H:%M:%S}"
        counts = (done.rows_read, done.rows_appended, done.rows_unchanged, done.rows_rejected, done.rows_deleted)
        shown.add_row(each.table, since, f"{done.window.until:%Y-%m-%d %H:%M:%S}", *(f"{count:,}" for count in counts))
    console.print(shown)
    for each in found:
        if each.committed and each.committed.schema_changes:
            changes = ", ".join(each.committed.schema_changes)
            console.print(f"[yellow]![/yellow] {escape(f'{each.table}: {changes}')}", soft_wrap=True)
    for failure in dict.fromkeys(str(each.error) for each in found if each.error):
        console.print(f"[red]✗[/red] {escape(failure)}", soft_wrap=True)


def scaffolded(connector_type: str, root: Path, written: Sequence[Path]) -> None:
    """Print the files of a new connector type, and what its author does next."""
    console = new_console()
    console.print(f"Written below {escape(str(root))}:", soft_wrap=True)
    for path in written:
        console.print(f"  {escape(str(path))}", soft_wrap=True)
    own = f"tests/unit/simulators/{connector_type} tests/integration/{connector_type}"
    console.print(f"""
It reads a list of items as products, and works as it is. Try it (`make check` installs what tests need):
  .venv/bin/python -m pytest {own}
  .venv/bin/python -m pytest tests/integration/connectors -k {connector_type} --show-capture=no
Then make it yours, in this order; CONTRIBUTING.md says what each part owes:
  1. sources/simulators/{connector_type}/   the API as its documentation has it: sign-in, pages, limits, errors
  2. sources/{connector_type}/              objects.py first, then options.py, connector.py and README.md
  3. dbt_project/models/staging/{connector_type}/   one model for each entity, and a line in dbt_project.yml
  4. quality/suites/{connector_type}.py     what must hold of what landed
  5. tests/integration/{connector_type}/    what its API does to a reader, case by case
Then `make check`, `.venv/bin/python -m pytest tests/architecture`, and
`crm-warehouse sources check` with a source of the type in crm_sources.yaml.""",
        soft_wrap=True, markup=False,
    )  # fmt: skip
