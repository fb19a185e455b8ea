"""What a published file holds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.published import content_hashes
from sources.lake import Lake
from tests.integration.publish.released import publish

AS_OF = date(2026, 1, 10)


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": False}) as connection:
        return connection.execute(sql).fetchall()


def window(lake: Lake, source: str, name: str, until: datetime, committed: datetime, run: str = "r1") -> None:
    lake.connection.execute(
        "insert into lake.ingest.windows by name select ? as run_id, 'salesforce' as connector_type, ? as _source,"
        " ? as object, ? as table_name, ? as window_until, false as is_snapshot, 10 as rows_read, 4 as rows_appended,"
        " 6 as rows_unchanged, 1 as rows_deleted, 2 as rows_rejected, ? as committed_at",
        [run, source, name, name.lower(), until, committed],
    )


def failure(lake: Lake, source: str, name: str | None, at: datetime, error: str = "wrong password") -> None:
    lake.connection.execute("insert into lake.ingest.failures values ('r1', ?, ?, ?, ?)", [source, name, error, at])


def test_only_core_marts_and_meta_are_published_with_their_types_and_comments(make_warehouse, lake, published):
    result = publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    assert ask(result.file, "select distinct table_schema from information_schema.tables order by all") == [
        ("core",), ("marts",), ("meta",),
    ]  # fmt: skip
    assert ask(result.file, "select column_name, column_type from (describe core.dim_customers)") == [
        ("customer_id", "VARCHAR"), ("stamp", "INTEGER"), ("amount", "DECIMAL(18,2)"), ("created_at", "TIMESTAMP"),
    ]  # fmt: skip
    assert ask(result.file, "select comment from duckdb_tables() where table_name = 'dim_customers'") == [
        ("One row per customer. It's the golden record.",)
    ]
    assert ask(
        result.file,
        "select position, type, description from meta.columns"
        " where table_name = 'dim_customers' and column_name = 'amount'",
    ) == [(3, "DECIMAL(18,2)", "Amount in the reporting currency.")]
    assert result.rows == {"core.dim_customers": 100, "core.fct_orders": 300, "marts.customer_360": 100}


def test_every_column_of_meta_is_described(make_warehouse, lake, published):
    result = publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    undescribed = "select table_name, column_name from meta.columns where schema_name = 'meta' and description is null"
    assert ask(result.file, undescribed) == []
    assert ask(result.file, "select run_id, as_of from meta.run") == [("r1", AS_OF)]


def test_no_loaded_extension_is_needed_to_read_it(make_warehouse, lake, published):
    result = publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    with duckdb.connect(str(result.file), read_only=True) as connection:
        loaded = "select extension_name from duckdb_extensions() where loaded and install_mode <> 'STATICALLY_LINKED'"
        assert connection.execute("select count(*) from core.fct_orders").fetchone() == (300,)
        assert connection.execute(loaded).fetchall() == []


def test_a_content_hash_follows_the_rows_and_not_their_order(make_warehouse, lake, published):
    one = content_hashes(make_warehouse(1, name="one.duckdb"))
    assert content_hashes(make_warehouse(1, order="i desc", name="two.duckdb")) == one
    assert set(one) == {"core.dim_customers", "core.fct_orders", "marts.customer_360"}

    changed = content_hashes(make_warehouse(2, name="three.duckdb"))
    assert all(changed[table] != one[table] for table in one)
    fewer = content_hashes(make_warehouse(1, customers=99, name="four.duckdb"))
    assert all(fewer[table] != one[table] for table in one)

    result = publish(make_warehouse(1, order="hash(i)"), lake, published, run_id="r1", as_of=AS_OF)
    assert content_hashes(result.file) == one
    assert dict(ask(result.file, "select schema_name || '.' || table_name, content_hash from meta.tables")) == one


def test_a_content_hash_tells_a_swap_of_values_between_rows_and_columns(tmp_path):
    def hashes(sql: str) -> dict[str, str]:
        path = tmp_path / "swap.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create schema core; create table core.t as {sql}")
        return content_hashes(path)

    base = hashes("select * from (values (1, 2), (3, 4)) as t(a, b)")
    assert hashes("select * from (values (3, 4), (1, 2)) as t(a, b)") == base
    assert hashes("select * from (values (1, 4), (3, 2)) as t(a, b)") != base
    assert hashes("select * from (values (2, 1), (4, 3)) as t(a, b)") != base
    assert hashes("select * from (values (1, 2), (3, 4), (3, 4), (3, 4)) as t(a, b)") != base
    assert hashes("select * from (values (1, 2), (3, null)) as t(a, b)") != base


def test_rows_lie_in_one_order_whatever_order_they_were_built_in(make_warehouse, lake, published):
    first = publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    in_order = ask(first.file, "from core.dim_customers")
    second = publish(make_warehouse(1, order="hash(i)", name="again.duckdb"), lake, published, run_id="r2", as_of=AS_OF)
    assert ask(second.file, "from core.dim_customers") == in_order == sorted(in_order)


def test_meta_says_how_fresh_each_source_is(make_warehouse, lake, published):
    night, earlier = datetime(2026, 1, 11, 2), datetime(2026, 1, 10, 2)
    window(lake, "fresh", "Account", earlier, earlier, "r0")
    window(lake, "fresh", "Account", night, night)
    window(lake, "fresh", "Contact", night, night)
    window(lake, "recovered", "Account", night, night)
    failure(lake, "recovered", "Account", datetime(2026, 1, 11, 1))
    window(lake, "half_failed", "Account", night, night)
    window(lake, "half_failed", "Contact", earlier, earlier)
    failure(lake, "half_failed", "Contact", night)
    window(lake, "dead", "Account", earlier, earlier)
    failure(lake, "dead", None, night, "connection refused")
    failure(lake, "never_read", None, night)
    window(lake, "forgotten", "Account", datetime(2026, 1, 9, 23), datetime(2026, 1, 9, 23))
    result = publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    assert ask(result.file, "select source, read_until, last_failure, is_stale from meta.sources order by 1") == [
        ("dead", earlier, "connection refused", True),
        ("forgotten", datetime(2026, 1, 9, 23), None, True),
        ("fresh", night, None, False),
        ("half_failed", earlier, "wrong password", True),
        ("never_read", None, "wrong password", True),
        ("recovered", night, "wrong password", False),
    ]
    # two objects of 10 rows each; the night before is not counted again
    assert ask(
        result.file, "select rows_read, rows_appended, rows_rejected from meta.sources where source = 'fresh'"
    ) == [(20, 8, 4)]


def test_meta_counts_the_rejects_by_reason(make_warehouse, lake, published):
    insert = "insert into lake.ingest.rejected_rows values ('r1', 'mapped', 'shop', 'orders', ?, ?, 'x', ?, '{}', ?, ?)"
    at = datetime(2026, 1, 11, 2)
    lake.connection.execute(insert, ["1", "total", "not a number", "h1", at])
    lake.connection.execute(insert, ["2", "total", "not a number", "h2", at])
    lake.connection.execute(insert, [None, None, "truncated line", "h3", at])
    result = publish(make_warehouse(1), lake, published, run_id="r1", as_of=AS_OF)
    assert ask(result.file, "select source, object, field, reason, row_count from meta.rejects order by row_count") == [
        ("shop", "orders", None, "truncated line", 1),
        ("shop", "orders", "total", "not a number", 2),
    ]


def test_a_source_or_object_that_is_no_longer_configured_is_not_stale(make_warehouse, lake, published):
    night, earlier = datetime(2026, 1, 11, 2), datetime(2026, 1, 1, 2)
    window(lake, "crm", "Account", night, night)
    window(lake, "crm", "Lead", earlier, earlier)
    failure(lake, "crm", "Lead", night, "no such object")
    window(lake, "old_shop", "orders", earlier, earlier)
    failure(lake, "old_shop", None, night, "connection refused")
    window(lake, "unclear", "things", earlier, earlier)
    result = publish(
        *(make_warehouse(1), lake, published),
        **{"run_id": "r1", "as_of": AS_OF},
        configured={"crm": {"Account"}, "unclear": None, "new": {"Account"}},
    )
    asked = "select source, read_until, last_failure, is_stale, is_configured from meta.sources order by 1"
    assert ask(result.file, asked) == [
        ("crm", night, None, False, True),
        ("new", None, None, True, True),
        ("old_shop", earlier, "connection refused", False, False),
        ("unclear", earlier, None, True, True),
    ]


def test_a_publication_writes_only_what_changed_and_holds_what_one_from_nothing_holds(
    make_warehouse, lake, published, tmp_path
):
    publish(make_warehouse(1, customers=2000), lake, published, run_id="r1", as_of=AS_OF)
    changed = make_warehouse(1, customers=2000, name="changed.duckdb")
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            """
            update core.dim_customers set amount = -1 where customer_id = 'c7';
            delete from core.dim_customers where customer_id = 'c8';
            insert into core.dim_customers values ('new', 1, 5, timestamp '2026-01-01');
            comment on column core.dim_customers.amount is 'Another meaning.';
            alter table core.fct_orders add column channel varchar;
            create table marts.added as select 1 as id;
            """
        )
    result = publish(changed, lake, published, run_id="r2", as_of=AS_OF)
    whole = publish(changed, lake, tmp_path / "whole", run_id="r2", as_of=AS_OF)
    assert content_hashes(result.file) == content_hashes(whole.file) == content_hashes(changed)
    for table in ("tables", "columns"):
        assert ask(result.file, f"from meta.{table} order by all") == ask(whole.file, f"from meta.{table} order by all")
    assert result.rows == whole.rows
    # the rows that stayed were not written again: they lie before those that came
    assert ask(result.file, "select customer_id from core.dim_customers")[-2:] == [("c7",), ("new",)]


def test_every_keepth_publication_is_written_whole(make_warehouse, lake, published):
    for night in (1, 2):
        publish(make_warehouse(1, customers=2000), lake, published, run_id=f"r{night}", as_of=AS_OF, keep=3)
    changed = make_warehouse(1, customers=2000, name="changed.duckdb")
    with duckdb.connect(str(changed)) as connection:
        connection.execute("update core.dim_customers set amount = -1 where customer_id = 'c7'")
    third = publish(changed, lake, published, run_id="r3", as_of=AS_OF, keep=3)
    in_order = ask(third.file, "select customer_id from core.dim_customers")
    assert in_order == sorted(in_order)


def test_rows_that_are_alike_are_counted_and_not_lost(lake, published, tmp_path):
    def warehouse(name: str, *numbers: int) -> Path:
        path = tmp_path / name
        with duckdb.connect(str(path)) as connection:
            rows = ", ".join(f"({number})" for number in numbers)
            connection.execute("create schema core; create table core.t (n integer)")
            connection.execute(
                f"insert into core.t select i from range(1000, 1100) as r(i); insert into core.t values {rows}"
            )
        return path

    publish(warehouse("one.duckdb", 1, 2, 2), lake, published, run_id="r1", as_of=AS_OF)
    result = publish(warehouse("two.duckdb", 1, 1, 2), lake, published, run_id="r2", as_of=AS_OF)
    assert ask(result.file, "select n, count(*) from core.t where n < 10 group by n order by n") == [(1, 2), (2, 1)]
