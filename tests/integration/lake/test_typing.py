"""Text becomes typed values or a reject; nothing is rounded, shifted or dropped in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sources.contract import Column, Extract, FieldCheck, SourceObject, Window
from sources.lake import Lake
from tests.integration.lake.staged import UNTIL, commit, extract, ledger, log


def thing(type_name: str, parse: str | None = None) -> SourceObject:
    return SourceObject("Thing", "thing", ("Id",), (Column("Id", "VARCHAR"), Column("v", type_name, parse)))


@pytest.mark.parametrize(
    ("type_name", "text", "kept"),
    [
        ("INTEGER", "12", "12"),
        ("INTEGER", "1.0", "1"),
        ("BIGINT", "9007199254740993", "9007199254740993"),
        ("DECIMAL(18,2)", "0.30000000000000004", "0.30"),
        ("DECIMAL(18,2)", "-1e3", "-1000.00"),
        ("DOUBLE", "1e300", "1e+300"),
        ("BOOLEAN", "true", "true"),
        ("DATE", "2024-02-29", "2024-02-29"),
        ("TIMESTAMP", "2024-01-01T10:00:00+02:00", "2024-01-01 08:00:00"),
        ("TIMESTAMP", "2024-01-01T10:00:00.123+0000", "2024-01-01 10:00:00.123"),
        ("TIMESTAMP", "2024-01-01T10:00:00Z", "2024-01-01 10:00:00"),
        ("TIMESTAMP", "2024-01-01 10:00:00", "2024-01-01 10:00:00"),
        ("VARCHAR", "N/A", "N/A"),
        ("VARCHAR", " \u2028\r\n'\"| ", " \u2028\r\n'\"| "),
        ("INTEGER", "", None),
        ("DATE", "", None),
    ],
)
def test_text_that_fits_is_kept_exactly_without_a_reject(
    lake: Lake, type_name: str, text: str, kept: str | None
) -> None:
    commit(lake, extract({"Id": "1", "v": text}, obj=thing(type_name)))
    assert log(lake, "v::varchar", "thing") == [(kept,)]
    assert ledger(lake, "1", "rejected_rows") == []


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("INTEGER", "1.5"),
        ("INTEGER", "abc"),
        ("TINYINT", "300"),
        ("INTEGER", "1e-1"),
        ("DECIMAL(5,2)", "12345"),
        ("DECIMAL(18,2)", "1,5"),
        ("DATE", "2023-02-29"),
        ("DATE", "0000-00-00"),
        ("TIMESTAMP", "31.12.2024"),
        ("BOOLEAN", "maybe"),
    ],
)
def test_text_that_does_not_fit_is_null_in_the_log_and_whole_in_the_rejects(
    lake: Lake, type_name: str, text: str
) -> None:
    done = commit(lake, extract({"Id": "1", "v": text}, obj=thing(type_name)))
    assert done.rows_appended == 1
    assert log(lake, "_record_id, v::varchar", "thing") == [("1", None)]
    [(record, field, raw, reason, payload)] = ledger(
        lake, "_record_id, field, raw_value, reason, payload", "rejected_rows"
    )
    assert (record, field, raw) == ("1", "v", text) and type_name in reason
    assert json.loads(payload) == {"Id": "1", "v": text}


def test_the_payload_is_the_whole_row_whatever_its_columns_are_called(lake: Lake) -> None:
    names = ("raw", "typed", "finding", "findings")
    obj = SourceObject("Thing", "thing", ("Id",), tuple(Column(name, "VARCHAR") for name in ("Id", *names)))
    obj = replace(obj, columns=(*obj.columns, Column("v", "INTEGER")))
    wrong = FieldCheck("finding", "finding", "finding = 'unusable'", "it cannot be used")
    rows = [{"Id": "", "v": "1"}, {"Id": "1", "v": "x"}, {"Id": "2", "v": "2", "finding": "unusable"}]
    rows = [dict.fromkeys(names, "text") | row for row in rows]
    commit(lake, replace(extract(*rows, obj=obj), checks=(wrong,)))
    payloads = [json.loads(payload) for (payload,) in ledger(lake, "payload", "rejected_rows")]
    assert [{**each, "v": str(each["v"])} for each in sorted(payloads, key=lambda each: each["Id"])] == rows


def test_a_decimal_with_more_places_is_rounded_and_its_text_kept(lake: Lake) -> None:
    commit(lake, extract({"Id": "1", "v": "10.005"}, obj=thing("DECIMAL(18,2)")))
    assert log(lake, "v::varchar", "thing") == [("10.01",)]
    assert ledger(lake, "raw_value", "rejected_rows") == [("10.005",)]


def test_what_the_widest_decimal_rounds_is_kept_as_text_too(lake: Lake) -> None:
    long = "1234567890123456789012345678"
    exact = [
        "0.30000000000000004",
        "0.1234567890",
        "0.12345678900000",
        "1e20",
        f"{long}.1234567890",
        f"{long}.50000000000",
    ]
    rounded = ["0.12345678901", "0.00000000001", "1e-11", f"{long}.12345678901"]
    commit(lake, extract(*({"Id": text, "v": text} for text in [*exact, *rounded]), obj=thing("DECIMAL(38,10)")))
    assert ledger(lake, "raw_value", "rejected_rows") == [(text,) for text in sorted(rounded)]
    kept = dict(log(lake, "_record_id, v::varchar", "thing"))
    assert kept[f"{long}.12345678901"] == f"{long}.1234567890"


DECIMAL_TEXTS = st.builds(
    lambda sign, whole, places, exponent: f"{sign}{whole}{places}{exponent}",
    st.sampled_from(["", "-", "+"]),
    st.integers(0, 10**9),
    st.one_of(st.just(""), st.text("0123456789", min_size=1, max_size=12).map(".{}".format)),
    st.one_of(st.just(""), st.sampled_from(["e0", "e2", "e-1", "E-3", "E+1"])),
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(DECIMAL_TEXTS, min_size=1, max_size=50, unique=True))
@example(texts=["1.25", "1.255", "1.250", "1", "12.5e-1", "125e-3", "1.2549999999"])
def test_a_decimals_text_is_set_aside_exactly_when_its_places_do_not_fit(lake: Lake, texts: list[str]) -> None:
    """What lies beyond six more places is the noise of a float printed as text."""
    lake.connection.execute("delete from lake.ingest.rejected_rows")
    commit(lake, extract(*({"Id": text, "v": text} for text in texts), obj=thing("DECIMAL(18,2)")))
    values = {text: Decimal(text) for text in texts}
    rounded = {text: value.quantize(Decimal("0.01"), ROUND_HALF_UP) for text, value in values.items()}
    finer = {text: value.quantize(Decimal("0.00000001"), ROUND_HALF_UP) for text, value in values.items()}
    expected = sorted(text for text in texts if finer[text] != rounded[text])
    assert sorted(text for (text,) in ledger(lake, "raw_value", "rejected_rows")) == expected
    kept = dict(log(lake, "_record_id, v", "thing"))
    assert {text: kept[text] for text in texts} == rounded


def test_the_same_reject_is_kept_once_and_a_new_one_beside_it(lake: Lake) -> None:
    bad = extract({"Id": "1", "v": "x"}, {"Id": "", "v": "1"}, obj=thing("INTEGER"))
    for _ in range(3):
        commit(lake, bad)
    commit(lake, extract({"Id": "1", "v": "y"}, obj=thing("INTEGER")))
    assert ledger(lake, "field, raw_value", "rejected_rows") == [("Id", None), ("v", "x"), ("v", "y")]


def test_a_columns_own_parse_expression_is_used_and_its_failures_are_rejected(lake: Lake) -> None:
    obj = thing("DATE", "cast(try_strptime(v, '%d.%m.%Y') as date)")
    commit(lake, extract({"Id": "1", "v": "31.12.2024"}, {"Id": "2", "v": "2024-12-31"}, {"Id": "3", "v": ""}, obj=obj))
    assert log(lake, "v::varchar", "thing") == [("2024-12-31",), (None,), (None,)]
    assert ledger(lake, "_record_id, raw_value", "rejected_rows") == [("2", "2024-12-31")]


EXACT = [
    ("BIGINT", "9223372036854775807::bigint"),
    ("UBIGINT", "18446744073709551615::ubigint"),
    ("DECIMAL(38,3)", "99999999999999999999999999999999999.999::decimal(38,3)"),
    ("TIMESTAMP", "timestamp '2024-01-01 00:00:00.123456'"),
    ("TIMESTAMP", "'infinity'::timestamp"),
    ("TIMESTAMP WITH TIME ZONE", "timestamptz '2024-01-01 00:00:00.123456+02'"),
    ("TIME", "time '12:34:56.123456'"),
    ("BLOB", "'\\x00\\xff'::blob"),
    ("UUID", "uuid '7c8fd6f2-94c6-4f0a-a7f0-0b5a2d7a3333'"),
    ("DOUBLE", "'nan'::double"),
    ("VARCHAR", "'a' || chr(0) || 'b'"),
    ("STRUCT(a INTEGER, b INTEGER[])", "{'a': 1, 'b': [1, null]}"),
    ("HUGEINT", "170141183460469231731687303715884105727::hugeint"),
    ("INTERVAL", "interval '1 month 2 days 1.000001 seconds'"),
    ("TIME WITH TIME ZONE", "timetz '12:34:56.123456+02'"),
]


@pytest.mark.parametrize("copies", [1, 40], ids=["in the catalog", "in Parquet"])
def test_every_type_a_database_gives_comes_back_exactly(lake: Lake, copies: int) -> None:
    names = [f"c{n}" for n in range(len(EXACT))]
    values = ", ".join(f"{value} as {name}" for name, (_, value) in zip(names, EXACT, strict=True))
    columns = (Column("id", "BIGINT"), *(Column(name, kind) for name, (kind, _) in zip(names, EXACT, strict=True)))
    obj = SourceObject("Every", "every", ("id",), columns)
    staged = f"(select range as id, {values} from range({copies}))"
    found = Extract(obj, columns, Window(None, UNTIL), staged, is_typed=True)
    assert commit(lake, found).rows_appended == copies
    same = ", ".join(f"bool_and({name} = cast({value} as varchar)) or bool_and(try_cast({name} as {kind}) = {value})"
                     for name, (kind, value) in zip(names, EXACT, strict=True))  # fmt: skip
    back = lake.connection.execute(f"select {same} from lake.sf.every").fetchone()
    assert dict(zip((kind for kind, _ in EXACT), back or (), strict=True)) == {kind: True for kind, _ in EXACT}
    assert commit(lake, found).rows_appended == 0


def test_change_times_are_utc_whatever_the_cursor_is(lake: Lake) -> None:
    for number, (kind, value) in enumerate(
        [
            ("TIMESTAMP WITH TIME ZONE", "timestamptz '2024-01-01 02:00:00+02'"),
            ("VARCHAR", "'2024-01-01T02:00:00+02:00'"),
            ("VARCHAR", "'2024-01-01 00:00:00'"),
            ("DATE", "date '2024-01-01'"),
        ]
    ):
        columns = (Column("id", "INTEGER"), Column("at", kind))
        obj = SourceObject("T", f"t{number}", ("id",), columns, cursor="at")
        commit(lake, Extract(obj, columns, Window(None, UNTIL), f"(select 1 as id, {value} as at)", is_typed=True))
        assert log(lake, "_source_modified_at", f"t{number}") == [(datetime(2024, 1, 1),)]
