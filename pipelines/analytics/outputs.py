"""The tables that Python works out for the marts: what they are, and how they get into the warehouse.

What is in them belongs to the area that computes them. They lie in the schema ``analytics`` of the warehouse, between
core, which they are made of, and the marts, which read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from sources.quoting import identifier

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "analytics"


@dataclass(frozen=True)
class Output:
    """A table of the schema ``analytics``.

    Attributes:
        name: the table.
        grain: what one row is, in a sentence.
        columns: column -> DuckDB type, in their order.
    """

    name: str
    grain: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Plot:
    """What a run shows of a computation: ``series`` is name -> (x values, y values)."""

    title: str
    x: str
    y: str
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]]


def write(connection: duckdb.DuckDBPyConnection, output: Output, rows: pd.DataFrame | str) -> int:
    """Replace the table of ``output`` by ``rows``, a data frame or a query with its columns; return how many there are.

    Values are cast to the declared types, and rows are in one order whatever order they came in. Raises duckdb.Error
    when a column is missing or a value does not fit.
    """
    columns = ", ".join(
        f"cast({identifier(name)} as {type_}) as {identifier(name)}" for name, type_ in output.columns.items()
    )
    connection.execute(f"create schema if not exists {SCHEMA}")
    table = f"{SCHEMA}.{identifier(output.name)}"
    if isinstance(rows, str):
        connection.execute(f"create or replace table {table} as select {columns} from ({rows}) order by all")
    else:
        connection.register("computed_rows", rows)
        try:
            connection.execute(f"create or replace table {table} as select {columns} from computed_rows order by all")
        finally:
            connection.unregister("computed_rows")
    (count,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
    return int(count)
