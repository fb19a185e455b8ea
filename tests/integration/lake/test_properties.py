"""What holds of any history: order, copies, windows and drift never change what the lake ends up knowing."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.contract import Column, SourceObject, Window
from sources.lake import Lake
from tests.integration.lake.staged import commit, current, extract, log

pytestmark = pytest.mark.slow
START = datetime(2024, 1, 1)
tables = itertools.count()
few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))

Version = tuple[str, int, str | None]
histories = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.integers(0, 9)),
    st.one_of(st.none(), st.sampled_from(["", "x", "y", "gone"])),
    min_size=1,
    max_size=14,
).map(lambda found: [(record, stamp, text) for (record, stamp), text in found.items()])


def thing() -> SourceObject:
    """Return an object with a table of its own."""
    columns = (Column("Id", "VARCHAR"), Column("text", "VARCHAR"), Column("Stamp", "TIMESTAMP"))
    return SourceObject("Thing", f"p{next(tables)}", ("Id",), columns, "Stamp", deleted_when="text = 'gone'")


def staged(versions: list[Version]) -> list[dict[str, object]]:
    return [{"Id": record, "text": text, "Stamp": START + timedelta(hours=stamp)} for record, stamp, text in versions]


def truth(versions: list[Version]) -> list[tuple[str, str, str | None]]:
    """Return (record, operation, text) of each record's newest version, found in plain Python."""
    newest = {record: (stamp, text) for record, stamp, text in sorted(versions, key=lambda version: version[1])}
    return [(r, "delete" if text == "gone" else "upsert", text) for r, (_, text) in sorted(newest.items())]


@few
@given(histories, st.data())
def test_any_order_any_windows_and_any_copies_give_each_records_newest_version(
    shared_lake: Lake, versions: list[Version], data: st.DataObject
) -> None:
    copies = data.draw(st.lists(st.sampled_from(versions), max_size=5))
    arriving = data.draw(st.permutations([*versions, *copies]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arriving)), max_size=3)))
    obj = thing()
    for first, last in itertools.pairwise([0, *cuts, len(arriving)]):
        done = commit(shared_lake, extract(*staged(arriving[first:last]), obj=obj))
        assert done.rows_read == last - first == done.rows_appended + done.rows_unchanged + done.rows_rejected
    assert current(shared_lake, "_record_id, _op, text", obj.table) == truth(versions)
    commits = log(shared_lake, "_record_id, _loaded_at", obj.table)
    assert len(commits) == len(set(commits))


@few
@given(histories)
def test_reading_day_by_day_and_reading_at_once_end_alike_and_a_full_reading_adds_nothing(
    shared_lake: Lake, versions: list[Version]
) -> None:
    daily, full = thing(), thing()
    for hour in (3, 6, 10):
        window = Window(START + timedelta(hours=hour - 4), START + timedelta(hours=hour))  # with an hour of look-back
        rows = [version for version in versions if hour - 4 <= version[1] < hour]
        commit(shared_lake, extract(*staged(rows), obj=daily, window=window))
    commit(shared_lake, extract(*staged(versions), obj=full))
    state = "_record_id, _op, _delete_reason, text, _source_modified_at, _row_hash"
    assert current(shared_lake, state, daily.table) == current(shared_lake, state, full.table)
    before = len(log(shared_lake, "1", daily.table))
    assert commit(shared_lake, extract(*staged(versions), obj=daily)).rows_appended == 0
    assert len(log(shared_lake, "1", daily.table)) == before


snapshots = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["x", "y"])), min_size=2, max_size=4
)


@few
@given(snapshots)
def test_a_row_of_snapshots_leaves_the_last_one_living_and_the_rest_purged(
    shared_lake: Lake, nights: list[dict[str, str]]
) -> None:
    obj = thing()
    for night in nights:
        rows = [{"Id": record, "text": text, "Stamp": None} for record, text in night.items()]
        commit(shared_lake, extract(*rows, obj=obj, is_snapshot=True, shrink_limit=1.0))
    ever = {record: night[record] for night in nights for record in night}
    expected = [(r, "upsert" if r in nights[-1] else "delete", ever[r]) for r in sorted(ever)]
    assert current(shared_lake, "_record_id, _op, text", obj.table) == expected


values = st.one_of(
    st.tuples(st.just("INTEGER"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("BIGINT"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("DECIMAL(12,2)"), st.decimals(-9999999999, 9999999999, places=2)),
    st.tuples(st.just("DECIMAL(20,6)"), st.decimals(-9999999999, 9999999999, places=6)),
    st.tuples(st.just("DOUBLE"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("DATE"), st.dates()),
    st.tuples(st.just("VARCHAR"), st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))),
)


@few
@given(st.lists(values, min_size=2, max_size=5))
def test_a_column_that_changes_type_every_night_never_loses_a_value(
    shared_lake: Lake, nights: list[tuple[str, object]]
) -> None:
    table = f"p{next(tables)}"
    for number, (kind, value) in enumerate(nights):
        obj = SourceObject("Thing", table, ("Id",), (Column("Id", "VARCHAR"), Column("v", kind)))
        text = format(value, "f") if isinstance(value, Decimal) else value
        commit(shared_lake, extract({"Id": f"r{number}", "v": text}, obj=obj))
    names = [name for (name, *_) in shared_lake.connection.execute(f"describe lake.sf.{table}").fetchall()]
    kept = [name for name in names if name == "v" or name.startswith("v__")]
    rows = current(shared_lake, ", ".join(f'"{name}"' for name in kept), table)
    for (_, value), row in zip(nights, rows, strict=True):
        found = [cell for cell in row if cell is not None]
        assert len(found) == 1, (value, row)
        assert found[0] == value or str(found[0]) == str(value) or _same_number(found[0], value), (value, found[0])


NUMBERS = {"INTEGER": 0, "BIGINT": 0, "DECIMAL(7,2)": 2, "DECIMAL(12,2)": 2, "DECIMAL(16,4)": 4, "DECIMAL(22,6)": 6}
amounts = st.sampled_from(list(NUMBERS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.dictionaries(
            st.sampled_from(["a", "b", "c"]),
            st.one_of(st.sampled_from([-2, 0, 7]).map(Decimal), st.decimals(-99, 99, places=NUMBERS[kind])),
        ),
    )
)


@few
@given(st.lists(amounts, min_size=2, max_size=6))
def test_a_number_column_that_widens_repeats_no_number_and_misses_no_change(
    shared_lake: Lake, nights: list[tuple[str, dict[str, Decimal]]]
) -> None:
    table, known = f"p{next(tables)}", dict[str, Decimal]()
    for kind, night in nights:
        obj = SourceObject("Thing", table, ("Id",), (Column("Id", "VARCHAR"), Column("v", kind)))
        changed = sum(known.get(record) != value for record, value in night.items())
        rows = [{"Id": record, "v": format(value, "f")} for record, value in night.items()]
        assert commit(shared_lake, extract(*rows, obj=obj)).rows_appended == changed
        known |= night
    assert current(shared_lake, "_record_id, v", table) == sorted(known.items())


def _same_number(found: object, value: object) -> bool:
    """Say whether a number came back in another type with the same value."""
    try:
        return Decimal(str(found)) == Decimal(str(value)) and not isinstance(value, str)
    except ArithmeticError:
        return False
