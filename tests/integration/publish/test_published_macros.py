"""A published file answers which customer an id was on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from sources.lake import Lake
from tests.integration.publish.released import publish

AS_OF = date(2026, 1, 10)
HISTORY = """
    create or replace table core.bridge_customer_ids_history as
    select * from (values
        ('c_a', 'c_a', date '2025-01-01', null),
        ('c_b', 'c_b', date '2025-01-01', date '2025-03-01'),
        ('c_b', 'c_a', date '2025-03-01', {end})
    ) as t(known_customer_id, customer_id, valid_from, valid_to)
"""
ASKED = [("c_b", date(2024, 12, 31)), ("c_b", date(2025, 2, 28)), ("c_b", date(2025, 3, 1)), ("c_a", AS_OF)]


def with_history(warehouse: Path, end: str = "null::date") -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse; use warehouse")
        connection.execute(HISTORY.format(end=end))
    return warehouse


def answers(path: Path) -> list[Any]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return [connection.execute("select core.customer_id_as_of(?, ?)", asked).fetchall()[0][0] for asked in ASKED]


def test_an_id_resolves_to_the_customer_of_the_day(make_warehouse: Any, lake: Lake, published: Path) -> None:
    found = publish(with_history(make_warehouse(1)), lake, published, run_id="r1", as_of=AS_OF)
    assert answers(found.file) == [None, "c_b", "c_a", "c_a"]


def test_it_resolves_whole_columns_and_in_a_file_attached_beside_others(
    make_warehouse: Any, lake: Lake, published: Path
) -> None:
    found = publish(with_history(make_warehouse(1)), lake, published, run_id="r1", as_of=AS_OF)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{found.file}' as crm (read_only); use crm")
        assert connection.execute(
            "select customer, core.customer_id_as_of(customer, date '2025-04-01')"
            " from (values ('c_a'), ('c_b'), ('c_z')) as t(customer) order by all"
        ).fetchall() == [("c_a", "c_a"), ("c_b", "c_a"), ("c_z", None)]


def test_it_speaks_of_the_tables_of_the_latest_publication_and_goes_with_them(
    make_warehouse: Any, lake: Lake, published: Path
) -> None:
    publish(with_history(make_warehouse(1)), lake, published, run_id="r1", as_of=AS_OF)
    later = with_history(make_warehouse(1, name="later.duckdb"), end="date '2025-03-01'")
    assert answers(publish(later, lake, published, run_id="r2", as_of=AS_OF).file) == [None, "c_b", None, "c_a"]
    without = publish(make_warehouse(1, name="without.duckdb"), lake, published, run_id="r3", as_of=AS_OF)
    with duckdb.connect(str(without.file), read_only=True) as connection:
        functions = "select 1 from duckdb_functions() where function_name = 'customer_id_as_of'"
        assert connection.execute(functions).fetchall() == []
