"""A result set kept as a file of encoded rows, so that any page of it is a slice of bytes.

DuckDB renders every row as one text (a CSV line or a JSON object); its Arrow buffer goes to the file as it stands and
the byte offset of each row is kept. A page of any size is then cut without touching a row again. How a row is written
is the vendor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from sources.simulators.http.messages import Slice

ROWS_A_BATCH = 50_000


@dataclass(frozen=True)
class Spooled:
    """A result set on disk; ``offsets`` holds rows + 1 byte positions."""

    path: Path
    offsets: np.ndarray

    @property
    def rows(self) -> int:
        """How many rows the whole result has."""
        return len(self.offsets) - 1

    def page(self, first: int, count: int) -> tuple[Slice, int]:
        """Return rows ``first`` up to ``first + count`` as bytes, and how many there are."""
        last = min(first + count, self.rows)
        return Slice(self.path, int(self.offsets[first]), int(self.offsets[last])), last - first

    def discard(self) -> None:
        """Remove the file."""
        self.path.unlink(missing_ok=True)


def spool(cursor: duckdb.DuckDBPyConnection, sql: str, path: Path) -> Spooled:
    """Run ``sql``, which yields one text a row, and keep its rows in ``path``."""
    reader = cursor.execute(sql).to_arrow_reader(ROWS_A_BATCH)
    offsets, written = [np.zeros(1, dtype=np.int64)], 0
    with path.open("wb") as file:
        for batch in reader:
            column = batch.column(0)
            _, positions, values = column.buffers()
            width = np.int64 if str(column.type) == "large_string" else np.int32
            ends = np.frombuffer(positions, dtype=width)[column.offset : column.offset + len(column) + 1]
            ends = ends.astype(np.int64)
            if values is not None:
                file.write(memoryview(values)[int(ends[0]) : int(ends[-1])])
            offsets.append(ends[1:] - ends[0] + written)
            written += int(ends[-1] - ends[0])
    return Spooled(path, np.concatenate(offsets))
