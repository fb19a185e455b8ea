"""What change tracking promises and what it leaves out; the numbers are those of the cases a connector must survive."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from sources.lake import Lake
from sources.lake.schema import log_columns
from sources.simulators.http import as_json
from tests.integration.dynamics.environment import Environment, current, succeeded


def test_a_night_takes_new_changed_and_deleted_records_from_the_delta(environment: Environment, lake: Lake) -> None:
    gone, changed, kept = environment.names(3)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(hours=24)
    environment.records.delete("account", gone)
    environment.records.update("account", changed, {"name": "changed", "revenue": Decimal("1234567890123456.7891")})
    new = environment.records.insert("account", {"name": "new"})
    (result,) = succeeded(environment.night(lake, connector, "account"))
    assert result.committed is not None and result.committed.rows_read == 2
    assert current(lake, "account", "name", "revenue") == {
        gone: ("delete", "purged", None, "name 0", None),
        changed: ("upsert", None, None, "changed", Decimal("1234567890123456.7891")),
        kept: ("upsert", None, None, "name 2", None),
        new: ("upsert", None, None, "new", None),
    }


def test_a_night_with_nothing_new_costs_three_requests_a_table(environment: Environment, lake: Lake) -> None:
    environment.names(3)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    requests = environment.requests_of(lambda: environment.night(lake, connector, "account"))
    of_account = [each for each in requests if "account" in each]
    assert len(of_account) == 3, requests


def test_case_2_a_row_committed_late_with_an_older_stamp_comes_with_the_next_delta(
    environment: Environment, lake: Lake
) -> None:
    environment.names(2)
    connector = environment.connector()
    late = environment.records.insert("account", {"name": "late"}, visible_at=environment.now + timedelta(hours=30))
    for _ in range(3):
        succeeded(environment.night(lake, connector, "account"))
        environment.pass_time(hours=24)
    assert current(lake, "account", "name")[late] == ("upsert", None, None, "late")


def test_case_10_a_chain_of_merges_keeps_every_link(environment: Environment, lake: Lake) -> None:
    first, second, third = environment.names(3)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.records.merge("account", second, [first])
    environment.records.merge("account", third, [second])
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account") == {
        first: ("delete", "merged", second),
        second: ("delete", "merged", third),
        third: ("upsert", None, None),
    }


def test_a_merge_moves_what_belonged_to_the_loser(environment: Environment, lake: Lake) -> None:
    loser, winner = environment.names(2)
    contact = environment.records.insert(
        "contact", {"lastname": "Low", "parentcustomerid": loser, "parentcustomerid_type": "account"}
    )
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "contact"))
    environment.records.merge("account", winner, [loser])
    succeeded(environment.night(lake, connector, "contact"))
    seen = current(lake, "contact", "_parentcustomerid_value", "_parentcustomerid_type")
    assert seen == {contact: ("upsert", None, None, winner, "account")}


def test_case_11_a_restored_record_lives_again_under_its_id(environment: Environment, lake: Lake) -> None:
    (record,) = environment.names(1)
    connector, states = environment.connector(), []
    for act in (None, environment.records.delete, environment.records.restore):
        if act:
            act("account", record)
        succeeded(environment.night(lake, connector, "account"))
        states.append(current(lake, "account")[record][:2])
        environment.pass_time(hours=24)
    assert states == [("upsert", None), ("delete", "purged"), ("upsert", None)]


def test_case_14_a_new_column_is_read_of_every_record_and_a_vanished_one_stays(
    environment: Environment, lake: Lake
) -> None:
    (record,) = environment.names(1)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.records.add_column("account", "new_tier")
    # filled without a stamp, as a migration does
    environment.records.update("account", record, {"new_tier": "gold"}, touch=False)
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account", "new_tier")[record] == ("upsert", None, None, "gold")
    environment.records.remove_column("account", "new_tier")
    environment.records.update("account", record, {"name": "later"})
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account", "name", "new_tier")[record] == ("upsert", None, None, "later", None)


def test_reading_again_from_a_day_on_brings_what_moved_no_version_and_nothing_twice(
    environment: Environment, lake: Lake
) -> None:
    first, second, third = environment.names(3)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    began = environment.now
    environment.pass_time(hours=1)
    environment.records.update("account", first, {"name": "later"})
    environment.records.delete("account", second)
    environment.pass_time(hours=1)
    succeeded(environment.night(lake, connector, "account"))
    # a delta link never tells of it
    environment.records.update("account", third, {"name": "unseen"}, touch=False)
    (again,) = succeeded(environment.night(lake, connector, "account", since=began - timedelta(days=1)))
    assert again.committed and (again.committed.rows_appended, again.committed.rows_deleted) == (1, 0)
    assert current(lake, "account", "name") == {
        first: ("upsert", None, None, "later"),
        second: ("delete", "purged", None, "name 1"),
        third: ("upsert", None, None, "unseen"),
    }
    # and the next night goes on from a link of its own
    environment.pass_time(hours=1)
    environment.records.update("account", first, {"name": "last"})
    (after,) = succeeded(environment.night(lake, connector, "account"))
    assert after.committed and (after.committed.rows_read, after.committed.rows_appended) == (1, 1)


def test_what_the_environment_describes_is_what_a_read_brings(environment: Environment, lake: Lake) -> None:
    environment.records.add_column("account", "new_tier")
    environment.names(1)
    connector = environment.connector(extra_objects=["new_nothing"])
    succeeded(environment.night(lake, connector, "account"))
    account, nothing = connector.objects()[0], connector.objects()[-1]
    described = {column.name: column.type for column in connector.describe(account)}
    landed = log_columns(lake.connection, "dynamics")["account"]
    assert "new_tier" in described
    # what is declared and not in the environment is in the lake all the same
    assert described.items() <= landed.items()
    assert connector.describe(nothing) == ()


@pytest.mark.parametrize("deleted_first", [False, True])
def test_case_16_an_expired_delta_link_ends_in_a_whole_read_that_finds_what_is_gone(
    environment: Environment, lake: Lake, deleted_first: bool
) -> None:
    gone, kept = environment.names(2)
    connector = environment.connector(reconcile="never")
    succeeded(environment.night(lake, connector, "account"))
    if deleted_first:
        environment.records.delete("account", gone)
    environment.pass_time(days=8)
    if not deleted_first:
        environment.records.delete("account", gone)
    requests = environment.requests_of(lambda: succeeded(environment.night(lake, connector, "account")))
    assert any("$deltatoken" in each for each in requests) and len(requests) > 4
    assert {record: state[0] for record, state in current(lake, "account").items()} == {gone: "delete", kept: "upsert"}


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (400, "0x80044352", "The client's version is too old."),
        (410, "0x80060888", "Gone"),
        (400, "0x80060888", "The delta token is not valid."),
    ],
)
def test_case_16_whatever_words_refuse_a_delta_link_a_whole_read_follows(
    environment: Environment, lake: Lake, status: int, code: str, message: str
) -> None:
    """Neither status nor code is documented, and a link that is refused once is refused every night."""
    gone, kept = environment.names(2)
    connector = environment.connector(reconcile="never")
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(days=1)
    environment.records.delete("account", gone)
    refused = as_json({"error": {"code": code, "message": message}}, status)
    environment.rewrite(lambda request, document: refused if "$deltatoken" in request else document)
    succeeded(environment.night(lake, connector, "account"))
    assert {record: state[0] for record, state in current(lake, "account").items()} == {gone: "delete", kept: "upsert"}


def test_case_17_a_record_made_and_deleted_between_two_nights_is_known_as_deleted(
    environment: Environment, lake: Lake
) -> None:
    environment.names(1)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    brief = environment.records.insert("account", {"name": "brief"})
    environment.records.delete("account", brief)
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account").get(brief, ("delete", "purged", None)) == ("delete", "purged", None)


def test_case_13_a_rollup_that_moved_no_version_comes_with_the_weekly_whole_read(
    environment: Environment, lake: Lake
) -> None:
    (record,) = environment.names(1)
    connector, seen = environment.connector(), []
    succeeded(environment.night(lake, connector, "account"))
    environment.records.update("account", record, {"revenue": Decimal(7)}, touch=False)
    for days in (1, 6):
        environment.pass_time(days=days)
        succeeded(environment.night(lake, connector, "account"))
        seen.append(current(lake, "account", "revenue")[record][3])
    assert seen == [None, Decimal(7)]


@pytest.mark.parametrize("late_token", [False, True])
def test_what_changes_while_the_first_read_runs_is_not_lost(
    environment: Environment, lake: Lake, late_token: bool
) -> None:
    """A token granted at the end of a long read covers nothing that happened during it."""
    environment.faults.page_rows, environment.faults.late_token = 2, late_token
    first, second, *_ = sorted(environment.names(6))
    acts = iter([lambda: environment.records.update("account", first, {"name": "meanwhile"})])

    def meanwhile(request: str) -> None:
        if "$skiptoken" in request and (act := next(acts, None)):
            act()
            environment.records.delete("account", second)
            environment.records.insert("account", {"name": "new"})

    environment.meanwhile = meanwhile
    connector = environment.connector()
    for _ in range(2):
        succeeded(environment.night(lake, connector, "account"))
        environment.pass_time(hours=1)
    living = {state[3] for state in current(lake, "account", "name").values() if state[0] == "upsert"}
    rows = environment.data.execute("select name from account").fetchall()
    assert living == {row[0] for row in rows} and {"meanwhile", "new"} <= living


def test_what_changes_while_a_long_delta_is_read_is_not_lost(environment: Environment, lake: Lake) -> None:
    """The next link may count from the last page of the delta."""
    environment.faults.page_rows, environment.faults.late_token = 2, True
    ids, connector = environment.names(6), environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(hours=1)
    for record in ids[:5]:
        environment.records.update("account", record, {"name": "changed"})
    environment.pass_time(hours=1)
    acts = iter([lambda: environment.records.update("account", ids[0], {"name": "meanwhile"})])
    environment.meanwhile = lambda request: next(acts, lambda: None)() if "$skiptoken" in request else None
    for _ in range(2):
        succeeded(environment.night(lake, connector, "account"))
        environment.pass_time(hours=1)
    assert current(lake, "account", "name")[ids[0]][3] == "meanwhile"


def test_a_table_without_change_tracking_is_read_by_its_stamp_and_whole_once_a_week(
    environment: Environment, lake: Lake
) -> None:
    environment.faults.tracked_off.add("account")
    gone, changed = environment.names(2)
    connector, seen = environment.connector(), []
    succeeded(environment.night(lake, connector, "account"))
    environment.records.delete("account", gone)
    environment.records.update("account", changed, {"name": "changed"})
    for days in (1, 6):
        environment.pass_time(days=days)
        succeeded(environment.night(lake, connector, "account"))
        seen.append({state[3]: state[0] for state in current(lake, "account", "name").values()})
    assert seen == [{"name 0": "upsert", "changed": "upsert"}, {"name 0": "delete", "changed": "upsert"}]


def test_a_choice_that_is_retired_keeps_its_label_in_the_log(environment: Environment, lake: Lake) -> None:
    row = {
        "objecttypecode": "lead",
        "attributename": "leadsourcecode",
        "attributevalue": 7,
        "value": "Fair",
        "langid": 1033,
    }
    label, _ = environment.records.insert_many("stringmap", [row, row | {"attributevalue": 8, "value": "Web"}])
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "stringmap"))
    environment.records.delete("stringmap", label)
    environment.pass_time(days=1)
    succeeded(environment.night(lake, connector, "stringmap"))
    assert current(lake, "stringmap", "value")[label] == ("delete", "purged", None, "Fair")


def test_choices_of_a_multi_select_column_are_kept_though_its_type_is_called_virtual(
    environment: Environment, lake: Lake
) -> None:
    environment.records.add_column("account", "new_interests", "integer[]")
    several, none = environment.records.insert_many("account", [{"new_interests": [3, 12]}, {"name": "none"}])
    succeeded(environment.night(lake, environment.connector(), "account"))
    seen = current(lake, "account", "new_interests")
    assert seen == {several: ("upsert", None, None, "3,12"), none: ("upsert", None, None, None)}


@pytest.mark.parametrize("key", ["new_projectid", "activityid"])
def test_a_custom_table_is_read_by_the_key_that_the_environment_names(
    environment: Environment, lake: Lake, key: str
) -> None:
    """The key of a custom activity is activityid, like that of every activity."""
    environment.records.add_table("new_project", {"new_name": "varchar", "new_budget": "decimal(23,10)"}, key)
    gone, kept = environment.records.insert_many(
        "new_project", [{"new_name": "gone"}, {"new_name": "kept", "new_budget": Decimal("0.5")}]
    )
    connector = environment.connector(extra_objects=["new_project"])
    succeeded(environment.night(lake, connector, "new_project"))
    environment.pass_time(hours=1)
    environment.records.delete("new_project", gone)
    succeeded(environment.night(lake, connector, "new_project"))
    assert current(lake, "new_project", "new_name", "new_budget") == {
        gone: ("delete", "purged", None, "gone", None),
        kept: ("upsert", None, None, "kept", Decimal("0.5")),
    }
    check = next(each for each in connector.check() if each.what == "new_project")
    assert check.passed, check.detail
