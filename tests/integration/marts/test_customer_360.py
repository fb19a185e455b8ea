"""customer_360 against the truth of the company."""

from __future__ import annotations

import duckdb
import pytest

pytestmark = pytest.mark.slow


def test_every_customer_is_there_once_and_revenue_is_the_companys_own(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows, customers = connection.execute(
        "select count(*), count(distinct customer_id) from marts.customer_360"
    ).fetchall()[0]
    (known,) = connection.execute("select count(*) from core.dim_customers").fetchall()[0]
    assert rows == customers == known
    (revenue,) = connection.execute("select sum(revenue_amount) from marts.customer_360").fetchall()[0]
    (spent,) = connection.execute("select sum(spend_eur) from memory.truth.spend").fetchall()[0]
    assert revenue == spent
