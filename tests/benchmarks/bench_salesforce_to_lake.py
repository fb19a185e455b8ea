"""How fast a Salesforce object reaches the lake through the Bulk API, beyond what the org itself takes.

A simulated org in a process of its own serves contacts of 47 fields, 24 of them filled. Every candidate runs in a fresh
process, and the candidates alternate:

- ``download``: the same requests by plain httpx, the pages into files: the floor that the org sets;
- ``lake``: the connector's first read: pages verified and staged, types, keys, hashes, ledger and cursor committed;
- ``reread``: the whole object again into the lake of the round's first read, as once a week; nothing changed.

    python -m tests.benchmarks.bench_salesforce_to_lake --rows 100000 1000000 3000000 --rounds 3

Time is wall time of the read itself, without interpreter start and imports; peak memory is of the candidate's process.
The org and the candidate share the machine's cores, as they would not in life.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.processes import cpu_seconds, peak_mb

CANDIDATES = ("download", "lake", "reread")
PAGE_ROWS = 100_000
ROOT = Path(__file__).parents[2]
MODULE = "tests.benchmarks.bench_salesforce_to_lake"
FILLED = """
    '003' || lpad(g::varchar, 12, '0') || 'AAA' as "Id",
    '001' || lpad((g // 3)::varchar, 12, '0') || 'AAA' as "AccountId",
    'Name ' || g as "LastName", 'First ' || g % 1000 as "FirstName", 'First ' || g % 1000 || ' Name ' || g as "Name",
    'user' || g || '@example.com' as "Email", '+49 30 ' || g as "Phone", '+49 170 ' || g as "MobilePhone",
    g % 300 || ' "Main" Street' as "MailingStreet", 'city ' || g % 1000 as "MailingCity",
    lpad((g % 100000)::varchar, 5, '0') as "MailingPostalCode", 'Germany' as "MailingCountry",
    52.5 + g % 1000 / 10000.0 as "MailingLatitude", 13.4 + g % 1000 / 10000.0 as "MailingLongitude",
    'Title ' || g % 50 as "Title", date '1950-01-01' + (g % 20000)::int as "Birthdate",
    '005000000000001AAA' as "OwnerId",
    g % 7 = 0 as "HasOptedOutOfEmail", false as "DoNotCall", false as "IsDeleted", 'EUR' as "CurrencyIsoCode",
    timestamp '2020-01-01' + g * interval '1 second' as "CreatedDate", "CreatedDate" as "LastModifiedDate",
    "CreatedDate" as "SystemModstamp"
"""


@dataclass(frozen=True)
class Org:
    """What a client needs to sign in to the org."""

    url: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Round:
    """One run of one candidate: wall seconds of the read, CPU seconds and peak MB of the process, rows read."""

    seconds: float
    cpu: float
    peak: float
    rows: int


def make_state(path: Path, rows: int) -> None:
    """Write the org's state file with ``rows`` contacts."""
    import duckdb

    from sources.simulators.salesforce.schema import load_schema

    columns = {field.name: field.sql_type for field in load_schema()["Contact"].columns}
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create temp view filled as select {FILLED} from range({rows}) as numbers(g)")
        known = {row[0] for row in connection.execute("describe filled").fetchall()}
        values = {name: f'"{name}"' if name in known else "null" for name in columns}
        selected = ", ".join(f'cast({values[name]} as {kind}) as "{name}"' for name, kind in columns.items())
        connection.execute(f'create table "Contact" as select {selected} from filled')


def serve(state: Path) -> None:
    """Serve the org until standard input ends; the first line printed says where."""
    from sources.simulators.salesforce import SalesforceSimulator

    with SalesforceSimulator(state, clock=lambda: datetime.now(UTC)) as org:
        print(json.dumps([org.url, org.client_id, org.client_secret]), flush=True)
        sys.stdin.read()


def download(org: Org, home: Path) -> tuple[float, int]:
    """Send the requests that the connector sends and do nothing with the answers but write them down.

    They are the query by REST, whose first answer says how much there is, and one bulk job with its pages.
    """
    import httpx

    from sources.salesforce.fields import described
    from sources.salesforce.soql import Query

    folder = home / "pages"
    folder.mkdir(exist_ok=True)
    base = "/services/data/v60.0"
    with httpx.Client(base_url=org.url, timeout=600, verify=False, trust_env=False) as client:
        form = {"grant_type": "client_credentials", "client_id": org.client_id, "client_secret": org.client_secret}
        token = client.post("/services/oauth2/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        names = described(client.get(f"{base}/sobjects/Contact/describe").json(), ()).names
        wanted = Query("Contact", names, "SystemModstamp")
        started = time.perf_counter()
        client.get(f"{base}/queryAll", params={"q": wanted.text()}).raise_for_status()
        query = {"operation": "queryAll", "query": wanted.text(ordered=False)}
        job = f"{base}/jobs/query/{client.post(f'{base}/jobs/query', json=query).json()['id']}"
        while (state := client.get(job).json())["state"] != "JobComplete":
            time.sleep(0.05)
        params = {"maxRecords": str(PAGE_ROWS)}
        for number in range(1_000_000):
            with (
                client.stream("GET", f"{job}/results", params=params) as page,
                (folder / f"{number}").open("wb") as file,
            ):
                for block in page.iter_bytes():
                    file.write(block)
            params["locator"] = page.headers["Sforce-Locator"]
            if params["locator"] == "null":
                break
        return time.perf_counter() - started, int(state["numberRecordsProcessed"])


def read_into_lake(org: Org, home: Path) -> tuple[float, int]:
    """Read the contacts as a night does; returns the rows read."""
    from sources.config import SourceConfig
    from sources.ingest import ingest
    from sources.lake import Lake, LakeLocation
    from sources.salesforce import OPTIONS, create

    told = {"login_url": org.url, "client_id": org.client_id, "client_secret": org.client_secret}
    options = {option.name: option.default for option in OPTIONS} | told | {"bulk_page_rows": PAGE_ROWS}
    connector = create(SourceConfig("bench", "salesforce", options))
    location = LakeLocation(f"sqlite:{home}/lake/catalog.sqlite", home / "lake" / "files", home / "extensions")
    with Lake(location) as lake:
        started = time.perf_counter()
        (result,) = ingest(connector, lake, "run", staging=home / "staging", tables=["contact"], full=True)
        if result.committed is None:
            raise RuntimeError(str(result.error))
        return time.perf_counter() - started, result.committed.rows_read


def run_candidate(name: str, org: Org, home: Path) -> None:
    """Run one candidate in this process and print its figures as JSON."""
    seconds, rows = download(org, home) if name == "download" else read_into_lake(org, home)
    figures = {"seconds": seconds, "cpu": cpu_seconds(), "peak": peak_mb(), "rows": rows}
    print(json.dumps(figures))


def run_round(name: str, org: Org, home: Path, rows: int) -> Round:
    """Run one candidate in a fresh process; raises when it fails or reads another number of rows than there are."""
    command = [sys.executable, "-m", MODULE, "--candidate", name, "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = json.dumps([org.url, org.client_id, org.client_secret])
    done = subprocess.run(command, input=told, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-3000:]}")
    found = Round(**json.loads(done.stdout.splitlines()[-1]))
    if found.rows != rows:
        raise RuntimeError(f"{name} read {found.rows} rows, not {rows}")
    return found


@contextmanager
def served(state: Path) -> Iterator[Org]:
    """An org in a process of its own."""
    command = [sys.executable, "-m", MODULE, "--serve", str(state)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as process:
        assert process.stdout and process.stdin
        try:
            yield Org(*json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()


def measure(rows: int, rounds: int) -> dict[str, list[Round]]:
    """Make the org and run every candidate ``rounds`` times, alternating, each round into a lake of its own."""
    from sources.lake import install_extensions

    found: dict[str, list[Round]] = {name: [] for name in CANDIDATES}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        install_extensions(home / "extensions")
        make_state(home / "org.duckdb", rows)
        with served(home / "org.duckdb") as org:
            for number in range(rounds):
                place = home / f"round_{number}"
                (place / "lake").mkdir(parents=True)
                (place / "extensions").symlink_to(home / "extensions")
                for name in CANDIDATES:
                    one = run_round(name, org, place, rows)
                    found[name].append(one)
                    print(
                        f"{rows:,} rows, round {number + 1}, {name}: {one.seconds:.1f} s", file=sys.stderr, flush=True
                    )
    return found


def report(found: dict[int, dict[str, list[Round]]]) -> str:
    """Return a Markdown section with medians, rates beyond the org's own time, and peaks."""
    lines = [
        "### Salesforce to lake",
        "",
        f"Contacts of 47 fields, 24 filled, through the Bulk API in pages of {PAGE_ROWS:,} rows; the simulated org in a"
        f" process of its own on the same {os.cpu_count()} cores. Medians of"
        f" {len(next(iter(found.values()))['lake'])} alternating rounds, each in a fresh process.",
        "",
        "| rows | candidate | seconds (lowest-highest) | rows/s | beyond the download | CPU seconds"
        " | rows per CPU second beyond the download | peak MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for rows, candidates in found.items():
        floor, floor_cpu = _middle(candidates["download"])
        for name, rounds in candidates.items():
            seconds = [one.seconds for one in rounds]
            middle, cpu = _middle(rounds)
            lines.append(
                f"| {rows:,} | {name} | {middle:.1f} ({min(seconds):.1f}-{max(seconds):.1f}) | {rows / middle:,.0f}"
                f" | {_rate(rows, middle - floor)} | {cpu:.1f} | {_rate(rows, cpu - floor_cpu)}"
                f" | {max(one.peak for one in rounds):.0f} |"
            )
    return "\n".join(
        [*lines, "", "Goal: 100,000 rows/s beyond the download, and memory that does not grow with the rows."]
    )


def _middle(rounds: Sequence[Round]) -> tuple[float, float]:
    """Return the median seconds and CPU seconds."""
    return statistics.median(one.seconds for one in rounds), statistics.median(one.cpu for one in rounds)


def _rate(rows: int, seconds: float) -> str:
    return f"{rows / seconds:,.0f}" if seconds > 0 else "-"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 3_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--candidate", choices=CANDIDATES, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args(arguments)
    if told.serve:
        serve(told.serve)
    elif told.candidate:
        run_candidate(told.candidate, Org(*json.loads(sys.stdin.read())), told.home)
    else:
        print(report({rows: measure(rows, told.rounds) for rows in told.rows}))


if __name__ == "__main__":
    main()
