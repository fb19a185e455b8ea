"""Processes of the command line, measured: wall time, CPU time, peak memory."""

from __future__ import annotations

import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).with_name("crm-warehouse")


@dataclass(frozen=True)
class Measured:
    """One process: wall seconds, CPU seconds, peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def peak_mb() -> float:
    """Return the peak memory of this process in MB.

    Read from /proc: what getrusage says is inherited from the process that started this one, where that was larger.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / (1024 * 1024 if sys.platform == "darwin" else 1024)
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def cpu_seconds() -> float:
    """Return the CPU seconds that this process used so far, starts and imports included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(arguments: list[str], home: Path) -> Measured:
    """Run the command in a process of its own and return what it cost; raises when it fails."""
    environment = {**os.environ, "CRM_HOME": str(home)}
    log = home / "bench.log"
    started = time.perf_counter()
    with log.open("wb") as out:
        pid = os.posix_spawn(
            arguments[0],
            arguments,
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1), (os.POSIX_SPAWN_DUP2, out.fileno(), 2)],
        )
        _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(log.read_text()[-3000:])
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
