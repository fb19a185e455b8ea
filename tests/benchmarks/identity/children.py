"""Processes of their own, so that no figure holds the memory or the imports of another.

As a program it measures a command from a small process: python -m tests.benchmarks.identity.children HOME COMMAND...
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import Measured, measure

ROOT = Path(__file__).parents[3]


def run_child(module: str, *arguments: str) -> dict[str, Any]:
    """Run ``python -m module arguments`` and return the JSON of its last line; raises RuntimeError when it fails."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured_apart(arguments: list[str], home: Path) -> Measured:
    """Measure a command as `measure` does, from a process that is small.

    A process starts with the peak memory of the one that started it, so whoever holds a company in memory cannot
    measure a night. Raises RuntimeError when the command fails.
    """
    return Measured(**run_child("tests.benchmarks.identity.children", str(home), *arguments))


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(measure(sys.argv[2:], Path(sys.argv[1])))))
