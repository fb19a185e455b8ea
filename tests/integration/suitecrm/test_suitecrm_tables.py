"""The tables of SuiteCRM beside accounts: relations, tables without dates, audits, amounts, custom modules."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from sources.errors import ConfigError
from tests.installations import Installation
from tests.integration.suitecrm.schema import TABLES


def add(crm: Installation, table: str, **row: object) -> None:
    """Insert a row; the table is made when it is not there."""
    crm.run(TABLES[table].replace("create table", "create table if not exists"))
    values = ", ".join("null" if each is None else f"'{each}'" for each in row.values())
    crm.run(f"insert into {table} ({', '.join(row)}) values ({values})")


def read(crm: Installation, *tables: str) -> list[int]:
    """Read tables; return the rows read of each."""
    done = crm.night(*tables)
    assert not [result.error for result in done.values() if result.error]
    return [result.committed.rows_read for table in tables if (result := done[table]).committed]


def test_a_relation_that_changes_is_read_though_the_records_it_links_are_not(crm: Installation) -> None:
    """A relation row changes without its parents (case 34)."""
    add(crm, "contacts", id="ann", last_name="Ann", date_modified="2024-03-01")
    add(crm, "accounts_contacts", id="r1", contact_id="ann", account_id="mill", date_modified="2024-03-01")
    assert read(crm, "contacts", "accounts_contacts") == [1, 1]
    crm.pass_time(days=1)
    crm.run("update accounts_contacts set deleted = 1, date_modified = '2024-03-04 12:00:00' where id = 'r1'")
    add(crm, "accounts_contacts", id="r2", contact_id="ann", account_id="bank", date_modified="2024-03-04 12:00:00")
    assert read(crm, "contacts", "accounts_contacts") == [0, 2]
    assert crm.latest("accounts_contacts", "_record_id, account_id, _op, _delete_reason") == [
        ("r1", "mill", "delete", "soft"), ("r2", "bank", "upsert", None),
    ]  # fmt: skip


def test_the_addresses_of_emails_have_no_date_and_are_read_whole(crm: Installation) -> None:
    for key in "abcd":
        add(crm, "emails_email_addr_rel", id=key, email_id="mail", address_type="to", email_address_id=key)
    assert read(crm, "emails_email_addr_rel") == [4]
    crm.pass_time(days=1)
    crm.run("update emails_email_addr_rel set deleted = 1 where id = 'a'")
    crm.run("update emails_email_addr_rel set address_type = 'cc' where id = 'b'")
    crm.run("delete from emails_email_addr_rel where id = 'c'")
    assert read(crm, "emails_email_addr_rel") == [3]
    assert crm.latest("emails_email_addr_rel", "_record_id, address_type, _op, _delete_reason") == [
        ("a", "to", "delete", "soft"), ("b", "cc", "upsert", None), ("c", "to", "delete", "purged"),
        ("d", "to", "upsert", None),
    ]  # fmt: skip


def test_the_text_of_an_email_comes_with_the_email_that_dates_it(crm: Installation) -> None:
    for key in "ab":
        add(crm, "emails", id=key, name="hello", date_modified="2024-03-01")
        add(crm, "emails_text", email_id=key, description="draft")
    assert read(crm, "emails_text") == [2]
    crm.pass_time(days=1)
    crm.run("update emails_text set description = 'sent' where email_id = 'a'")
    crm.run("update emails set date_modified = '2024-03-04 12:00:00' where id = 'a'")
    assert read(crm, "emails_text") == [1]
    assert crm.latest("emails_text", "_record_id, description") == [("a", "sent"), ("b", "draft")]


def test_pruning_takes_away_what_was_deleted_and_adds_no_second_delete(crm: Installation) -> None:
    for key in "abc":
        add(crm, "contacts", id=key, last_name=key, date_modified="2024-03-01", deleted=int(key == "a"))
    assert read(crm, "contacts") == [3]
    crm.run("delete from contacts where deleted = 1")
    crm.pass_time(days=1)
    assert read(crm, "contacts") == [0]
    assert crm.latest("contacts") == [("a", "delete", "soft"), ("b", "upsert", None), ("c", "upsert", None)]
    assert crm.rows("select count(*) from lake.suitecrm.contacts where _record_id = 'a'") == [(1,)]


def test_amounts_land_exactly_whether_the_column_is_a_double_a_decimal_or_a_text(crm: Installation) -> None:
    add(crm, "opportunities", id="a", amount="1234567.89", probability=35, date_closed="2024-05-06",
        date_modified="2024-03-01")  # fmt: skip
    add(crm, "aos_products_quotes", id="a", product_qty="2.5", product_unit_price="19.990001",
        date_modified="2024-03-01")  # fmt: skip
    add(crm, "leads", id="a", opportunity_amount="about 1.000", date_modified="2024-03-01")
    read(crm, "opportunities", "aos_products_quotes", "leads")
    assert crm.latest("opportunities", "amount, probability, date_closed") == [
        (Decimal("1234567.89"), Decimal(35), date(2024, 5, 6))
    ]
    assert crm.latest("aos_products_quotes", "product_qty, product_unit_price") == [
        (Decimal("2.5"), Decimal("19.990001"))
    ]
    assert crm.latest("leads", "opportunity_amount") == [("about 1.000",)]


def test_an_audit_grows_by_its_own_date(crm: Installation) -> None:
    told = {"parent_id": "deal", "field_name": "sales_stage", "before_value_string": "Prospecting"}
    add(crm, "opportunities_audit", id="1", date_created="2024-03-01", after_value_string="Qualification", **told)
    assert read(crm, "opportunities_audit") == [1]
    crm.pass_time(days=1)
    add(crm, "opportunities_audit", id="2", date_created="2024-03-04 12:00:00", after_value_string="Won", **told)
    assert read(crm, "opportunities_audit") == [1]
    assert crm.latest("opportunities_audit", "_record_id, _source_modified_at") == [
        ("1", datetime(2024, 3, 1)), ("2", datetime(2024, 3, 4, 12)),
    ]  # fmt: skip


def test_a_custom_module_is_read_with_its_custom_fields_and_its_audit(crm: Installation) -> None:
    crm.run("create table acme_ships (id char(36) primary key, name text, date_modified datetime, deleted tinyint(1))")
    crm.run("create table acme_ships_cstm (id_c char(36) primary key, tons_c int)")
    crm.run("create table acme_ships_audit (id char(36) primary key, parent_id char(36), date_created datetime)")
    crm.run("insert into acme_ships values ('a', 'Ark', '2024-03-01', 0), ('b', 'Bounty', '2024-03-01', 1)")
    crm.run("insert into acme_ships_cstm values ('a', 7)")
    crm.run("insert into acme_ships_audit values ('x', 'a', '2024-03-01')")
    names = ["acme_ships", "acme_ships_cstm", "acme_ships_audit"]
    crm.added = {"extra_objects": names}
    assert read(crm, *names) == [2, 1, 1]
    assert crm.latest("acme_ships") == [("a", "upsert", None), ("b", "delete", "soft")]
    assert crm.latest("acme_ships_cstm", "tons_c, date_modified") == [(7, datetime(2024, 3, 1))]


def test_the_base_currency_must_be_an_iso_code(crm: Installation) -> None:
    crm.added = {"currency": "Euro"}
    with pytest.raises(ConfigError, match="'Euro' is no currency; give its ISO code, such as EUR"):
        crm.connector(crm.config)


def test_what_the_users_of_the_application_log_in_with_is_not_read(crm: Installation) -> None:
    crm.run("create table users (id char(36) primary key, user_name text, user_hash text, deleted int)")
    crm.run("insert into users values ('1', 'ann', '$2y$10$secret', 0)")
    read(crm, "users")
    assert crm.latest("users", "user_name") == [("ann",)]
    columns = crm.rows("select column_name from information_schema.columns where table_name = 'users'")
    assert ("user_name",) in columns and ("user_hash",) not in columns
