"""What the commands of stewards print, and the questions they ask. Decides nothing and reads no table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from pipelines.stewardship import words
from pipelines.stewardship.files import StewardshipError

if TYPE_CHECKING:
    from pipelines.stewardship.evidence import Line
    from pipelines.stewardship.explaining import Explained
    from pipelines.stewardship.past import Past
    from pipelines.stewardship.queue import Case
    from pipelines.stewardship.recording import Standing
    from pipelines.stewardship.review import Review
    from pipelines.stewardship.whatif import Outcome

_STYLES = {"=": "green", "~": "yellow", "≠": "red"}


def _console() -> Console:
    # a pipe has no width of its own, and record keys are long
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 140, highlight=False)


def _ask(question: str) -> str | None:
    """Return the next line that is typed or piped in, or None at its end."""
    try:
        return input(question).strip()
    except EOFError:
        return None


def review(session: Review, cases: Sequence[tuple[Case, list[Line]]], waiting: int, author: str, currency: str) -> None:
    """Show one case after another and write what is answered, until the last one or the end of the answers."""
    console = _console()
    skipped = 0
    for number, (case, lines) in enumerate(cases, 1):
        if session.knows(case.record_key, case.other_record_key):
            continue  # what was decided in between decides this one, too
        stake = f"{case.stake:,} {currency} at stake" if case.stake else "no money at stake"
        why = words.REASONS.get(case.reason, case.reason)
        console.print(f"\n[bold]{number} of {waiting:,} · {why} · {case.probability:.1%} · {stake}[/bold]")
        console.print(_case(case, lines))
        answer = _answer(session, case, author)
        if answer is None:
            break
        skipped += answer == "s"
    joined = sum(each.kind == "must_link" for each in session.written)
    apart = len(session.written) - joined
    console.print(f"\n{joined} joined, {apart} kept apart, {skipped} skipped; {waiting:,} pairs were waiting.")
    if session.written:
        console.print(f"Written to {escape(str(session.folder))}; they take effect with the next run.", soft_wrap=True)
        console.print("What they will change: crm-warehouse identity what-if")


def _answer(session: Review, case: Case, author: str) -> str | None:
    """Ask until an answer is given that can stand, and write it; None means to stop."""
    while True:
        given = _ask("One customer? [a]ccept, [r]eject, [s]kip, [q]uit: ")
        if given is None or given.lower() in ("q", "quit"):
            return None
        answer, _, reason = given.partition(" ")
        answer = answer[:1].lower()
        if answer == "s":
            return answer
        if answer not in ("a", "r"):
            continue
        asked = reason.strip() or _ask("Why? ")
        while asked == "":
            asked = _ask("A reason is needed, for the next steward: ")
        if asked is None:
            return None
        keys = (case.record_key, case.other_record_key)
        decision = session.pair(keys, is_one=answer == "a", author=author, reason=asked, today=date.today())
        try:
            session.decide([decision])
        except StewardshipError as error:
            notes(error.mistakes)
            continue
        return answer


def _case(case: Case, lines: Sequence[Line]) -> Table:
    shown = Table()
    shown.add_column("")
    shown.add_column(_head(case.record_key, case.customer_id), overflow="fold")
    shown.add_column("", justify="center")
    shown.add_column(_head(case.other_record_key, case.other_customer_id), overflow="fold")
    for line in lines:
        mark = Text(line.mark, style=_STYLES.get(line.mark, ""))
        shown.add_row(line.label, _side(line, line.left), mark, _side(line, line.right))
    shown.add_section()
    for each in words.agreements(case.levels):
        shown.add_row(each.name, each.words, "", f"{each.weight:+.2f}  {words.odds(each.weight)}")
    return shown


def _head(record_key: str, customer_id: str | None) -> str:
    return escape(f"{record_key}\n{customer_id or 'no customer yet'}")


def _side(line: Line, side: Sequence[str]) -> Text:
    """Return one side of a line, what the other side has not in another style."""
    shown = Text()
    for number, parts in enumerate(line.parts(side)):
        shown.append("\n" if number else "")
        for place, (part, differs) in enumerate(parts):
            shown.append(" " if place else "")
            shown.append(part, style="bold red" if differs else "")
    return shown


def imported(counts: tuple[int, int], folder: Path) -> None:
    """Say how many decisions of a file were written and how many were known."""
    written, known = _counted(counts[0], "decision"), counts[1]
    _console().print(f"{written} written to {escape(str(folder))}, {known} known before.", soft_wrap=True)


def explanation(found: Explained) -> None:
    """Print the waterfall of a pair in words, what forbids or decides it, and the links between."""
    console = _console()
    why = found.explanation
    left, right = found.pair
    if found.pair_count > 1:
        console.print(f"The likeliest of {found.pair_count} pairs of their records:")
    shown = Table("", "")
    for head in (left, right):
        shown.add_column(escape(head), overflow="fold")
    for head in ("weight", "", "so far"):
        shown.add_column(head, justify="right")
    total = why.prior_weight
    shown.add_row("before comparing", "", "", "", f"{total:+.2f}", words.odds(total), f"{words.share(total):.2%}")
    for comparison, label, weight, value, other in why.comparisons:
        total += weight
        agreement = words.Agreement(comparison, label, weight)
        values = (escape(_value(each)) for each in (value, other))
        numbers = (f"{weight:+.2f}", words.odds(weight), f"{words.share(total):.2%}")
        shown.add_row(agreement.name, agreement.words, *values, *numbers)
    console.print(shown)
    is_link = why.probability >= why.threshold and not why.vetoes
    verdict = "enough" if is_link else "not enough" if why.probability < why.threshold else "enough, but forbidden"
    console.print(f"Probability {why.probability:.2%}; from {why.threshold:.2%} on a pair is linked: {verdict}.")
    for veto in why.vetoes:
        console.print(f"[red]Against any link:[/red] {escape(veto)}")
    for each in found.decisions:
        kind = "must be" if each.kind == "must_link" else "must not be"
        console.print(f"Steward {escape(each.author)}: they {kind} one customer. {escape(each.reason)}")
    _path(console, found)


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _path(console: Console, found: Explained) -> None:
    owners = [each.customer_id or "no customer yet" for each in (found.left, found.right)]
    if not found.is_one:
        console.print(f"Today they are [bold]two customers[/bold]: {owners[0]} and {owners[1]}.")
        return
    console.print(f"Today they are [bold]one customer[/bold], {owners[0]}{', by these links:' if found.path else '.'}")
    for link in found.path:
        why = words.RULES.get(link.rule, link.rule.replace("_", " "))
        console.print(f"  {escape(link.record_key)} = {escape(link.other_record_key)}: {why}", soft_wrap=True)


def history(past: Past) -> None:
    """Print the life of a customer id."""
    console = _console()
    for event in past.events:
        console.print(f"{event.day}  {escape(event.words)}  [dim]run {event.run_id}[/dim]", soft_wrap=True)
    if past.heirs:
        console.print(f"Today [bold]{' → '.join(past.heirs)}[/bold] answers for {past.customer_id}.")
    if not past.records:
        console.print(f"{past.today} has no record any more.")
        return
    console.print(f"{past.today} has {_counted(len(past.records), 'record')}:")
    for key in past.records:
        console.print(f"  {escape(key)}", soft_wrap=True)


def outcome(found: Outcome, currency: str, limit: int) -> None:
    """Print who would merge, split and move, and the money that goes with it."""
    console = _console()
    if not found.moves:
        console.print("Nothing would change: every record would keep its customer.")
        return
    shown = Table("change", "from", "to", "customer")
    for head in ("records", "orders", f"amount ({currency})"):
        shown.add_column(head, justify="right")
    for move in found.moves[:limit]:
        numbers = (f"{move.records:,}", f"{move.orders:,}", f"{move.amount:,}")
        name = escape(move.customer_name or "")
        shown.add_row(move.change, move.customer_id_now, move.customer_id_then, name, *numbers)
    console.print(shown)
    if len(found.moves) > limit:
        console.print(f"{len(found.moves) - limit:,} more rows; --limit shows more")
    counts = found.counts
    console.print(
        f"{', '.join(_counted(counts[kind], kind) for kind in ('merge', 'split', 'move'))}:"
        f" {found.customers_now:,} customers would be {found.customers_then:,}, {_counted(found.records, 'record')} and"
        f" {found.amount:,} {currency} ({found.share:.1%} of the revenue) would change hands."
    )


def vanished(count: int) -> None:
    """Say, after a run, how many decisions wait for a record to return."""
    if count:
        notes([f"{_counted(count, 'decision')} cannot apply: a record is gone. See: crm-warehouse identity decisions"])


def decisions(found: Sequence[Standing], remarks: Sequence[str], folder: Path) -> None:
    """Print decisions with their status, and what is worth a look."""
    console = _console()
    if not found:
        console.print(f"No decisions in {escape(str(folder))}.", soft_wrap=True)
        return
    shown = Table("status", "decision", "about", "by", "reason", "decided", "expires")
    for each in found:
        said = each.decision
        about = "\n".join([*said.keys, *([f"{said.attribute}: {said.value}"] if said.attribute else [])])
        days = ("" if day is None else str(day) for day in (said.decided_on, said.expires_on))
        style = "" if each.status == "active" else "yellow" if each.status == "vanished" else "dim"
        kind = said.kind.replace("_", " ")
        shown.add_row(each.status, kind, escape(about), escape(said.author), escape(said.reason), *days, style=style)
    console.print(shown)
    notes(remarks)


def notes(remarks: Sequence[str]) -> None:
    """Print what stewards should know."""
    console = _console()
    for remark in remarks:
        console.print(f"[yellow]![/yellow] {escape(remark)}", soft_wrap=True)
