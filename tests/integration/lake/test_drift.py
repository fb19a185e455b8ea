"""Sources whose columns come, go and change type: nothing fails, nothing is lost, nothing unchanged is repeated."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from sources.contract import Column, SourceObject
from sources.lake import Lake, LakeLocation
from tests.integration.lake.staged import commit, current, extract, ledger, log

ID = Column("Id", "VARCHAR")
COLUMNS = {
    "INTEGER": Column("v", "INTEGER"), "BIGINT": Column("v", "BIGINT"), "VARCHAR": Column("v", "VARCHAR"),
    "DECIMAL": Column("v", "DECIMAL(12,2)"), "DOUBLE": Column("v", "DOUBLE"), "DATE": Column("v", "DATE"),
}  # fmt: skip


def thing(kind: str | None) -> SourceObject:
    more = (COLUMNS[kind],) if kind else ()
    return SourceObject("Thing", "thing", ("Id",), (Column("Id", "VARCHAR"), *more))


def test_a_new_column_repeats_only_rows_that_have_a_value_in_it(lake: Lake) -> None:
    commit(lake, extract({"Id": "1"}, {"Id": "2"}, obj=thing(None)))
    done = commit(lake, extract({"Id": "1", "v": "7"}, {"Id": "2", "v": None}, obj=thing("INTEGER")))
    assert (done.rows_appended, done.schema_changes) == (1, ("added v INTEGER",))
    assert current(lake, "_record_id, v", "thing") == [("1", 7), ("2", None)]
    assert ledger(lake, "_source, object, column_name, change, old_type, new_type", "schema_changes") == [
        ("emea", "Thing", "v", "added", None, "INTEGER")
    ]


def test_a_column_added_in_the_commit_that_creates_the_table_is_whole(lake: Lake) -> None:
    lake.declare("sf", [thing(None)])
    rows = [{"Id": str(n), "v": str(n)} for n in range(50)]
    commit(lake, extract(*rows, obj=thing("INTEGER")))
    assert sorted(log(lake, "_record_id::int, v", "thing")) == [(n, n) for n in range(50)]


def test_a_column_that_a_new_release_declares_is_noted_once_as_added(lake: Lake) -> None:
    lake.declare("sf", [thing(None)])
    assert ledger(lake, "column_name", "schema_changes") == []  # a new table is no change
    for _ in range(2):
        lake.declare("sf", [thing("INTEGER")])
    noted = "run_id, connector_type, _source, object, table_name, column_name, change, old_type, new_type"
    assert ledger(lake, noted, "schema_changes") == [
        (None, "sf", None, "Thing", "thing", "v", "added", None, "INTEGER")
    ]
    assert commit(lake, extract({"Id": "1", "v": "7"}, obj=thing("INTEGER"))).schema_changes == ()


def test_a_vanished_column_stays_and_is_null_from_then_on(lake: Lake) -> None:
    commit(lake, extract({"Id": "1", "v": "7"}, obj=thing("INTEGER")))
    commit(lake, extract({"Id": "2"}, obj=thing(None)))
    assert log(lake, "_record_id, v", "thing") == [("1", 7), ("2", None)]


def test_a_column_that_a_source_shows_no_more_or_again_is_told_once(lake: Lake) -> None:
    has_v, has_none = extract({"Id": "1", "v": "7"}, obj=thing("INTEGER")), extract({"Id": "1"}, obj=thing(None))
    nothing = extract(obj=thing(None))
    read = (has_v, has_none, has_none, nothing, has_v, has_v)
    assert [commit(lake, found).schema_changes for found in read] == [
        (),
        ("vanished v INTEGER",),
        (),
        (),
        ("appeared v INTEGER",),
        (),
    ]
    assert ledger(lake, "_source, object, column_name, change", "schema_changes") == [
        ("emea", "Thing", "v", "appeared"),
        ("emea", "Thing", "v", "vanished"),
    ]


def test_a_column_that_another_source_of_the_type_has_is_not_missed_in_one(lake: Lake) -> None:
    commit(lake, extract({"Id": "1", "v": "7"}, obj=thing("INTEGER")))
    for _ in range(2):
        assert commit(lake, extract({"Id": "1"}, obj=thing(None)), source="apac").schema_changes == ()


def test_a_number_that_widens_stays_in_its_column_and_repeats_nothing(lake: Lake) -> None:
    commit(lake, extract({"Id": "1", "v": "-7"}, obj=thing("INTEGER")))
    done = commit(lake, extract({"Id": "1", "v": "-7"}, {"Id": "2", "v": "99999999999"}, obj=thing("BIGINT")))
    assert (done.rows_appended, done.schema_changes) == (1, ("widened v INTEGER -> BIGINT",))
    assert current(lake, "v", "thing") == [(-7,), (99999999999,)]
    assert commit(lake, extract({"Id": "1", "v": "-7"}, obj=thing("INTEGER"))).rows_appended == 0


@pytest.mark.parametrize(
    ("old", "new", "same", "other"),
    [
        ("DECIMAL(18,2)", "DECIMAL(18,4)", "-1.50", "1.5001"),
        ("DECIMAL(4,2)", "DECIMAL(18,2)", "-1.50", "12345.50"),
        ("DECIMAL(9,2)", "DECIMAL(38,2)", "-1.50", "-1.51"),
        ("INTEGER", "DECIMAL(12,2)", "-7", "-7.25"),
        ("INTEGER", "DOUBLE", "-7", "-7.25"),
        ("DATE", "TIMESTAMP", "2024-02-29", "2024-02-29 00:00:01"),
    ],
)
def test_a_value_is_the_same_before_and_after_its_column_widened(
    lake: Lake, old: str, new: str, same: str, other: str
) -> None:
    before, after = (SourceObject("Thing", "thing", ("Id",), (ID, Column("v", kind))) for kind in (old, new))
    commit(lake, extract({"Id": "1", "v": same}, {"Id": "2", "v": same}, obj=before))
    done = commit(lake, extract({"Id": "1", "v": same}, {"Id": "2", "v": other}, obj=after))
    assert (done.rows_appended, done.schema_changes) == (1, (f"widened v {old} -> {_type_of(lake)}",))
    for obj in (before, after):
        assert commit(lake, extract({"Id": "1", "v": same}, obj=obj)).rows_appended == 0
    assert commit(lake, extract({"Id": "2", "v": other}, obj=after)).rows_appended == 0
    assert current(lake, f"v = '{same}', v = '{other}'", "thing") == [(True, False), (False, True)]


def _type_of(lake: Lake) -> str:
    """Return the lake's type of the column ``v``."""
    (row,) = lake.connection.execute("select distinct typeof(v) from lake.sf.thing").fetchall()
    return str(row[0])


@pytest.mark.parametrize(
    ("kinds", "values"),
    [
        (("INTEGER", "BIGINT", "INTEGER"), (0, 0, 1)),
        (("DECIMAL(9,2)", "DECIMAL(12,4)", "DECIMAL(9,2)"), (0, Decimal("0.5"), 1)),
        (("INTEGER", "DOUBLE", "DOUBLE"), (-7, 2.5, 9)),
        (("DATE", "TIMESTAMP", "DATE"), (datetime(2024, 1, 1), datetime(2024, 1, 2, 3), datetime(2024, 1, 3))),
    ],
)
def test_values_from_before_a_widening_read_back_after_later_commits(
    lake: Lake, kinds: tuple[str, ...], values: tuple[object, ...]
) -> None:
    for number, (kind, value) in enumerate(zip(kinds, values, strict=True)):
        text = str(value).removesuffix(" 00:00:00")
        commit(
            lake, extract({"Id": f"r{number}", "v": text}, obj=SourceObject("T", "t", ("Id",), (ID, Column("v", kind))))
        )
    # each of these trusts the catalog's bounds of the column in another way
    assert [row[0] for row in current(lake, "v", "t")] == list(values)
    grouped = lake.connection.execute("select v, count(*) from lake.sf.t group by v order by v").fetchall()
    assert grouped == [(value, values.count(value)) for value in sorted(set(values))]
    assert lake.connection.execute("select min(v), max(v) from lake.sf.t").fetchone() == (min(values), max(values))


def test_a_float_that_becomes_a_double_is_found_by_any_filter(lake: Lake) -> None:
    for number, kind in enumerate(("FLOAT", "DOUBLE")):
        obj = SourceObject("T", "t", ("Id",), (ID, Column("v", kind)))
        commit(lake, extract({"Id": f"r{number}", "v": "0.1"}, obj=obj))
    assert current(lake, "v = 0.1::float, v__double", "t") == [(True, None), (None, 0.1)]


def test_a_lake_of_the_first_release_gets_the_columns_its_ledger_lacks(location: LakeLocation) -> None:
    with Lake(location) as old:
        old.connection.execute("alter table lake.ingest.schema_changes drop column table_name")
    with Lake(location) as lake:
        commit(lake, extract({"Id": "1"}, obj=thing(None)))
        commit(lake, extract({"Id": "1", "v": "7"}, obj=thing("INTEGER")))
        assert ledger(lake, "table_name, column_name", "schema_changes") == [("thing", "v")]


def test_one_sources_widening_is_remembered_for_the_others_in_its_table(lake: Lake) -> None:
    before, after = (
        SourceObject("Thing", "thing", ("Id",), (ID, Column("v", kind))) for kind in ("DECIMAL(9,2)", "DECIMAL(12,4)")
    )
    lake.commit("sf", "emea", extract({"Id": "1", "v": "-1.50"}, obj=before), "run")
    lake.commit("sf", "apac", extract({"Id": "1", "v": "2.5001"}, obj=after), "run")
    assert lake.commit("sf", "emea", extract({"Id": "1", "v": "-1.5"}, obj=before), "run").rows_appended == 0


def test_a_table_that_never_widened_keeps_the_hashes_it_has(lake: Lake) -> None:
    commit(lake, extract({"Id": "1", "v": "-1.50"}, obj=thing("DECIMAL")))
    # the formula of the first release, by hand
    by_hand = "to_hex(xor(xor(0::ubigint, hash(hash(_record_id, 'id'))), hash(hash(cast(-1.5 as decimal(12,2)), 'v'))))"
    assert log(lake, f"_row_hash = {by_hand}", "thing") == [(True,)]


def test_an_integer_and_a_decimal_meet_in_a_decimal_that_holds_both(lake: Lake) -> None:
    commit(lake, extract({"Id": "1", "v": "2147483647"}, obj=thing("INTEGER")))
    commit(lake, extract({"Id": "2", "v": "9999999999.99"}, obj=thing("DECIMAL")))
    assert current(lake, "v", "thing") == [(Decimal("2147483647.00"),), (Decimal("9999999999.99"),)]


def test_a_column_that_becomes_text_is_kept_beside_the_old_one(lake: Lake) -> None:
    commit(lake, extract({"Id": "1", "v": "7"}, obj=thing("INTEGER")))
    done = commit(lake, extract({"Id": "2", "v": "seven"}, obj=thing("VARCHAR")))
    assert done.schema_changes == ("variant v__varchar INTEGER -> VARCHAR",)
    assert commit(lake, extract({"Id": "3", "v": "8"}, obj=thing("INTEGER"))).schema_changes == ()
    assert current(lake, "v, v__varchar", "thing") == [(7, None), (None, "seven"), (8, None)]


def test_a_source_column_of_a_technical_name_does_no_harm(lake: Lake) -> None:
    obj = SourceObject("Odd", "odd", ("_record_id",), (Column("_record_id", "VARCHAR"), Column("_op", "VARCHAR")))
    commit(lake, extract({"_record_id": "1", "_op": "plus"}, obj=obj))
    assert log(lake, "_record_id, _op, source_op", "odd") == [("1", "upsert", "plus")]


def test_a_source_column_named_like_the_survivor_of_a_merge_deletes_nothing(lake: Lake) -> None:
    obj = SourceObject("Odd", "odd", ("Id",), (Column("Id", "VARCHAR"), Column("_merged_into", "VARCHAR")))
    commit(lake, extract({"Id": "1", "_merged_into": "x"}, obj=obj))
    assert log(lake, "_op, _merged_into, source_merged_into", "odd") == [("upsert", None, "x")]


@pytest.mark.parametrize("name", ['we"ird', "two words", "sélect", "select", "typed", "raw", "_copies", "order"])
def test_any_column_name_works(lake: Lake, name: str) -> None:
    obj = SourceObject("Odd", "odd", ("Id",), (Column("Id", "VARCHAR"), Column(name.replace('"', ""), "INTEGER")))
    rows = [{"Id": "1", name.replace('"', ""): "5"}, {"Id": "1", name.replace('"', ""): "5"}, {"Id": "2"}]
    commit(lake, extract(*rows, obj=obj))
    assert commit(lake, extract(*rows, obj=obj)).rows_appended == 0
    assert len(log(lake, "1", "odd")) == 2
