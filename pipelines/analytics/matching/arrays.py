"""Columns of Python values that a query reads as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb


@contextmanager
def given(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Any]) -> Iterator[None]:
    """Let queries inside the block read ``columns`` (arrays of one length) as the table `given`."""
    import pyarrow

    connection.register("given", pyarrow.table(dict(columns)))
    try:
        yield
    finally:
        connection.unregister("given")
