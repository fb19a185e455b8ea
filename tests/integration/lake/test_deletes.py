"""What proves a delete, what undoes one, and what is never taken for one."""

from __future__ import annotations

from datetime import datetime

import pytest

from sources.contract import Column, Reject, SourceObject
from sources.errors import SourceError
from sources.lake import Lake
from tests.integration.lake.staged import commit, current, deletes, extract, ledger, log, relation

STATE = "_record_id, _op, _delete_reason, _merged_into"


def row(record: str, stamp: str | None = "2024-05-01", name: str = "n", **more: str) -> dict[str, str | None]:
    return {"Id": record, "Name": name, "Stamp": stamp, "IsDeleted": "false", "MasterId": None, **more}


def rows(count: int) -> list[dict[str, str | None]]:
    return [row(f"r{n}") for n in range(count)]


def test_a_soft_flag_deletes_and_its_removal_brings_the_record_back(lake: Lake) -> None:
    commit(lake, extract(row("a")))
    done = commit(lake, extract(row("a", "2024-05-02", IsDeleted="true")))
    assert (done.rows_deleted, current(lake, STATE)) == (1, [("a", "delete", "soft", None)])
    assert commit(lake, extract(row("a", "2024-05-02", IsDeleted="true"))).rows_deleted == 0
    assert commit(lake, extract(row("a", "2024-05-03"))).rows_appended == 1
    assert current(lake, STATE) == [("a", "upsert", None, None)]


def test_a_merged_record_names_its_survivor(lake: Lake) -> None:
    commit(lake, extract(row("a"), row("b")))
    commit(lake, extract(row("b", "2024-05-02", IsDeleted="true", MasterId="a")))
    assert current(lake, STATE) == [("a", "upsert", None, None), ("b", "delete", "merged", "a")]


def test_a_chain_of_merges_keeps_every_link(lake: Lake) -> None:
    commit(lake, extract(row("a"), row("b"), row("c")))
    commit(lake, extract(row("a", "2024-05-02", IsDeleted="true", MasterId="b")))
    commit(lake, extract(row("b", "2024-05-03", IsDeleted="true", MasterId="c")))
    assert current(lake, "_record_id, _merged_into") == [("a", "b"), ("b", "c"), ("c", None)]


def test_a_delete_feed_deletes_and_the_row_keeps_the_last_values(lake: Lake) -> None:
    commit(lake, extract(row("a", name="Ada"), row("b")))
    done = commit(lake, extract(deletes=deletes(("a", "2024-05-02 08:00:00", "purged"))))
    assert (done.rows_read, done.rows_appended, done.rows_deleted) == (0, 0, 1)
    assert current(lake, '_record_id, _op, _delete_reason, "Name", _source_modified_at') == [
        ("a", "delete", "purged", "Ada", datetime(2024, 5, 2, 8)),
        ("b", "upsert", None, "n", datetime(2024, 5, 1)),
    ]


def merges(*pairs: tuple[str, str]) -> str:
    return relation([{"record_id": old, "merged_into": new} for old, new in pairs], ["record_id", "merged_into"])


def test_a_merge_told_by_the_survivor_alone_keeps_the_last_values_of_the_merged(lake: Lake) -> None:
    commit(lake, extract(row("a", name="Ada"), row("b", IsDeleted="true"), row("c"), row("d")))
    found = extract(row("d", "2024-05-02"), merges=merges(("a", "d"), ("b", "d"), ("unknown", "d")))
    assert commit(lake, found).rows_deleted == 2
    assert current(lake, f'{STATE}, "Name"') == [
        ("a", "delete", "merged", "d", "Ada"),
        ("b", "delete", "merged", "d", "n"),
        ("c", "upsert", None, None, "n"),
        ("d", "upsert", None, None, "n"),
    ]
    assert commit(lake, found).rows_deleted == 0
    commit(lake, extract(merges=merges(("a", "e"))))
    assert current(lake, STATE)[0] == ("a", "delete", "merged", "e")


def test_a_record_that_a_snapshot_lacks_or_still_lists_is_merged_where_a_merge_is_told(lake: Lake) -> None:
    commit(lake, extract(*rows(6)))
    told = merges(("r0", "r5"), ("r1", "r5"))
    commit(lake, extract(*rows(6)[1:5], row("r5"), is_snapshot=True, merges=told))
    assert current(lake, STATE)[:3] == [
        ("r0", "delete", "merged", "r5"),
        ("r1", "delete", "merged", "r5"),
        ("r2", "upsert", None, None),
    ]


def test_a_feed_read_again_does_not_delete_a_record_that_came_back(lake: Lake) -> None:
    feed = deletes(("a", "2024-05-02", "soft"))
    commit(lake, extract(row("a"), deletes=feed))
    commit(lake, extract(row("a", "2024-05-03")))
    assert commit(lake, extract(deletes=feed)).rows_deleted == 0
    assert commit(lake, extract(row("a", "2024-05-03"), deletes=feed)).rows_deleted == 0
    assert [op for (op,) in log(lake, "_op")] == ["delete", "upsert"]


def test_a_feed_read_again_does_not_delete_a_record_without_stamps_that_came_back(lake: Lake) -> None:
    feed = deletes(("a", "2024-05-02", "soft"))
    commit(lake, extract(row("a", None)))
    commit(lake, extract(deletes=feed))
    commit(lake, extract(row("a", None)))
    assert commit(lake, extract(deletes=feed)).rows_deleted == 0
    assert [op for (op,) in log(lake, "_op")] == ["upsert", "delete", "upsert"]


def test_an_old_copy_of_a_deleted_record_does_not_bring_it_back(lake: Lake) -> None:
    commit(lake, extract(row("a")))
    commit(lake, extract(deletes=deletes(("a", "2024-05-02", "purged"))))
    assert commit(lake, extract(row("a"))).rows_appended == 0
    assert current(lake, STATE) == [("a", "delete", "purged", None)]


def test_a_feed_naming_a_record_never_seen_says_nothing(lake: Lake) -> None:
    commit(lake, extract(row("a")))
    assert commit(lake, extract(deletes=deletes(("ghost", "2024-05-02", None)))).rows_deleted == 0
    assert len(log(lake, "1")) == 1


def test_a_record_absent_from_a_snapshot_is_purged_and_may_return(lake: Lake) -> None:
    commit(lake, extract(*rows(4), is_snapshot=True))
    done = commit(lake, extract(*rows(3), is_snapshot=True))
    assert (done.rows_unchanged, done.rows_deleted) == (3, 1)
    assert current(lake, STATE)[3] == ("r3", "delete", "purged", None)
    assert commit(lake, extract(*rows(3), is_snapshot=True)).rows_deleted == 0
    assert commit(lake, extract(*rows(4), is_snapshot=True)).rows_appended == 1
    assert current(lake, STATE)[3] == ("r3", "upsert", None, None)


def test_a_snapshot_states_what_is_true_now_even_with_older_stamps(lake: Lake) -> None:
    commit(lake, extract(row("a", "2024-05-09", name="lost"), is_snapshot=True))
    commit(lake, extract(row("a", "2024-05-01", name="restored"), is_snapshot=True))
    assert current(lake, '"Name"') == [("restored",)]


def test_a_snapshot_that_shrinks_beyond_belief_is_refused_and_keeps_everything(lake: Lake) -> None:
    commit(lake, extract(*rows(10), is_snapshot=True))
    with pytest.raises(SourceError, match=r"lacks 6 of 10 .* 50%.* Nothing was committed: every record is kept"):
        commit(lake, extract(*rows(4), is_snapshot=True))
    with pytest.raises(SourceError, match="lacks 10 of 10"):
        commit(lake, extract(is_snapshot=True))
    assert {op for (op,) in log(lake, "_op")} == {"upsert"} and len(ledger(lake, "1", "windows")) == 1
    assert commit(lake, extract(*rows(5), is_snapshot=True)).rows_deleted == 5
    assert commit(lake, extract(is_snapshot=True, shrink_limit=1.0)).rows_deleted == 5


def test_a_snapshot_may_shrink_by_whatever_a_delete_feed_names(lake: Lake) -> None:
    """Its absence is no surprise: the limit is for records of which nothing is told."""
    commit(lake, extract(*rows(10)))
    feed = deletes(*((f"r{n}", "2024-05-02", "soft") for n in range(8)))
    with pytest.raises(SourceError, match="lacks 2 of 10 known records"):
        commit(lake, extract(is_snapshot=True, deletes=feed, shrink_limit=0.1))
    done = commit(lake, extract(*rows(10)[8:], is_snapshot=True, deletes=feed))
    assert done.rows_deleted == 8
    assert current(lake, STATE)[0] == ("r0", "delete", "soft", None)


def test_a_row_that_cannot_be_identified_proves_no_absence(lake: Lake) -> None:
    commit(lake, extract(*rows(4), is_snapshot=True))
    assert commit(lake, extract(*rows(3), row(""), is_snapshot=True)).rows_deleted == 0
    broken = Reject(None, None, None, "ragged line", "r3;…")
    assert commit(lake, extract(*rows(3), is_snapshot=True, rejects=(broken,))).rows_deleted == 0
    known = Reject("r3", None, None, "ragged line", "r3;…")
    assert commit(lake, extract(*rows(3), is_snapshot=True, rejects=(known,))).rows_deleted == 0
    assert commit(lake, extract(*rows(3), is_snapshot=True)).rows_deleted == 1


@pytest.mark.parametrize(("field", "gone"), [("Name", 1), ("id", 0)])
def test_a_field_set_aside_leaves_its_row_unidentified_only_where_it_is_part_of_the_key(
    lake: Lake, field: str, gone: int
) -> None:
    commit(lake, extract(*rows(4), is_snapshot=True))
    cell = Reject(None, field, "=A1", "never calculated", "B2")
    assert commit(lake, extract(*rows(3), is_snapshot=True, rejects=(cell,))).rows_deleted == gone


def test_an_absent_record_of_another_source_is_not_touched(lake: Lake) -> None:
    commit(lake, extract(*rows(2), is_snapshot=True), source="emea")
    commit(lake, extract(row("z"), is_snapshot=True), source="apac")
    assert {op for (op,) in log(lake, "_op")} == {"upsert"}


def test_a_delete_repeats_columns_that_the_source_no_longer_has(lake: Lake) -> None:
    commit(lake, extract(row("a", name="Ada"), row("b"), is_snapshot=True))
    slim = {key: value for key, value in row("b").items() if key != "Name"}
    commit(lake, extract(slim, is_snapshot=True))
    assert current(lake, '_op, "Name"') == [("delete", "Ada"), ("upsert", None)]


LINE = SourceObject("Line", "line", ("Order", "Id"), tuple(Column(name, "VARCHAR") for name in ("Order", "Id", "Name")))


def lines(*keys: str, name: str = "n") -> list[dict[str, str]]:
    return [{"Order": key[0], "Id": key[1:], "Name": name} for key in keys]


def parents(*ids: str, changed_at: str = "2024-05-02") -> str:
    values = ", ".join(f"('{each}', timestamp '{changed_at}')" for each in ids)
    return f"(select * from (values {values}) as given(parent_id, changed_at))"


def test_the_children_of_a_parent_read_whole_replace_those_known_and_leave_others_alone(lake: Lake) -> None:
    commit(lake, extract(*lines("a1", "a2", "b1"), obj=LINE))
    done = commit(lake, extract(*lines("a2", "a3"), obj=LINE, replaced=parents("a")))
    assert (done.rows_appended, done.rows_unchanged, done.rows_deleted) == (1, 1, 1)
    state = "_record_id, _op, _delete_reason, _source_modified_at"
    known = [("a|2", "upsert", None, None), ("a|3", "upsert", None, None), ("b|1", "upsert", None, None)]
    gone = ("a|1", "delete", "purged", datetime(2024, 5, 2))
    assert current(lake, state, "line") == [gone, *known]
    assert commit(lake, extract(*lines("a2", "a3"), obj=LINE, replaced=parents("a"))).rows_deleted == 0


def test_a_parent_without_children_left_loses_them_all_and_gets_them_back(lake: Lake) -> None:
    commit(lake, extract(*lines("a1"), obj=LINE))
    assert commit(lake, extract(obj=LINE, replaced=parents("a"))).rows_deleted == 1
    commit(lake, extract(*lines("a1"), obj=LINE, replaced=parents("a", changed_at="2024-05-03")))
    assert current(lake, "_record_id, _op", "line") == [("a|1", "upsert")]


def test_a_child_without_a_key_may_be_any_of_its_parents_so_none_is_taken_for_gone(lake: Lake) -> None:
    commit(lake, extract(*lines("a1", "a2"), obj=LINE))
    done = commit(lake, extract(*lines("a1", "a"), obj=LINE, replaced=parents("a")))
    assert (done.rows_rejected, done.rows_deleted) == (1, 0)
