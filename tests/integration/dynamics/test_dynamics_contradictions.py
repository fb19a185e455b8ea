"""What an environment says against itself: stamps set back, pages without a record that is there, deletes undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from sources.dynamics.reader import TableReader
from sources.lake import Lake
from tests.integration.dynamics.environment import Environment, current, succeeded


@pytest.mark.parametrize("is_tracked", [True, False])
def test_a_change_whose_stamp_an_import_set_back_is_read_as_what_the_record_is_now(
    environment: Environment, lake: Lake, is_tracked: bool
) -> None:
    """Migrations and plug-ins write modifiedon: a delta, or a window, still shows the record as it is."""
    record, _ = environment.names(2)
    if not is_tracked:
        environment.faults.tracked_off.add("account")
    connector = environment.connector()
    environment.pass_time(hours=1)
    environment.records.update("account", record, {"name": "later"})
    environment.pass_time(minutes=6)
    succeeded(environment.night(lake, connector, "account"))
    # within what a window without change tracking reads again, and years ago
    stamp = environment.now - timedelta(minutes=8) if not is_tracked else datetime(2019, 1, 1)
    moved = {"modifiedon": stamp, "versionnumber": environment.simulator.state.next_version()}
    environment.records.update("account", record, {"name": "imported"} | moved, touch=False)
    environment.pass_time(minutes=6)
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account", "name", "modifiedon")[record] == ("upsert", None, None, "imported", stamp)


def test_a_record_that_the_pages_of_a_whole_read_lack_is_read_by_its_id(environment: Environment, lake: Lake) -> None:
    """A tracked read takes no $orderby: without a unique order a page may skip a record."""
    ids, connector = environment.names(6), environment.connector()
    tracked: list[Any] = []

    def without_last(request: str, document: Any) -> Any:
        if "/accounts?" in request and "@odata.deltaLink" in document:
            tracked.append(document["value"].pop())
        return document

    environment.rewrite(without_last)
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(days=8)
    succeeded(environment.night(lake, connector, "account"))
    assert len(tracked) == 2
    log = lake.connection.execute("select _record_id, _op from lake.dynamics.account order by all").fetchall()
    assert log == [(record, "upsert") for record in sorted(ids)]


def test_a_record_that_the_list_of_ids_lacks_is_asked_for_before_it_counts_as_gone(
    environment: Environment, lake: Lake
) -> None:
    ids, connector = environment.names(6), environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(days=8)

    def without_last(request: str, document: Any) -> Any:
        if "$select=accountid&" in request:
            document["value"].pop()
        return document

    environment.rewrite(without_last)
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account") == dict.fromkeys(ids, ("upsert", None, None))


@pytest.mark.parametrize("days", [1, 8])
def test_fewer_records_than_an_untracked_read_counts_are_neither_kept_nor_missed(
    environment: Environment, lake: Lake, days: int
) -> None:
    """A window would lose those it lacks, a whole read delete them."""
    environment.faults.tracked_off.add("account")
    ids, connector = environment.names(6), environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(hours=1)
    changed = ids[-1]
    environment.records.update("account", changed, {"name": "changed"})
    environment.pass_time(days=days)
    short = [True]

    def without_one(request: str, document: Any) -> Any:
        if "/accounts?" in request and short:
            document["value"] = [each for each in document["value"] if each["accountid"] != changed]
        return document

    environment.rewrite(without_one)
    (result,) = environment.night(lake, connector, "account")
    assert "records came where the environment counts" in str(result.error)
    short.clear()
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account", "name")[changed] == ("upsert", None, None, "changed")


def test_a_record_imported_with_an_old_stamp_while_pages_come_is_read(environment: Environment, lake: Lake) -> None:
    """The link may count from the last page, so that no delta ever names it."""
    environment.faults.page_rows, environment.faults.late_token = 2, True
    environment.names(6)
    imported: list[str] = []

    def meanwhile(request: str) -> None:
        if "$skiptoken" in request and not imported:
            old = {"name": "imported", "modifiedon": datetime(2020, 1, 1)}
            imported.append(environment.records.insert("account", old))

    environment.meanwhile = meanwhile
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    assert current(lake, "account", "name")[imported[0]][3] == "imported"


def test_more_records_than_a_whole_read_can_have_missed_are_an_error_and_no_delete(
    environment: Environment, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are counted where they are: there may be millions."""
    environment.names(1_100)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(days=8)

    def nothing(request: str, document: Any) -> Any:
        return document | ({"value": []} if "@odata.deltaLink" in document else {})

    environment.rewrite(nothing)
    monkeypatch.delattr(TableReader, "_texts")
    environment.records.update("account", next(iter(current(lake, "account"))), {"name": "later"})
    (result,) = environment.night(lake, connector, "account")
    assert "1,099 records came or were listed, and not both" in str(result.error)
    assert {state[0] for state in current(lake, "account").values()} == {"upsert"}


@pytest.mark.parametrize("lives", [True, False])
def test_a_record_that_a_delta_names_as_changed_and_as_deleted_is_asked_for_by_its_id(
    environment: Environment, lake: Lake, lives: bool
) -> None:
    """It was deleted after its page came, or it was deleted before and is there again."""
    record, _ = environment.names(2)
    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(hours=1)
    environment.records.update("account", record, {"name": "changed"})

    def with_delete(request: str, document: Any) -> Any:
        if "$deltatoken" in request:
            if not lives:
                environment.records.delete("account", record)
            context = f"{environment.simulator.url}/api/data/v9.2/$metadata#accounts/$deletedEntity"
            document["value"].append({"@odata.context": context, "id": record, "reason": "deleted"})
        return document

    environment.rewrite(with_delete)
    succeeded(environment.night(lake, connector, "account"))
    state = ("upsert", None) if lives else ("delete", "purged")
    assert current(lake, "account", "name")[record] == (*state, None, "changed")


def test_a_delta_that_contradicts_itself_about_too_many_records_is_followed_by_a_whole_read(
    environment: Environment, lake: Lake
) -> None:
    """A bulk import after a bulk delete of the same ids: asking for each takes longer than reading the table."""
    connector = environment.connector()
    gone, kept = environment.names(2)
    succeeded(environment.night(lake, connector, "account"))
    environment.pass_time(hours=1)
    environment.records.delete("account", gone)
    ids = environment.names(1_001)
    context = f"{environment.simulator.url}/api/data/v9.2/$metadata#accounts/$deletedEntity"
    deletes = [{"@odata.context": context, "id": each, "reason": "deleted"} for each in ids]

    def with_deletes(request: str, document: Any) -> Any:
        return document | ({"value": document["value"] + deletes} if "$deltatoken" in request else {})

    environment.rewrite(with_deletes)
    asked = environment.requests_of(lambda: succeeded(environment.night(lake, connector, "account")))
    assert not [each for each in asked if "accountid eq" in each]
    living = dict.fromkeys((kept, *ids), ("upsert", None, None))
    assert current(lake, "account") == {gone: ("delete", "purged", None)} | living


def test_an_id_is_the_same_in_whichever_case_it_is_spelled(environment: Environment, lake: Lake) -> None:
    gone, kept = environment.names(2)
    contact = environment.records.insert(
        "contact", {"lastname": "Low", "parentcustomerid": kept, "parentcustomerid_type": "account"}
    )
    ids = ("accountid", "contactid", "_parentcustomerid_value", "id")

    def shouted(request: str, document: Any) -> Any:
        for each in document.get("value", ()):
            each |= {name: each[name].upper() for name in ids if each.get(name)}
        return document

    connector = environment.connector()
    succeeded(environment.night(lake, connector, "account", "contact"))
    environment.rewrite(shouted)
    environment.pass_time(hours=1)
    environment.records.delete("account", gone)
    for record in (("account", kept), ("contact", contact)):
        environment.records.update(*record, {"telephone1": "1"})
    for days in (1, 8):
        environment.pass_time(days=days)
        succeeded(environment.night(lake, connector, "account", "contact"))
    assert current(lake, "account") == {gone: ("delete", "purged", None), kept: ("upsert", None, None)}
    assert current(lake, "contact", "contactid", "_parentcustomerid_value") == {
        contact: ("upsert", None, None, contact, kept)
    }
