"""How often Python looks for garbage while a run works. Nothing else of the interpreter is set anywhere.

A run imports some 6,000 modules that live to its end; at Python's own settings the collector goes over them again and
again: a sixth of the time of an import, and of dbt's and Dagster's work after it.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# objects made since the last look at the young ones; Python's own is 700. Cycles among so few are some megabytes
_YOUNG = 100_000


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Collect garbage seldom inside the block."""
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
