"""vtiger in MariaDB, from its tables to the lake."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.installations import Installation
from tests.integration.vtiger.conftest import account, lines, record, save


def appended(crm: Installation, table: str) -> int:
    """Read one table; return the rows appended to its log."""
    done = crm.night(table)[table]
    assert done.error is None and done.committed, done.error
    return done.committed.rows_appended + done.committed.rows_deleted


def test_a_record_lands_with_the_dates_the_owner_and_the_flag_of_its_entity(crm: Installation) -> None:
    account(crm, 1, "Müller &amp; Söhne")
    account(crm, 2, "in the bin", deleted=1)
    assert appended(crm, "vtiger_account") == 3
    columns = "_record_id, _op, _delete_reason, accountname, createdtime, modifiedtime, smownerid"
    assert crm.latest("vtiger_account", columns) == [
        ("1", "upsert", None, "Müller &amp; Söhne", datetime(2024, 1, 2, 3, 4, 5), datetime(2024, 3, 1, 10), 7),
        ("2", "delete", "soft", "in the bin", datetime(2024, 1, 2, 3, 4, 5), datetime(2024, 3, 1, 10), 7),
    ]


def test_a_table_is_described_with_what_it_is_read_with_and_without_what_is_never_read(crm: Installation) -> None:
    connector = crm.connector(crm.config)
    objects = {obj.name: obj for obj in connector.objects()}
    columns = {
        table: {column.name: column.type for column in connector.describe(objects[table])}
        for table in ("vtiger_account", "vtiger_inventoryproductrel", "vtiger_users", "vtiger_pricebook")
    }
    connector.close()
    borrowed = {"modifiedtime": "TIMESTAMP", "createdtime": "TIMESTAMP", "deleted": "BIGINT", "smownerid": "BIGINT"}
    assert borrowed.items() <= columns["vtiger_account"].items()
    assert columns["vtiger_inventoryproductrel"]["setype"] == "VARCHAR"
    assert "lineitem_id" not in columns["vtiger_inventoryproductrel"]
    assert "user_name" in columns["vtiger_users"] and "accesskey" not in columns["vtiger_users"]
    assert columns["vtiger_pricebook"] == {}


def test_a_night_reads_the_records_that_were_saved_since_the_last_with_all_their_tables(crm: Installation) -> None:
    for key in (1, 2):
        account(crm, key, "firm")
        crm.run(f"insert into vtiger_accountbillads (accountaddressid, bill_city) values ({key}, 'Bern')")
        crm.run(f"insert into vtiger_accountscf values ({key}, 'gold')")
    crm.night("vtiger_account", "vtiger_accountbillads", "vtiger_accountscf")
    crm.pass_time(days=1)
    crm.run("update vtiger_accountbillads set bill_city = 'Basel' where accountaddressid = 2")
    crm.run("update vtiger_accountscf set cf_701 = 'tin' where accountid = 2")
    save(crm, 2)
    crm.pass_time(hours=1)
    done = crm.night("vtiger_account", "vtiger_accountbillads", "vtiger_accountscf")
    assert [each.committed.rows_read for each in done.values() if each.committed] == [1, 1, 1]
    assert crm.latest("vtiger_accountbillads", "_record_id, bill_city") == [("1", "Bern"), ("2", "Basel")]
    assert crm.latest("vtiger_accountscf", "_record_id, cf_701") == [("1", "gold"), ("2", "tin")]


def test_a_deleted_record_lives_again_when_it_is_restored_even_without_a_date(crm: Installation) -> None:
    for key in (1, 2, 3):
        account(crm, key, "firm")
    crm.night("vtiger_account")
    crm.pass_time(days=1)
    save(crm, 1, deleted=1)
    crm.pass_time(hours=1)
    crm.night("vtiger_account")
    assert crm.latest("vtiger_account")[0] == ("1", "delete", "soft")
    crm.pass_time(days=1)
    crm.run("update vtiger_crmentity set deleted = 0 where crmid = 1")
    crm.night("vtiger_account")
    assert crm.latest("vtiger_account")[0] == ("1", "upsert", None)


def test_emptying_the_bin_leaves_orphans_that_are_no_records(crm: Installation) -> None:
    """The entity's row is purged, that of the module lingers."""
    for key in (1, 2, 3, 4):
        account(crm, key, "firm", deleted=int(key == 1))
    crm.run("insert into vtiger_account (accountid, accountname) values (9, 'purged long ago')")
    crm.night("vtiger_crmentity", "vtiger_account")
    crm.run("delete from vtiger_crmentity where crmid in (1, 2)")
    crm.pass_time(days=1)
    crm.night("vtiger_crmentity", "vtiger_account")
    gone = [("1", "delete", "soft"), ("2", "delete", "purged"), ("3", "upsert", None), ("4", "upsert", None)]
    assert crm.latest("vtiger_account") == crm.latest("vtiger_crmentity") == gone
    assert appended(crm, "vtiger_account") == 0


def test_a_relation_is_read_although_neither_of_its_records_was_saved(crm: Installation) -> None:
    """A relation row changes, its records do not (case 34)."""
    crm.run("insert into vtiger_campaigncontrel values (5, 1, 1), (5, 2, 1), (5, 3, 1)")
    assert appended(crm, "vtiger_campaigncontrel") == 3
    crm.pass_time(days=1)
    crm.run("update vtiger_campaigncontrel set campaignrelstatusid = 2 where contactid = 1")
    crm.run("delete from vtiger_campaigncontrel where contactid = 3")
    assert appended(crm, "vtiger_campaigncontrel") == 2
    assert crm.latest("vtiger_campaigncontrel", "_record_id, _op, campaignrelstatusid") == [
        ("5|1", "upsert", 2), ("5|2", "upsert", 1), ("5|3", "delete", 1),
    ]  # fmt: skip


def test_lines_that_are_deleted_and_inserted_again_on_each_save_append_only_what_changed(crm: Installation) -> None:
    """Every save gives every line of the document another lineitem_id (case 35)."""
    record(crm, "SalesOrder", 20)
    record(crm, "Quotes", 30)
    lines(crm, 20, 1, 2, 3)
    lines(crm, 30, 9)
    assert appended(crm, "vtiger_inventoryproductrel") == 4
    crm.pass_time(days=1)
    save(crm, 20)
    lines(crm, 20, 1, 2, 3)
    assert appended(crm, "vtiger_inventoryproductrel") == 0
    lines(crm, 20, 1, 5)
    assert appended(crm, "vtiger_inventoryproductrel") == 2
    assert crm.latest("vtiger_inventoryproductrel", "_record_id, _op, setype, quantity::int") == [
        ("20|1", "upsert", "SalesOrder", 1), ("20|2", "upsert", "SalesOrder", 5), ("20|3", "delete", "SalesOrder", 3),
        ("30|1", "upsert", "Quotes", 9),
    ]  # fmt: skip


def test_the_lines_of_a_deleted_document_are_deleted_and_live_again_with_it(crm: Installation) -> None:
    record(crm, "SalesOrder", 20)
    lines(crm, 20, 1)
    crm.night("vtiger_inventoryproductrel")
    save(crm, 20, deleted=1)
    crm.night("vtiger_inventoryproductrel")
    assert crm.latest("vtiger_inventoryproductrel") == [("20|1", "delete", "soft")]
    save(crm, 20, deleted=0)
    crm.night("vtiger_inventoryproductrel")
    assert crm.latest("vtiger_inventoryproductrel") == [("20|1", "upsert", None)]


def test_dates_that_are_none_are_set_aside_and_their_records_kept(crm: Installation) -> None:
    """Zero and partial dates of MySQL (case 33)."""
    record(crm, "Contacts", 1, modified="0000-00-00 00:00:00")
    crm.run("insert into vtiger_contactsubdetails (contactsubscriptionid, birthday) values (1, '1980-11-00')")
    record(crm, "Contacts", 2)
    crm.run("insert into vtiger_contactsubdetails (contactsubscriptionid, birthday) values (2, '1980-11-05')")
    crm.night("vtiger_contactsubdetails")
    assert crm.latest("vtiger_contactsubdetails", "_record_id, birthday, modifiedtime") == [
        ("1", None, None), ("2", date(1980, 11, 5), datetime(2024, 3, 1, 10)),
    ]  # fmt: skip
    refused = crm.rows("select _record_id, field, raw_value from lake.ingest.rejected_rows order by all")
    assert refused == [("1", "birthday", "1980-11-00"), ("1", "modifiedtime", "0000-00-00 00:00:00")]


def test_times_are_in_the_zone_that_the_installation_is_configured_with(crm: Installation) -> None:
    crm.added = {"time_zone": "Europe/Berlin"}
    account(crm, 1, "firm", modified="2024-03-04 01:30:00")
    crm.night("vtiger_account")
    assert crm.latest("vtiger_account", "_source_modified_at") == [(datetime(2024, 3, 4, 0, 30),)]


def test_what_the_tracker_wrote_comes_with_its_date(crm: Installation) -> None:
    crm.run("insert into vtiger_modtracker_basic values (1, 5, 'Accounts', 7, '2024-03-01 10:00:00', 0)")
    crm.run("insert into vtiger_modtracker_detail values (1, 'industry', 'Mills', 'Ships')")
    crm.night("vtiger_modtracker_detail")
    assert crm.latest("vtiger_modtracker_detail", "_record_id, prevalue, postvalue, changedon") == [
        ("1|industry", "Mills", "Ships", datetime(2024, 3, 1, 10))
    ]


def test_a_module_that_only_this_installation_has_is_read_by_its_name(crm: Installation) -> None:
    crm.added = {"extra_objects": ["vtiger_vendor", "vtiger_vendorcf"]}
    record(crm, "Vendors", 8, deleted=1)
    crm.run("insert into vtiger_vendor values (8, 'Timber Ltd')")
    crm.run("insert into vtiger_vendorcf values (8, 'oak')")
    crm.night("vtiger_vendor", "vtiger_vendorcf")
    assert crm.latest("vtiger_vendor", "_record_id, _delete_reason, vendorname") == [("8", "soft", "Timber Ltd")]
    assert crm.latest("vtiger_vendorcf", "_record_id, cf_702") == [("8", "oak")]


def test_without_the_table_of_entities_nothing_is_read_and_nothing_lives_again(crm: Installation) -> None:
    account(crm, 1, "firm", deleted=1)
    crm.night("vtiger_account")
    crm.run("rename table vtiger_crmentity to hidden")
    done = crm.night("vtiger_crmentity", "vtiger_account")
    assert "no such table" in str(done["vtiger_crmentity"].error)
    assert "dated by vtiger_crmentity, which has no column 'crmid'" in str(done["vtiger_account"].error)
    assert crm.latest("vtiger_account") == [("1", "delete", "soft")]


def test_what_users_log_in_with_never_lands(crm: Installation) -> None:
    crm.run(
        "insert into vtiger_users (id, user_name, user_password, user_hash, accesskey, deleted)"
        " values (7, 'ann', 'planted-password', 'planted-hash', 'planted-key', 0)"
    )
    crm.night("vtiger_users")
    assert crm.latest("vtiger_users", "user_name") == [("ann",)]
    assert "planted" not in str(crm.rows("select * from lake.vtiger.vtiger_users"))
    names = {name for (name, *_) in crm.rows("describe lake.vtiger.vtiger_users")}
    assert not names & {"user_password", "user_hash", "accesskey"}


def test_the_password_is_in_no_error_no_text_and_no_ledger(crm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hunter2-planted"
    monkeypatch.setenv("VTIGER_PASSWORD", secret)
    done = crm.night("vtiger_account")
    connector = crm.connector(crm.config)
    said = [str(done["vtiger_account"].error), repr(connector), *(check.detail for check in connector.check())]
    said += [str(row) for row in crm.rows("select * from lake.ingest.failures")]
    assert "Access denied" in said[0]
    assert not [text for text in said if secret in text]
