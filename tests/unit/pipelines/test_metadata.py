"""What an asset shows of a table tells its shape and nobody's name."""

from __future__ import annotations

from datetime import date

import duckdb

from pipelines.metadata import preview, table_metadata


def test_a_preview_shows_codes_numbers_and_days_and_masks_free_text() -> None:
    names = ["_record_id", "last_name", "order_status", "revenue_amount", "order_date", "birth_date"]
    shown = preview(names, [("0015g", "Nguyen", "placed", 12, date(2026, 1, 31), date(1980, 5, 1))])
    assert "| 0015g | N••• | placed | 12 | 2026-01-31 | ••• |" in shown


def test_an_id_that_is_an_email_address_is_masked_too() -> None:
    assert "ann@example.org" not in preview(["_record_id"], [("ann@example.org",)])


def test_a_wide_table_says_how_many_columns_are_not_shown() -> None:
    assert "and 3 more columns" in preview([f"c{n}" for n in range(15)], [tuple(range(15))])


def test_a_bar_in_a_value_does_not_break_the_table() -> None:
    assert "a\\|b" in preview(["order_id"], [("a|b",)])


def test_table_metadata_counts_rows_and_lists_columns() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t as select range as order_id, 'x' as name from range(7)")
        found = table_metadata(connection, "t")
    assert found["dagster/row_count"] == 7
    assert [(column.name, column.type) for column in found["dagster/column_schema"].columns] == [
        ("order_id", "BIGINT"),
        ("name", "VARCHAR"),
    ]
    assert found["preview"].value.count("\n") == 6
