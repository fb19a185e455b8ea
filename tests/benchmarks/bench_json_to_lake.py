"""How fast the pages of a JSON API reach the lake, against dlt's ``rest_api`` on the same pages.

A process of its own serves a Dataverse table of ``--rows`` rows in pages of 5,000: the simulator answers each request
once, and from memory from then on, so that what is measured is the reading. Every candidate runs in a fresh process,
the candidates alternate, and each figure is the median of ``--rounds`` rounds:

- ``download``: the pages fetched one by one and thrown away, the floor;
- ``lake``: the Dynamics 365 connector's first read into an empty lake, with its ledger, hashes and cursor;
- ``dlt``: ``rest_api`` over the same collection into DuckDB.

    python -m tests.benchmarks.bench_json_to_lake --rows 200000 --rounds 5
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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import peak_mb

CANDIDATES = ("download", "lake", "dlt")
ROOT = Path(__file__).parents[2]
NOW = datetime(2024, 3, 4, 12)
PREFER = "odata.maxpagesize=5000"
ACCOUNTS = """
insert into account by name
select
    cast(md5(cast(range as varchar)) as uuid)::varchar as accountid, 'Name ' || range as name,
    'info@' || range || '.example' as emailaddress1, '+49 30 ' || range as telephone1, 'Street ' || range % 977 as address1_line1,
    'City ' || range % 313 as address1_city, lpad((range % 99999)::varchar, 5, '0') as address1_postalcode,
    (range * 7919 % 100000000) / 100 as revenue, range % 5000 as numberofemployees, range % 30 as industrycode,
    false as merged, 0 as statecode, timestamp '2020-01-01' + to_seconds(range) as createdon,
    timestamp '2020-01-01' + to_seconds(range) as modifiedon, range + 1 as versionnumber,
from range({rows})
"""  # noqa: E501 - one SQL text


def serve(rows: int) -> None:
    """Serve the environment until the parent closes this process's input; prints what a client needs."""
    from dataclasses import replace

    from sources.simulators.dynamics import DynamicsSimulator, empty_environment
    from sources.simulators.http import Request, Response

    data = empty_environment()
    data.execute(ACCOUNTS.format(rows=rows))
    simulator = DynamicsSimulator(data, clock=lambda: NOW)
    answer, kept = simulator.environment.answer, {}

    def recorded(request: Request) -> tuple[Response, Any]:
        key = (
            request.method,
            request.path,
            str(sorted(request.query.items())),
            "track" in request.headers.get("prefer", ""),
        )
        if key not in kept:
            response, fault = answer(request)
            kept[key] = replace(response, prefix=_body(response), slice=None, suffix=b""), fault
        return kept[key]

    simulator.environment.answer = recorded  # type: ignore[method-assign]
    print(json.dumps([simulator.url, simulator.tenant_id, simulator.client_id, simulator.client_secret]), flush=True)
    sys.stdin.read()


def _body(response: Any) -> bytes:
    body = response.prefix
    if response.slice is not None:
        with response.slice.path.open("rb") as file:
            file.seek(response.slice.start)
            body += file.read(response.slice.end - response.slice.start)
    return bytes(body + response.suffix)


@contextmanager
def serving(rows: int) -> Iterator[list[str]]:
    """The serving process: URL, tenant, client id and secret."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_json_to_lake", "--serve", "--rows", str(rows)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout and process.stdin
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def _token(place: list[str]) -> str:
    import httpx

    url, tenant, client, secret = place
    form = {
        "grant_type": "client_credentials",
        "client_id": client,
        "client_secret": secret,
        "scope": f"{url}/.default",
    }
    return str(httpx.post(f"{url}/{tenant}/oauth2/v2.0/token", data=form).raise_for_status().json()["access_token"])


def download(place: list[str]) -> tuple[float, int]:
    """Fetch every page and throw it away."""
    import httpx

    headers = {"Authorization": f"Bearer {_token(place)}", "Prefer": PREFER}
    started, pages, url = time.perf_counter(), 0, f"{place[0]}/api/data/v9.2/accounts"
    with httpx.Client(headers=headers) as client:
        while url:
            body = client.get(url).raise_for_status().content
            # the link stands at the end, and reading only it costs nothing
            tail = body[body.rfind(b'"@odata.nextLink"') :] if b'"@odata.nextLink"' in body[-2_000:] else b""
            url = json.loads(b"{" + tail)["@odata.nextLink"] if tail else ""
            pages += 1
    return time.perf_counter() - started, pages


def load_into_lake(place: list[str], home: Path) -> tuple[float, int]:
    """Read the table with its connector into a new lake."""
    from sources.config import SourceConfig
    from sources.dynamics import create
    from sources.dynamics.options import OPTIONS
    from sources.ingest import ingest
    from sources.lake import Lake, LakeLocation

    url, tenant, client, secret = place
    told = {"url": url, "authority_url": url, "tenant_id": tenant, "client_id": client, "client_secret": secret}
    connector = create(SourceConfig("bench", "dynamics", {each.name: each.default for each in OPTIONS} | told))
    folder = home / "lake"
    shutil.rmtree(folder, ignore_errors=True)
    with Lake(LakeLocation(f"sqlite:{folder}/catalog.sqlite", folder / "files", home / "extensions")) as lake:
        started = time.perf_counter()
        (result,) = ingest(connector, lake, "bench", staging=home / "staging", tables=["account"])
        seconds = time.perf_counter() - started
    connector.close()
    if result.error:
        raise result.error
    assert result.committed
    return seconds, result.committed.rows_appended


def load_with_dlt(place: list[str], home: Path) -> tuple[float, int]:
    """Run dlt's ``rest_api`` over the collection."""
    import dlt
    import duckdb
    from dlt.sources.rest_api import rest_api_source

    work = home / "dlt"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    source = rest_api_source(
        {
            "client": {
                "base_url": f"{place[0]}/api/data/v9.2/",
                "auth": {"type": "bearer", "token": _token(place)},
                "headers": {"Prefer": PREFER},
                "paginator": {"type": "json_link", "next_url_path": "'@odata.nextLink'"},
            },
            "resources": [{"name": "account", "endpoint": {"path": "accounts", "data_selector": "value"}}],
        }
    )
    target = str(work / "dlt.duckdb")
    pipeline = dlt.pipeline(
        "bench", destination=dlt.destinations.duckdb(target), dataset_name="bench", pipelines_dir=str(work / "state")
    )
    started = time.perf_counter()
    pipeline.run(source, write_disposition="replace").raise_on_failed_jobs()
    seconds = time.perf_counter() - started
    with duckdb.connect(target, read_only=True) as connection:
        (rows,) = connection.execute("select count(*) from bench.account").fetchone() or (0,)
    return seconds, rows


def run_candidate(name: str, place: list[str], home: Path) -> None:
    """Run one candidate in this process and print its figures as JSON."""
    if name == "download":
        seconds, rows = download(place)
    else:
        seconds, rows = load_into_lake(place, home) if name == "lake" else load_with_dlt(place, home)
    print(json.dumps([seconds, peak_mb(), rows]))


def measure(rows: int, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Run every candidate ``rounds`` times, alternating; one round before them fills the server's memory."""
    from sources.lake import install_extensions

    found: dict[str, list[tuple[float, float]]] = {name: [] for name in CANDIDATES}
    with tempfile.TemporaryDirectory() as folder, serving(rows) as place:
        install_extensions(Path(folder) / "extensions")
        for number in range(rounds + 1):
            for name in CANDIDATES:
                seconds, peak, loaded = _run(name, place, Path(folder))
                if name != "download" and loaded != rows:
                    raise RuntimeError(f"{name} loaded {loaded} rows, not {rows}")
                if number:
                    found[name].append((seconds, peak))
                    print(f"round {number} {name}: {seconds:.1f} s", file=sys.stderr, flush=True)
    return found


def _run(name: str, place: list[str], home: Path) -> tuple[float, float, int]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_json_to_lake", "--candidate", name, "--home", str(home)]
    environment = {**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false"}
    done = subprocess.run(
        command, input=json.dumps(place), capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-3000:]}")
    seconds, peak, rows = json.loads(done.stdout.splitlines()[-1])
    return seconds, peak, rows


def report(found: dict[str, list[tuple[float, float]]], rows: int) -> str:
    """Return a Markdown section with medians, ratios and peaks."""
    middle = {name: statistics.median(seconds for seconds, _ in rounds) for name, rounds in found.items()}
    lines = [
        "## JSON pages to lake",
        "",
        f"{rows:,} Dataverse accounts in pages of 5,000, median of {len(found['lake'])} alternating rounds, each in a"
        f" fresh process; {os.cpu_count()} cores. `python -m tests.benchmarks.bench_json_to_lake --rows {rows}`",
        "",
        "| candidate | seconds (lowest-highest) | rows/s | peak memory |",
        "|---|---|---|---|",
    ]
    for name, rounds in found.items():
        low, high = min(each[0] for each in rounds), max(each[0] for each in rounds)
        lines.append(
            f"| {name} | {middle[name]:.1f} ({low:.1f}-{high:.1f}) | {rows / middle[name]:,.0f}"
            f" | {max(each[1] for each in rounds):.0f} MB |"
        )
    lines += ["", f"- lake against dlt: {middle['dlt'] / middle['lake']:.1f} times its rows per second (target 3)", ""]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--candidate", choices=CANDIDATES, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.serve:
        serve(told.rows)
    elif told.candidate:
        run_candidate(told.candidate, json.loads(sys.stdin.read()), told.home)
    else:
        print(report(measure(told.rows, told.rounds), told.rows))


if __name__ == "__main__":
    main()
