"""Keeps whatever writes to one warehouse the only one that does."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO

from pipelines.settings import Settings
from sources.errors import CrmWarehouseError


@contextmanager
def only_run(settings: Settings, who: str) -> Generator[None, None, None]:
    """Hold the warehouse for one run. The kernel lets go when the process dies, however it dies.

    Raises CrmWarehouseError when another run holds it.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "run.lock").open("a+", encoding="utf-8") as lock:
        _take(lock)
        lock.truncate(0)
        lock.write(f"{who} (process {os.getpid()})")
        lock.flush()
        yield


def _take(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "another run"
        raise CrmWarehouseError(
            f"this warehouse is busy with run {holder}. Wait for it to end, or stop it, and run again."
        ) from None
