"""A small warehouse and a real lake to publish from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from sources.lake import Lake, LakeLocation

WarehouseMaker = Callable[..., Path]


@pytest.fixture
def lake(tmp_path: Path, extensions: Path) -> Iterator[Lake]:
    location = LakeLocation(f"sqlite:{tmp_path / 'catalog.sqlite'}", tmp_path / "files", extensions)
    with Lake(location) as lake:
        yield lake


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def make_warehouse(tmp_path: Path) -> WarehouseMaker:
    """Return a maker of warehouse files whose every table carries the same stamp; ``order`` shuffles the rows."""

    def make(stamp: int, *, customers: int = 100, order: str = "1", name: str | None = None) -> Path:
        path = tmp_path / (name or f"warehouse-{stamp}.duckdb")
        path.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            # views name their own database, as dbt's do
            connection.execute(f"attach '{path}' as warehouse; use warehouse")
            connection.execute(
                f"""
                create schema core;
                create schema marts;
                create schema intermediate;
                create table core.dim_customers as
                    select 'c' || i as customer_id, {stamp} as stamp, i::decimal(18, 2) as amount,
                        timestamp '2026-01-01' + to_days(i::int) as created_at
                    from range({customers}) as r(i) order by {order};
                create table core.fct_orders as
                    select 'o' || i as order_id, {stamp} as stamp, [i, i + 1] as numbers
                    from range({3 * customers}) as r(i) order by {order};
                create view marts.customer_360 as
                    select customer_id, stamp, amount from "warehouse".core.dim_customers;
                create table intermediate.private as select 1 as secret;
                comment on table core.dim_customers is 'One row per customer. It''s the golden record.';
                comment on column core.dim_customers.amount is 'Amount in the reporting currency.';
                """
            )
        return path

    return make
