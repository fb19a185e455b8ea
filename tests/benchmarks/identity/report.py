"""What was measured, as Markdown: one section per part, figures as medians with the lowest and the highest."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from tests.benchmarks.identity.company import CompanyNight
from tests.benchmarks.identity.evaluate import Score
from tests.benchmarks.identity.foreign import Night
from tests.benchmarks.identity.nights import CHANGED, Run

F1_TARGETS = {"febrl4": 0.999, "febrl3": 0.997, "fake_1000": 0.927}
COMPANY_TARGETS = {"persons": (0.995, 0.95), "organizations": (0.99, 0.95)}
PEAK_TARGET_MB = 1.2 * 1024
STOCK_FIRST, STOCK_LATER = "stock Splink, first night", "stock Splink, later night"
FIRST, NEWS = "ours, first night", "ours, night with 1 % news"
IDLE, WHOLE = "ours, night without news", "ours, all with the stored model"
# of stock Splink's wall: the first night, later ones; of a full match: a night with little news
FIRST_TARGET, LATER_TARGET, CHANGED_TARGET = 1 / 2, 1 / 6, 0.1


def table(head: str, rows: Sequence[str]) -> str:
    """Return a Markdown table of a head and rows, each with its cells between bars."""
    return "\n".join([head, "|" + "---|" * (head.count("|") - 1), *rows])


def foreign(nights: Mapping[str, Night], missing: Mapping[str, str]) -> str:
    """People that have nothing to do with our generators: accuracy, then precision against recall."""
    rows = [
        f"| {name} | {_accuracy(night.score)} | {F1_TARGETS[name]} | {night.threshold:.3g} | {night.cost.wall:.0f} |"
        f" {night.cost.peak:.0f} |"
        for name, night in nights.items()
    ]
    curves = [
        f"| {name} | {threshold:g} | {found.precision:.4f} | {found.recall:.4f} | {found.f1:.4f} |"
        for name, night in nights.items()
        for threshold, found in night.curve.items()
    ]
    return "\n\n".join(
        [
            "### Identity: people nobody made for us",
            "CSV files through a mapping file and `crm-warehouse run`; customers read from"
            " `core.bridge_customer_sources`, no labels and no settings.",
            table(
                "| data | precision | recall | F1 | B-cubed F1 | target F1 | threshold chosen | night, s | peak MB |",
                rows,
            ),
            *(f"{name}: not measured, {why}" for name, why in missing.items()),
            "Precision against recall when pairs from a threshold on are joined, without the guards of clustering"
            " (the threshold in use was chosen by the model, before and without these figures):",
            table("| data | threshold | precision | recall | F1 |", curves),
        ]
    )


def company(customers: int, night: CompanyNight) -> str:
    """The synthetic company, persons and organizations apart."""
    rows = [
        f"| {kind} | {night.records[kind]:,} | {found.true_pairs:,} | {found.precision:.4f} | {found.recall:.4f} |"
        f" {COMPANY_TARGETS[kind][0]} / {COMPANY_TARGETS[kind][1]} |"
        for kind, found in night.scores.items()
    ]
    return "\n\n".join(
        [
            f"### Identity: the synthetic company, {customers:,} customers",
            "One night over its three systems against the company's own truth. A shop's e-mail that several customers"
            " share is one record about each of them: a pair is true when their truths have a customer in common."
            f" The night took {night.cost.wall:.0f} s, {night.cost.peak:.0f} MB at its peak.",
            table("| | records | true pairs | precision | recall | target |", rows),
        ]
    )


def million(records: int, runs: Mapping[str, Sequence[Run]], differing: int) -> str:
    """Ours against stock Splink over the same records in the same run; ``runs`` by name."""
    stock = _wall(runs[STOCK_FIRST])
    rows = [
        f"| {name} | {_spread(each)} | {_cpu(each):.1f} |"
        f" {max(run.peak for run in each):.0f} | {_wall(each) / stock:.2f} | {_accuracy(each[0].score)} |"
        for name, each in runs.items()
    ]
    return "\n\n".join(
        [
            f"### Identity: {records:,} people, against stock Splink",
            f"Median of {len(runs[FIRST])} alternating rounds, each run in a process of its own. Stock: 8 blocking"
            " rules, 6 comparisons, u from 1e7 sampled pairs, 3 EM sessions, clusters at 0.95. The match step alone:"
            " from prepared records to clusters.",
            table(
                "| | wall s (lowest-highest) | CPU s | peak MB | of stock's first night | precision | recall | F1 |"
                " B-cubed F1 |",
                rows,
            ),
            "\n".join(_ratios(runs, differing)),
        ]
    )


def _ratios(runs: Mapping[str, Sequence[Run]], differing: int) -> list[str]:
    """Return each figure to reach beside what was reached."""
    stock, later = _wall(runs[STOCK_FIRST]), _wall(runs[STOCK_LATER])
    first, whole, change = _wall(runs[FIRST]), _wall(runs[WHOLE]), _wall(runs[NEWS])
    phases = {
        name: statistics.median(run.told[name] for run in runs[STOCK_FIRST])
        for name in ("load", "prior", "u", "em", "predict", "cluster")
    }
    peak = max(run.peak for name in (FIRST, WHOLE, NEWS, IDLE) for run in runs[name])
    news = runs[NEWS][0].told["kinds"]["person"]
    return [
        "- seconds of stock's first night: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in phases.items()),
        f"- F1 of the first night: {runs[FIRST][0].score.f1:.4f} (target stock's {runs[STOCK_FIRST][0].score.f1:.4f})",
        f"- first night: {first / stock:.2f} of stock's (target {FIRST_TARGET}); of its CPU time"
        f" {_cpu(runs[FIRST]) / _cpu(runs[STOCK_FIRST]):.2f}",
        f"- later night, {CHANGED:.0%} new or changed: {change / stock:.2f} of stock's first night (target"
        f" {LATER_TARGET:.2f}), {change / later:.2f} of stock's later one; {news['compared']:,} records compared in"
        f" {news['pairs']:,} pairs",
        f"- the same against our own full match: {change / whole:.2f} of it with the stored model,"
        f" {change / first:.2f} of the first night (target {CHANGED_TARGET});"
        f" of its CPU time {_cpu(runs[NEWS]) / _cpu(runs[WHOLE]):.2f}",
        f"- everything compared anew with the stored model, as after the loss of the warehouse: {whole / stock:.2f} of"
        f" stock's first night, {whole / later:.2f} of its later one, which does the same",
        f"- records that it left in other company than the full match does: {differing}",
        f"- highest peak of ours: {peak:.0f} MB (target {PEAK_TARGET_MB:.0f})",
    ]


def shared(runs: Mapping[str, Run], curve: Mapping[float, Score]) -> str:
    """What shared mailboxes and placeholders cost."""
    rows = [
        f"| {name} | {_accuracy(run.score)} | {run.wall:.1f} | {run.cpu:.1f} | {run.peak:.0f} |"
        for name, run in runs.items()
    ]
    curves = [
        f"| {threshold:g} | {found.precision:.4f} | {found.recall:.4f} | {found.f1:.4f} |"
        for threshold, found in curve.items()
    ]
    return "\n\n".join(
        [
            "### Identity: shared mailboxes and placeholders",
            "The same people, but families share surname, address, telephone and often a mailbox, 3 % of the records"
            " carry a firm's mailbox, some a clerk's, and up to 3 % of a field's values are what people type to get"
            " past a form.",
            table("| | precision | recall | F1 | B-cubed F1 | wall s | CPU s | peak MB |", rows),
            "Ours, pairs joined from a threshold on, without the guards of clustering:",
            table("| threshold | precision | recall | F1 |", curves),
        ]
    )


def _accuracy(found: Score) -> str:
    return f"{found.precision:.4f} | {found.recall:.4f} | {found.f1:.4f} | {found.bcubed_f1:.4f}"


def _wall(runs: Sequence[Run]) -> float:
    return statistics.median(run.wall for run in runs)


def _cpu(runs: Sequence[Run]) -> float:
    return statistics.median(run.cpu for run in runs)


def _spread(runs: Sequence[Run]) -> str:
    return f"{_wall(runs):.1f} ({min(run.wall for run in runs):.1f}-{max(run.wall for run in runs):.1f})"
