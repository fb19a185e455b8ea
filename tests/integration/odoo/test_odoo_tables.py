"""Odoo's tables in PostgreSQL, from the database to the lake."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.installations import START, Installation
from tests.integration.odoo.installation import add


def test_translated_and_company_dependent_values_land_as_the_text_of_their_json_and_money_is_exact(
    crm: Installation,
) -> None:
    add(crm, "product_template", 1, name={"de_DE": "Rad", "en_US": "Wheel"}, list_price=Decimal("1234567890.123456"))
    add(crm, "product_product", 2, product_tmpl_id=1, standard_price={"1": 3.5})
    crm.night("product_template", "product_product")
    (template,) = crm.latest("product_template", "_record_id, name, list_price, _source_modified_at")
    assert template == ("1", '{"de_DE": "Rad", "en_US": "Wheel"}', Decimal("1234567890.1234560000"), START)
    assert crm.latest("product_product", "product_tmpl_id, standard_price") == [(1, '{"1": 3.5}')]


def test_a_version_that_names_a_column_otherwise_fills_its_own_name(crm: Installation) -> None:
    crm.run("alter table crm_lead rename column expected_revenue to planned_revenue")
    crm.run("alter table crm_lead rename column lost_reason_id to lost_reason")
    add(crm, "crm_lead", 7, type="opportunity", planned_revenue=Decimal("10.50"), lost_reason=3)
    crm.night("crm_lead")
    names = "planned_revenue, expected_revenue, lost_reason, lost_reason_id"
    assert crm.latest("crm_lead", names) == [(Decimal("10.5000000000"), None, 3, None)]


def test_an_unlinked_partner_is_a_delete_and_an_archived_one_is_not(crm: Installation) -> None:
    for key in (1, 2, 3):
        add(crm, "res_partner", key, name=f"partner {key}", active=True)
    crm.night("res_partner")
    crm.run("delete from res_partner where id = 2")
    crm.pass_time(days=1)
    crm.run(f"update res_partner set active = false, write_date = '{crm.now - timedelta(hours=1)}' where id = 3")
    crm.night("res_partner")
    assert crm.latest("res_partner", "_record_id, _op, _delete_reason, active") == [
        ("1", "upsert", None, True), ("2", "delete", "purged", True), ("3", "upsert", None, False),
    ]  # fmt: skip


def test_a_partner_that_comes_back_from_a_restored_backup_lives_again(crm: Installation) -> None:
    for key in (1, 2, 3):
        add(crm, "res_partner", key, name="named")
    crm.night("res_partner")
    crm.run("delete from res_partner where id = 2")
    crm.pass_time(days=1)
    crm.night("res_partner")
    add(crm, "res_partner", 2, START - timedelta(days=30), name="named")
    crm.pass_time(days=1)
    crm.night("res_partner")
    assert crm.latest("res_partner")[1] == ("2", "upsert", None)


def test_what_a_merge_of_partners_moved_by_sql_is_found_though_no_date_moved(crm: Installation) -> None:
    """Foreign keys moved past every write_date (case 36)."""
    long_ago = START - timedelta(days=400)
    for key in (1, 2, 3):
        add(crm, "res_partner", key, long_ago, name=f"partner {key}", is_company=True, commercial_partner_id=key)
    add(crm, "res_partner", 4, long_ago, name="person", parent_id=1, commercial_partner_id=1)
    add(crm, "sale_order", 10, long_ago, partner_id=1, partner_invoice_id=1, partner_shipping_id=3)
    add(crm, "sale_order", 11, long_ago, partner_id=3)
    add(crm, "crm_lead", 20, long_ago, partner_id=1)
    add(crm, "mail_message", 30, long_ago, model="res.partner", res_id=1)
    add(crm, "calendar_event", 40, long_ago, name="visit")
    crm.run("insert into calendar_event_res_partner_rel values (40, 1), (40, 3), (40, 4)")
    tables = (
        "res_partner", "sale_order", "crm_lead", "mail_message", "calendar_event", "calendar_event_res_partner_rel",
    )  # fmt: skip
    crm.night(*tables)
    # what the wizard does with the loser 1 and the survivor 2
    for statement in (
        "update sale_order set partner_id = 2 where partner_id = 1",
        "update sale_order set partner_invoice_id = 2 where partner_invoice_id = 1",
        "update crm_lead set partner_id = 2 where partner_id = 1",
        "update res_partner set parent_id = 2, commercial_partner_id = 2 where parent_id = 1",
        "update mail_message set res_id = 2 where model = 'res.partner' and res_id = 1",
        "update calendar_event_res_partner_rel set res_partner_id = 2 where res_partner_id = 1",
        "delete from res_partner where id = 1",
    ):
        crm.run(statement)
    crm.pass_time(days=1)
    done = crm.night(*tables)
    assert crm.latest("sale_order", "_record_id, partner_id, partner_invoice_id") == [("10", 2, 2), ("11", 3, None)]
    assert crm.latest("crm_lead", "partner_id") == [(2,)]
    assert crm.latest("mail_message", "res_id") == [(2,)]
    assert crm.latest("res_partner", "_record_id, _op, parent_id") == [
        ("1", "delete", None), ("2", "upsert", None), ("3", "upsert", None), ("4", "upsert", 2),
    ]  # fmt: skip
    relation = [("40|1", "delete"), ("40|2", "upsert"), ("40|3", "upsert"), ("40|4", "upsert")]
    assert crm.latest("calendar_event_res_partner_rel", "_record_id, _op") == relation
    assert done["sale_order"].committed.rows_appended == 1


def test_tags_change_while_the_lead_does_not(crm: Installation) -> None:
    """A relation row changed, its parent not (case 34)."""
    add(crm, "crm_lead", 1, START - timedelta(days=9), name="deal")
    crm.run("insert into crm_tag_rel values (1, 5), (1, 6)")
    crm.night("crm_lead", "crm_tag_rel")
    crm.run("delete from crm_tag_rel where tag_id = 5")
    crm.run("insert into crm_tag_rel values (1, 7)")
    crm.pass_time(days=1)
    crm.night("crm_lead", "crm_tag_rel")
    assert crm.latest("crm_tag_rel") == [("1|5", "delete", "purged"), ("1|6", "upsert", None), ("1|7", "upsert", None)]


def test_a_change_whose_transaction_began_hours_before_it_was_seen_is_read(crm: Installation) -> None:
    for key in (1, 2):
        add(crm, "res_partner", key, START - timedelta(days=9), name="old")
    crm.night("res_partner")
    # an import began before the last night ended and was committed after it
    crm.run(f"update res_partner set name = 'new', write_date = '{START - timedelta(hours=5)}' where id = 1")
    crm.pass_time(days=1)
    assert crm.night("res_partner")["res_partner"].committed.rows_read == 1
    assert crm.latest("res_partner", "name") == [("new",), ("old",)]


def test_a_field_added_in_the_studio_comes_with_its_values(crm: Installation) -> None:
    add(crm, "crm_lead", 1, START - timedelta(days=9), name="deal")
    crm.night("crm_lead")
    crm.run("alter table crm_lead add column x_studio_region varchar")
    crm.run("update crm_lead set x_studio_region = 'north'")
    crm.pass_time(days=1)
    crm.night("crm_lead")
    assert crm.latest("crm_lead", "x_studio_region") == [("north",)]


def test_a_model_of_this_installation_is_read_by_its_name(crm: Installation) -> None:
    crm.run("create table x_projects (id int primary key, x_name varchar, write_date timestamp)")
    crm.run(f"insert into x_projects values (1, 'bridge', '{START}')")
    crm.added = {"extra_objects": ["x_projects"]}
    crm.night("x_projects")
    assert crm.latest("x_projects", "x_name, _source_modified_at") == [("bridge", START)]


def test_what_users_log_in_with_is_not_read(crm: Installation) -> None:
    add(crm, "res_users", 2, login="ann", password="$pbkdf2$planted", totp_secret="planted", partner_id=3)
    crm.night("res_users")
    assert crm.latest("res_users", "login") == [("ann",)]
    names = {name for (name,) in crm.rows("select column_name from duckdb_columns() where table_name = 'res_users'")}
    assert "login" in names and not names & {"password", "totp_secret"}


def test_the_password_is_in_no_error_no_text_and_no_ledger(crm: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hunter2+planted/&"
    monkeypatch.setenv("ODOO_PASSWORD", secret)
    done = crm.night("res_partner")
    connector = crm.connector(crm.config)
    said = [str(done["res_partner"].error), repr(connector), *(check.detail for check in connector.check())]
    said += [str(row) for row in crm.rows("select * from lake.ingest.failures")]
    assert "password authentication failed" in said[0]
    assert not [text for text in said if secret in text]


def test_a_table_whose_disappearance_is_not_believed_keeps_its_records(crm: Installation) -> None:
    for key in range(1, 5):
        add(crm, "res_partner", key, datetime(2024, 1, 1), name="named")
    crm.night("res_partner")
    crm.run("delete from res_partner where id > 1")
    crm.pass_time(days=1)
    assert "3 of 4 known records are gone" in str(crm.night("res_partner")["res_partner"].error)
    assert {op for _, op, _ in crm.latest("res_partner")} == {"upsert"}
