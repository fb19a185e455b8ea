"""Which types hold which, and how far a column widens."""

from __future__ import annotations

import duckdb
import pytest

from sources.lake.column_types import holds, storable, suffix, widened

EXTREMES = {
    "TINYINT": ["-128", "127"],
    "UTINYINT": ["0", "255"],
    "SMALLINT": ["-32768", "32767"],
    "INTEGER": ["-2147483648", "2147483647"],
    "UINTEGER": ["0", "4294967295"],
    "BIGINT": ["-9223372036854775808", "9223372036854775807"],
    "UBIGINT": ["0", "18446744073709551615"],
    "DECIMAL(5,2)": ["-999.99", "999.99"],
    "DECIMAL(18,2)": ["-9999999999999999.99", "9999999999999999.99"],
    "DECIMAL(18,6)": ["-999999999999.999999", "0.000001"],
    "DECIMAL(38,0)": ["9" * 38, "-" + "9" * 38],
    "FLOAT": ["0.1", "16777216"],
    "DOUBLE": ["0.1", "1e300"],
    "BOOLEAN": ["true", "false"],
    "DATE": ["0001-01-01", "9999-12-31"],
    "TIMESTAMP": ["2024-02-29 23:59:59.999999"],
    "VARCHAR": ["", "é|'\"", "12"],
}


@pytest.mark.parametrize("stored", EXTREMES)
@pytest.mark.parametrize("incoming", EXTREMES)
def test_a_type_that_holds_another_gives_its_extreme_values_back(stored: str, incoming: str) -> None:
    if not holds(stored, incoming):
        return
    for text in EXTREMES[incoming]:
        value = f"cast('{text.replace(chr(39), chr(39) * 2)}' as {incoming})"
        back = duckdb.execute(f"select cast(cast({value} as {stored}) as {incoming}) = {value}").fetchone()
        assert back == (True,), (stored, incoming, text)


@pytest.mark.parametrize(
    ("stored", "incoming", "wider"),
    [
        ("INTEGER", "BIGINT", "BIGINT"),
        ("UTINYINT", "TINYINT", "SMALLINT"),
        ("INTEGER", "DECIMAL(10,2)", "DECIMAL(12,2)"),
        ("DECIMAL(10,2)", "DECIMAL(10,4)", "DECIMAL(12,4)"),
        ("INTEGER", "DOUBLE", "DOUBLE"),
        ("DATE", "TIMESTAMP", "TIMESTAMP"),
        ("BIGINT", "DOUBLE", None),
        ("DECIMAL(38,0)", "DECIMAL(38,10)", None),
        ("DECIMAL(18,2)", "DOUBLE", None),
        ("INTEGER", "VARCHAR", None),
        ("BOOLEAN", "INTEGER", None),
        ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", None),
    ],
)
def test_a_column_widens_only_where_no_value_can_be_lost(stored: str, incoming: str, wider: str | None) -> None:
    assert widened(stored, incoming) == wider


def test_text_takes_what_a_source_now_types_but_no_typed_column_takes_text() -> None:
    assert holds("VARCHAR", "INTEGER") and holds("VARCHAR", "TIMESTAMP")
    assert not holds("INTEGER", "VARCHAR") and not holds("VARCHAR", "BLOB") and not holds("VARCHAR", "INTEGER[]")


@pytest.mark.parametrize(
    "type_name", ["ENUM('a', 'b')", "BIT", "HUGEINT", "INTERVAL", "TIME WITH TIME ZONE", "HUGEINT[]", '"NULL"']
)
def test_types_that_parquet_or_ducklake_cannot_keep_are_kept_as_text(type_name: str) -> None:
    assert storable(type_name) == "VARCHAR"


def test_timestamps_with_time_zone_and_structs_are_kept_as_they_are() -> None:
    for type_name in ("TIMESTAMP WITH TIME ZONE", "STRUCT(a INTEGER, b VARCHAR[])", "BLOB", "UUID", "JSON"):
        assert storable(type_name) == type_name


def test_the_ending_of_a_variant_column_is_a_plain_word() -> None:
    assert suffix("DECIMAL(18,2)") == "decimal_18_2"
    assert suffix("TIMESTAMP WITH TIME ZONE") == "timestamp_with_time_zone"
