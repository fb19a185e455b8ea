"""How fast a PostgreSQL table reaches the lake, against bare DuckDB and against dlt.

A private PostgreSQL serves ``--rows`` rows of 11 columns. Every candidate runs in a fresh process, the candidates
alternate, and each figure is the median of ``--rounds`` rounds:

- ``duckdb``: bare ``create table as`` over ATTACH into a DuckDB file, the floor without any bookkeeping;
- ``lake``: the first load: types, keys, hashes, ledger and cursor in one transaction;
- ``reread``: a full reading of the same rows, 1 % of them changed, into the lake of the round's first load;
- ``dlt``: ``sql_database`` with its pyarrow backend into DuckDB.

    python -m tests.benchmarks.bench_postgres_to_lake --rows 3000000 --rounds 5 [--markdown FILE] [--dlt-python PYTHON]

Time is wall time of the load itself, without interpreter start and imports; CPU time and peak memory are of the
whole process, without the PostgreSQL server.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.benchmarks.processes import cpu_seconds, peak_mb

CANDIDATES = ("duckdb", "lake", "reread", "dlt")
CHANGED_EVERY = 100
ROOT = Path(__file__).parents[2]
TABLE = """
create table contacts as
select g::bigint as id, 'Name ' || g as name, 'user' || g || '@example.com' as email,
    ((g * 7919::bigint) % 100000000 / 100.0)::numeric(18, 2) as amount, g / 7.0::double precision as score,
    timestamp '2020-01-01' + g * interval '1 second' as modified_at, date '2020-01-01' + (g % 3000)::int as signed_on,
    g % 7 = 0 as is_active, (g % 100)::int as segment, case when g % 3 <> 0 then 'city ' || g % 1000 end as city,
    'some text note ' || md5(g::text) as note
from generate_series(1, {rows}) as g
"""


@dataclass(frozen=True)
class Server:
    """What a candidate needs to reach the table: libpq words, and a SQLAlchemy URL."""

    dsn: str
    url: str


@dataclass(frozen=True)
class Round:
    """One run of one candidate: wall seconds of the load, CPU seconds and peak MB of the process, rows loaded."""

    seconds: float
    cpu: float
    peak: float
    rows: int


def load_with_duckdb(server: Server, home: Path) -> tuple[float, int]:
    """Copy the table into a DuckDB file with nothing around it."""
    import duckdb

    target = home / "bare.duckdb"
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target), config={"extension_directory": str(home / "extensions")}) as connection:
        connection.execute("load postgres_scanner")
        started = time.perf_counter()
        connection.execute(f"attach {_quoted(server.dsn)} as pg (type postgres, read_only)")
        connection.execute("create table contacts as from pg.public.contacts")
        connection.execute("checkpoint")
        seconds = time.perf_counter() - started
        (rows,) = connection.execute("select count(*) from contacts").fetchone() or (0,)
    return seconds, rows


def load_into_lake(server: Server, home: Path, *, again: bool) -> tuple[float, int]:
    """Commit the table as an extract; ``again`` reads it with some rows changed. Returns the rows appended."""
    from sources.contract import Column, Extract, SourceObject, Window
    from sources.lake import Lake, LakeLocation

    folder = home / "lake"
    if not again:
        shutil.rmtree(folder, ignore_errors=True)
    location = LakeLocation(f"sqlite:{folder}/catalog.sqlite", folder / "files", home / "extensions")
    with Lake(location) as lake:
        started = time.perf_counter()
        lake.connection.execute("load postgres_scanner")
        lake.connection.execute(f"attach {_quoted(server.dsn)} as pg (type postgres, read_only)")
        described = lake.connection.execute("describe pg.public.contacts").fetchall()
        columns = tuple(Column(name, type_name) for name, type_name, *_ in described)
        relation = "pg.public.contacts"
        if again:
            name = f"case when id % {CHANGED_EVERY} = 0 then name || '!' else name end as name"
            relation = f"(select * replace ({name}) from {relation})"
        obj = SourceObject("contacts", "bench__contacts", ("id",), columns, "modified_at")
        window = Window(None, datetime(2026, 1, 1))
        done = lake.commit("mapped", "bench", Extract(obj, columns, window, relation, is_typed=True), "bench")
        return time.perf_counter() - started, done.rows_appended


def load_with_dlt(server: Server, home: Path) -> tuple[float, int]:
    """Run dlt's ``sql_database`` with its fastest ordinary settings: pyarrow backend, large chunks."""
    import dlt
    import duckdb
    from dlt.sources.sql_database import sql_database

    work = home / "dlt"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    target = str(work / "dlt.duckdb")
    pipeline = dlt.pipeline(
        "bench", destination=dlt.destinations.duckdb(target), dataset_name="bench", pipelines_dir=str(work / "state")
    )
    started = time.perf_counter()
    source = sql_database(server.url, table_names=["contacts"], backend="pyarrow", chunk_size=100_000)
    pipeline.run(source, write_disposition="replace").raise_on_failed_jobs()
    seconds = time.perf_counter() - started
    with duckdb.connect(target, read_only=True) as connection:
        (rows,) = connection.execute("select count(*) from bench.contacts").fetchone() or (0,)
    return seconds, rows


def run_candidate(name: str, server: Server, home: Path) -> None:
    """Run one candidate in this process and print its figures as JSON."""
    if name == "duckdb":
        seconds, rows = load_with_duckdb(server, home)
    elif name == "dlt":
        seconds, rows = load_with_dlt(server, home)
    else:
        seconds, rows = load_into_lake(server, home, again=name == "reread")
    figures = {"seconds": seconds, "cpu": cpu_seconds(), "peak": peak_mb(), "rows": rows}
    print(json.dumps(figures))


def run_round(name: str, server: Server, home: Path, python: str, rows: int) -> Round:
    """Run one candidate in a fresh process; raises when it fails or loads another number of rows than it should."""
    command = [python, "-m", "tests.benchmarks.bench_postgres_to_lake", "--candidate", name, "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RUNTIME__DLTHUB_TELEMETRY": "false"}
    told = json.dumps([server.dsn, server.url])
    done = subprocess.run(command, input=told, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-3000:]}")
    found = Round(**json.loads(done.stdout.splitlines()[-1]))
    expected = rows // CHANGED_EVERY if name == "reread" else rows
    if found.rows != expected:
        raise RuntimeError(f"{name} loaded {found.rows} rows, not {expected}")
    return found


def measure(rows: int, rounds: int, dlt_python: str) -> dict[str, list[Round]]:
    """Make the table and run every candidate ``rounds`` times, alternating."""
    import psycopg

    from sources.lake import install_extensions
    from tests.servers import postgres_server

    found: dict[str, list[Round]] = {name: [] for name in CANDIDATES}
    with postgres_server() as private, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        install_extensions(home / "extensions")
        place = f"{private.host}:{private.port}/{private.database}"
        server = Server(
            f"host={private.host} port={private.port} user={private.user} password='{private.password}'"
            f" dbname={private.database}",
            f"postgresql+psycopg2://{private.user}:{private.password.replace(' ', '%20')}@{place}",
        )
        with psycopg.connect(server.dsn, autocommit=True) as connection:
            connection.execute(TABLE.format(rows=rows))
            connection.execute("alter table contacts add primary key (id)")
            connection.execute("vacuum analyze contacts")
        for number in range(rounds):
            for name in CANDIDATES:
                python = dlt_python if name == "dlt" else sys.executable
                one = run_round(name, server, home, python, rows)
                found[name].append(one)
                print(f"round {number + 1} {name}: {one.seconds:.1f} s", file=sys.stderr, flush=True)
    return found


def report(found: dict[str, list[Round]], rows: int) -> str:
    """Return a Markdown section with medians, ratios and peaks."""
    middle = {name: statistics.median(one.seconds for one in rounds) for name, rounds in found.items()}
    lines = [
        "## PostgreSQL to lake",
        "",
        f"{rows:,} rows of 11 columns, median of {len(found['lake'])} alternating rounds, each in a fresh process;"
        f" {os.cpu_count()} cores. `python -m tests.benchmarks.bench_postgres_to_lake --rows {rows}`",
        "",
        "| candidate | seconds (lowest-highest) | rows/s | CPU seconds | peak memory | time against lake |",
        "|---|---|---|---|---|---|",
    ]
    for name, rounds in found.items():
        low, high = min(one.seconds for one in rounds), max(one.seconds for one in rounds)
        cpu = statistics.median(one.cpu for one in rounds)
        lines.append(
            f"| {name} | {middle[name]:.1f} ({low:.1f}-{high:.1f}) | {rows / middle[name]:,.0f} | {cpu:.1f}"
            f" | {max(one.peak for one in rounds):.0f} MB | {middle[name] / middle['lake']:.2f} |"
        )
    peak = max(one.peak for name in ("lake", "reread") for one in found[name])
    lines += [
        "",
        f"- lake against bare DuckDB: {middle['duckdb'] / middle['lake']:.2f} of its rows per second (target 0.8)",
        f"- lake against dlt: {middle['dlt'] / middle['lake']:.1f} times its rows per second (target 4)",
        f"- peak memory of the lake: {peak:.0f} MB (target 600)",
        f"- full reading again with 1 % changed: {middle['reread']:.1f} s, appends {found['reread'][0].rows:,} rows",
        "",
    ]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; with ``--markdown`` also write the section to a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--markdown", type=Path, help="write the section here")
    parser.add_argument("--dlt-python", default=sys.executable, help="interpreter that has dlt and duckdb")
    parser.add_argument("--candidate", choices=CANDIDATES, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.candidate:
        run_candidate(told.candidate, Server(*json.loads(sys.stdin.read())), told.home)
        return
    section = report(measure(told.rows, told.rounds, told.dlt_python), told.rows)
    print(section)
    if told.markdown:
        told.markdown.write_text(section)


if __name__ == "__main__":
    main()
