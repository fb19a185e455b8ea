"""Serving a state file: what the command line does until it is interrupted."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import httpx

# a process that was started in the background of a shell, and so its children, would not hear the interrupt
PROGRAM = """
import signal, sys
from datetime import datetime
from pathlib import Path
from sources.simulators.http import wait_until_interrupted
from sources.simulators.salesforce import SIMULATOR

signal.signal(signal.SIGINT, signal.default_int_handler)
with SIMULATOR(Path(sys.argv[1]), clock=lambda: datetime(2026, 3, 2)) as simulator:
    print(simulator.url, flush=True)
    wait_until_interrupted()
"""


def test_a_state_file_is_served_until_interrupted(tmp_path: Path) -> None:
    file = tmp_path / "org.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute('create table "Account" ("Id" varchar)')
    root = Path(__file__).parents[4]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            assert httpx.get(f"{url}/services/data").status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
