"""How well records are told apart, and what it costs: against published data, known truths and stock Splink.

- ``foreign``: FEBRL 3 and 4 and fake_1000 as CSV through a mapping file and a whole night;
- ``company``: the synthetic company at ``--customers``, persons and organizations apart;
- ``million``: ``--records`` people, ours and stock Splink alternating: first night, later night, 1 % news;
- ``shared``: the same with shared mailboxes and placeholders; stock Splink on a tenth of them, because a placeholder
  that tens of thousands share is compared by it with itself.

    python -m tests.benchmarks.bench_identity --rounds 3 [--part foreign --part million ...]

fake_1000 is read from the folder ``$CRM_BENCH_DATA``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.identity import company, foreign, report
from tests.benchmarks.identity.datasets import PUBLIC, DataMissing
from tests.benchmarks.identity.nights import Nights, Run, curve_of
from tests.benchmarks.identity.people import People

PARTS = ("foreign", "company", "million", "shared")


def bench_foreign(folder: Path) -> str:
    """Run a night over each public data set that is on this machine."""
    nights, missing = {}, {}
    for name in PUBLIC:
        try:
            nights[name] = foreign.run(name, folder / name)
        except DataMissing as error:
            missing[name] = str(error)
        _say(f"{name} done")
    return report.foreign(nights, missing)


def bench_company(folder: Path, customers: int) -> str:
    """Run a night over the synthetic company."""
    return report.company(customers, company.run(customers, folder))


def bench_million(folder: Path, records: int, rounds: int) -> str:
    """Alternate ours and stock Splink over the same records."""
    nights = Nights(folder, People(records))
    steps: dict[str, Callable[[], Run]] = {
        report.STOCK_FIRST: lambda: nights.stock(nights.first, is_later=False),
        report.STOCK_LATER: lambda: nights.stock(nights.next, is_later=True),
        report.FIRST: nights.learn,
        report.NEWS: nights.change,
        report.IDLE: nights.idle,
        report.WHOLE: nights.match_all,
    }
    runs: dict[str, list[Run]] = {name: [] for name in steps}
    for number in range(rounds):
        for name, step in steps.items():
            runs[name].append(step())
            _say(f"round {number + 1}, {name}: {runs[name][-1].wall:.1f} s")
    return report.million(records, runs, nights.differing_records())


def bench_shared(folder: Path, records: int) -> str:
    """Match people with shared mailboxes: all of them by us, a tenth of them by both."""
    few, many = (
        Nights(folder / "few", People(records // 10, shared=True)),
        Nights(folder / "many", People(records, shared=True)),
    )
    runs = {f"stock Splink, {records // 10:,}": few.stock(few.first, is_later=False)}
    _say("stock Splink done")
    runs[f"ours, {records // 10:,}"] = few.learn()
    runs[f"ours, {records:,}"] = many.learn()
    return report.shared(runs, curve_of(many.folder / "ours.duckdb", many.first, foreign.THRESHOLDS))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    given = parser.parse_args()
    parts: dict[str, Callable[[Path], str]] = {
        "foreign": bench_foreign,
        "company": lambda folder: bench_company(folder, given.customers),
        "million": lambda folder: bench_million(folder, given.records, given.rounds),
        "shared": lambda folder: bench_shared(folder, given.records),
    }
    for name in given.part or PARTS:
        with tempfile.TemporaryDirectory(prefix=f"crm-identity-{name}-") as folder:
            print(parts[name](Path(folder)), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
