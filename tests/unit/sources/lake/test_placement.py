"""Where incoming columns are kept in a log that already has columns."""

from __future__ import annotations

from sources.contract import Column
from sources.lake.schema import SchemaChange, place


def placed_names(existing: dict[str, str], *incoming: Column) -> list[str]:
    return [column.name for column in place(existing, incoming)[0]]


def test_a_known_column_stays_where_it_is_whatever_its_case() -> None:
    placed, changes = place({"Id": "VARCHAR"}, [Column("ID", "VARCHAR")])
    assert (placed[0].source, placed[0].name, changes) == ("ID", "Id", ())


def test_a_new_column_is_added_with_its_type() -> None:
    _, changes = place({"Id": "VARCHAR"}, [Column("Score", "INTEGER")])
    assert changes == (SchemaChange("Score", "added", None, "INTEGER"),)


def test_a_column_that_becomes_text_goes_to_a_variant_once() -> None:
    _, changes = place({"Score": "INTEGER"}, [Column("Score", "VARCHAR")])
    assert changes == (SchemaChange("Score__varchar", "variant", "INTEGER", "VARCHAR"),)
    placed, changes = place({"Score": "INTEGER", "Score__varchar": "VARCHAR"}, [Column("Score", "VARCHAR")])
    assert (placed[0].name, changes) == ("Score__varchar", ())


def test_a_variant_never_takes_the_place_of_a_source_column_of_that_name() -> None:
    columns = [Column("a", "VARCHAR"), Column("a__varchar", "VARCHAR")]
    names = placed_names({"a": "INTEGER", "a__varchar": "VARCHAR"}, *columns)
    assert names == ["a__varchar_", "a__varchar"]


def test_a_source_column_of_a_technical_name_is_kept_under_another_name() -> None:
    assert placed_names({}, Column("_op", "INTEGER"), Column("_Record_Id", "VARCHAR")) == [
        "source_op",
        "source_Record_Id",
    ]


def test_a_narrower_type_needs_no_change() -> None:
    placed, changes = place({"n": "BIGINT"}, [Column("n", "SMALLINT")])
    assert (placed[0].type, changes) == ("BIGINT", ())
