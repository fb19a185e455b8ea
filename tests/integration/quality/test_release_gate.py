"""The release suite on a small warehouse, beside the file published before it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from quality.suite import run_suite
from quality.suites import release_suite
from tests.integration.quality.conftest import AS_OF

PARTS = """
create schema core; create schema marts; create schema intermediate;
create table core.dim_customers as select 'c' || i as customer_id from range(1000) as r(i);
create table intermediate.int_customers__aliases as
    select 'old' as alias_customer_id, 'c1' as customer_id;
create table core.fct_order_lines as
    select 'l' || i as order_line_id, 'o' || (i // 2) as order_id, 50.25::decimal(18, 2) as line_reporting_amount,
        20.00::decimal(18, 2) as line_margin_reporting_amount, true as is_counted
    from range(4000) as r(i);
create table core.fct_orders as
    select 'o' || i as order_id, 'c' || (i % 1000) as customer_id, date '2026-01-01' as order_date,
        100.50::decimal(18, 2) as order_reporting_amount, true as is_counted, false as is_rate_missing,
        false as is_amount_from_header
    from range(2000) as r(i);
create table marts.customer_value as
    select customer_id, sum(order_reporting_amount)::decimal(18, 2) as revenue_amount
    from core.fct_orders group by customer_id;
create table marts.customer_360 as
    select customer_id, coalesce(revenue_amount, 0) as revenue_amount
    from core.dim_customers left join marts.customer_value using (customer_id);
"""

META = """
create schema meta;
create table meta.tables as
    select schema_name, table_name, estimated_size as row_count from duckdb_tables()
    where schema_name in ('core', 'marts');
"""


pytestmark = pytest.mark.slow


@pytest.fixture
def gate(tmp_path: Path, context):
    """Return a function that damages a good warehouse and runs the gate against a good publication, if there is one."""

    def run(damage: str = "", *, before: str | None = "", made: bool = True, accept_change: bool = False):
        warehouse, published = tmp_path / "warehouse.duckdb", tmp_path / "crm.duckdb"
        make(warehouse, PARTS, damage)
        with duckdb.connect() as connection:
            if before is not None:
                if made:
                    make(published, PARTS, META, before)
                connection.execute(f"attach '{published}' as published (read_only)")
            connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
            # as the nightly run does: the default database cannot be written to
            connection.execute("use warehouse")
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables"
                " where table_catalog = 'warehouse' and table_schema in ('core', 'marts')"
            ).fetchall()
            return run_suite(release_suite(AS_OF, accept_change=accept_change, tables=tables), connection, context)

    return run


def make(path: Path, *scripts: str) -> None:
    with duckdb.connect(str(path)) as connection:
        for script in filter(None, scripts):
            connection.execute(script)


def test_a_good_warehouse_passes_the_first_time_and_beside_its_like(gate, tmp_path):
    first = gate(before=None)
    assert first.findings == ()
    assert len(first.statistics["skipped"]) == 4
    (tmp_path / "warehouse.duckdb").unlink()
    second = gate()
    assert second.findings == ()
    assert second.statistics["skipped"] == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("delete from core.dim_customers", "at least one customer"),
        ("insert into core.dim_customers values ('old')", "every customer_id once"),
        ("insert into core.dim_customers values ('c1')", "every customer_id once"),
        ("delete from marts.customer_360 where customer_id = 'c5'", "every customer with orders to be in customer_360"),
        ("update marts.customer_value set revenue_amount = 1 where customer_id = 'c7'", "revenue of a customer"),
        (
            "update core.fct_order_lines set line_reporting_amount = 50.24 where order_line_id = 'l1'",
            "every counted order to be the sum of its lines",
        ),
        ("update core.fct_orders set is_rate_missing = true where order_id < 'o5'", "rate for four orders in five"),
        ("update core.fct_order_lines set line_margin_reporting_amount = -300", "costs of less than twice"),
        (
            "create or replace table core.dim_customers as from core.dim_customers limit 300",
            "no table to lose half of its rows",
        ),
        (
            "alter table core.fct_order_lines rename to all_lines;"
            " create view core.fct_order_lines as from core.all_lines limit 10",
            "no table to lose half of its rows",
        ),
        ("delete from core.dim_customers where customer_id = 'c9'", "every customer id of the last publication"),
        (
            "update core.fct_orders set order_reporting_amount = order_reporting_amount * 2",
            "the revenue of the same days within a quarter",
        ),
    ],
)
def test_each_damage_blocks_the_release_and_is_named(gate, damage, words):
    result = gate(damage)
    assert any(words in failure for failure in result.failures), result.failures


SOURCE_TAKEN_AWAY = """
delete from core.fct_orders where substr(order_id, 2)::integer >= 300;
delete from core.fct_order_lines where substr(order_id, 2)::integer >= 300;
create or replace table core.dim_customers as select distinct customer_id from core.fct_orders;
create or replace table marts.customer_value as
    select customer_id, sum(order_reporting_amount)::decimal(18, 2) as revenue_amount
    from core.fct_orders group by customer_id;
create or replace table marts.customer_360 as
    select customer_id, revenue_amount from core.dim_customers join marts.customer_value using (customer_id);
"""


def test_a_source_taken_away_is_published_when_someone_says_so_and_the_message_names_how(gate, tmp_path):
    refused = gate(SOURCE_TAKEN_AWAY)
    said = ("half of its rows", "every customer id", "within a quarter")
    assert len(refused.failures) == len(said)
    for words, failure in zip(said, refused.failures, strict=True):
        assert words in failure and failure.endswith("crm-warehouse run --accept-change")
    for file in ("warehouse.duckdb", "crm.duckdb"):
        (tmp_path / file).unlink()
    accepted = gate(SOURCE_TAKEN_AWAY, accept_change=True)
    assert accepted.passed
    assert sum("half of its rows" in each or "every customer id" in each for each in accepted.warnings) == 2
    assert "--accept-change" not in " ".join(accepted.warnings)


def test_accepting_a_change_lets_nothing_else_pass(gate):
    result = gate("update marts.customer_value set revenue_amount = 1 where customer_id = 'c7'", accept_change=True)
    assert any("revenue of a customer" in failure for failure in result.failures)


def test_a_customer_that_was_merged_may_go_when_its_id_became_an_alias(gate):
    merge = (
        "delete from core.dim_customers where customer_id = 'c1999';"
        "insert into intermediate.int_customers__aliases values ('c1999', 'c1')"
    )
    assert gate(merge, before="insert into core.dim_customers values ('c1999')").passed


# 2000 orders of 100.50 in the small warehouse, two of each customer: 200 orders are a tenth of the money
def moved(orders: int, customer: str = "'c1'") -> str:
    """Give the first orders, none of them of c1 and each the first of its customer, to another customer."""
    order = "substr(order_id, 2)::integer"
    return (
        f"update core.fct_orders set customer_id = {customer} where {order} between 2 and {orders + 1};"
        "create or replace table marts.customer_value as"
        " select customer_id, sum(order_reporting_amount)::decimal(18, 2) as revenue_amount"
        " from core.fct_orders where customer_id is not null group by customer_id;"
        "create or replace table marts.customer_360 as"
        " select customer_id, coalesce(revenue_amount, 0) as revenue_amount"
        " from core.dim_customers left join marts.customer_value using (customer_id)"
    )


TENTH, FIFTIETH = "no more than a tenth of the money", "no more than 2% of the money"


@pytest.mark.parametrize(("orders", "refused", "warned"), [(200, 0, 1), (201, 1, 1), (41, 0, 1), (40, 0, 0)])
def test_money_that_goes_to_other_customers_is_reported_from_a_fiftieth_and_refused_from_a_tenth(
    gate, orders, refused, warned
):
    result = gate(moved(orders))
    assert len(result.failures) == refused, result.failures
    assert len([each for each in result.warnings if FIFTIETH in each]) == warned
    if refused:
        assert TENTH in result.failures[0] and result.failures[0].endswith("crm-warehouse run --accept-change")
        assert "moved_amount 20200.50" in result.failures[0], result.failures


def test_moved_money_is_published_when_someone_says_so(gate):
    result = gate(moved(500), accept_change=True)
    assert result.passed
    assert any(TENTH in each for each in result.warnings)


def test_an_order_that_lost_its_customer_counts_as_moved(gate):
    lost = gate(moved(300, "null"))
    assert [each for each in lost.failures if TENTH in each]


def test_an_order_that_had_no_customer_may_find_one(gate):
    result = gate(before=moved(300, "null"))
    assert not [each for each in (*result.failures, *result.warnings) if TENTH in each or FIFTIETH in each]


def test_a_merge_that_left_an_alias_moves_the_money_all_the_same(gate):
    merges = (
        "insert into intermediate.int_customers__aliases select 'c' || i, 'c1' from range(2, 302) as r(i);"
        "delete from core.dim_customers where substr(customer_id, 2)::integer between 2 and 301;"
        "update core.fct_orders set customer_id = 'c1' where substr(customer_id, 2)::integer between 2 and 301"
    )
    result = gate(f"{merges}; {moved(0)}")
    assert [each for each in result.failures if TENTH in each], result.failures


def test_a_little_money_is_never_refused(gate):
    small = "update core.fct_order_lines set line_reporting_amount = 2, line_margin_reporting_amount = 1;" + (
        "update core.fct_orders set order_reporting_amount = 4"
    )
    # 8,000 in all
    result = gate(f"{small}; {moved(1000)}", before=f"{small}; {moved(0)}")
    assert not result.failures
    assert any(FIFTIETH in each for each in result.warnings)


def test_new_days_are_no_revenue_anomaly(gate):
    new_day = (
        "insert into core.fct_orders select 'n' || order_id, customer_id, date '2026-01-02', order_reporting_amount,"
        " is_counted, is_rate_missing, is_amount_from_header from core.fct_orders;"
        "insert into core.fct_order_lines select 'n' || order_line_id, 'n' || order_id, line_reporting_amount,"
        " line_margin_reporting_amount, is_counted from core.fct_order_lines;"
        "update marts.customer_value set revenue_amount = revenue_amount * 2;"
        "update marts.customer_360 set revenue_amount = revenue_amount * 2;"
    )
    assert gate(new_day).findings == ()


def test_a_publication_of_an_older_layout_is_not_compared_with(gate):
    result = gate(before="drop table meta.tables; drop table core.dim_customers; drop table core.fct_orders")
    assert result.findings == ()
    assert len(result.statistics["skipped"]) == 4


def test_a_failed_gate_leaves_the_last_file_as_it_was(gate, tmp_path):
    published = tmp_path / "crm.duckdb"
    make(published, PARTS, META)
    before = published.read_bytes()
    assert not gate("delete from core.dim_customers", made=False).passed
    assert published.read_bytes() == before
