"""Branches keep customers that Salesforce would keep: the same company, shown by more systems."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from sources.simulators.company.branches import TYPES
from sources.simulators.world import World
from tests.unit.simulators.world_files import truth

SIZE, SEED = 600, 11


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company that keeps all in Salesforce, on its second day."""
    world = World.create(tmp_path_factory.mktemp("whole") / "world", SIZE, SEED)
    world.advance(1)
    return world.home


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same company with branches, on its second day."""
    world = World.create(tmp_path_factory.mktemp("divided") / "world", SIZE, SEED, branches=TYPES)
    world.advance(1)
    return world.home


def _rows(home: Path, file: str, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _people(home: Path, instance: str) -> dict[str, str]:
    """Return record id → customer of the living contacts and leads of a system, and of its accounts."""
    return {
        row["source_record_id"]: row["truth_customer_id"]
        for row in truth(home, "record_map")
        if row["source_instance"] == instance and not row["is_deleted"]
    }


def test_every_branch_keeps_persons_and_firms_and_salesforce_keeps_the_others(whole: Path, divided: Path) -> None:
    everybody = set(_people(whole, "salesforce").values())
    kept = {kind: set(_people(divided, kind).values()) for kind in ("salesforce", *TYPES)}
    assert all(len(kept[kind]) >= 5 for kind in TYPES)
    assert set().union(*kept.values()) == everybody
    assert sum(map(len, kept.values())) == len(everybody), "a customer is kept in two of them"


def test_what_was_bought_does_not_depend_on_where_it_is_kept(whole: Path, divided: Path) -> None:
    bought = [
        sorted((row["truth_customer_id"], row["order_date"], row["order_amount"]) for row in truth(home, "orders"))
        for home in (whole, divided)
    ]
    assert bought[0] == bought[1]


def test_salesforce_shows_nothing_of_a_branch_and_refers_to_nothing_that_it_lacks(whole: Path, divided: Path) -> None:
    ids = {
        home: {row[0] for row in _rows(home, "salesforce.duckdb", 'select Id from "Order"')}
        for home in (whole, divided)
    }
    told = {row["source_record_id"] for row in truth(divided, "orders") if row["source_instance"] == "salesforce"}
    assert ids[divided] == told < ids[whole]
    lost = 'select count(*) from "{0}" where {1} is not null and {1} not in (select Id from "{2}")'
    for table, column, target in (("Contact", "AccountId", "Account"), ("Order", "AccountId", "Account")):
        assert _rows(divided, "salesforce.duckdb", lost.format(table, column, target)) == [(0,)]


def test_hubspot_bills_the_contracts_that_the_legacy_crm_would_keep(whole: Path, divided: Path) -> None:
    def contracts(home: Path) -> list[tuple[object, ...]]:
        return sorted(
            (row["truth_customer_id"], row["start_date"], row["monthly_amount"]) for row in truth(home, "subscriptions")
        )

    assert contracts(divided) == contracts(whole)
    billed = _rows(
        divided, "hubspot.duckdb",
        "select s._id, s.hs_recurring_billing_start_date, cast(l.amount as decimal(18, 2)) from subscriptions as s"
        " inner join _associations as a on a.from_type = 'subscriptions' and a.from_id = s._id"
        " and a.to_type = 'line_items' inner join line_items as l on a.to_id = l._id order by all",
    )  # fmt: skip
    assert billed == sorted(
        (row["source_record_id"], str(row["start_date"]), row["monthly_amount"])
        for row in truth(divided, "subscriptions")
        if row["source_instance"] == "hubspot"
    )
    with closing(sqlite3.connect(divided / "legacy_crm.sqlite")) as connection:
        kept = {row[0] for row in connection.execute("select contract_no from contracts")}
    told = truth(divided, "subscriptions")
    assert kept == {row["source_record_id"] for row in told if row["source_instance"] == "legacy_crm"}
    assert billed and len(kept) + len(billed) == len(told)


def test_dynamics_shows_the_orders_and_persons_that_the_truth_says_are_there(divided: Path) -> None:
    orders = {row["source_record_id"]: row for row in truth(divided, "orders") if row["source_instance"] == "dynamics"}
    shown = dict(_rows(divided, "dynamics.duckdb", "select salesorderid, totalamount from salesorder"))
    assert shown == {key: row["order_amount"] for key, row in orders.items()}
    persons = _people(divided, "dynamics")
    found = {
        row[0] for row in _rows(divided, "dynamics.duckdb", "from (select contactid from contact where not merged)")
    }
    assert len(found) > 5 and found <= set(persons)


def test_vtiger_shows_the_orders_and_persons_that_the_truth_says_are_there(divided: Path) -> None:
    orders = {row["source_record_id"]: row for row in truth(divided, "orders") if row["source_instance"] == "vtiger"}
    with closing(sqlite3.connect(divided / "vtiger.sqlite")) as database:
        worth = "(select sum(quantity * listprice - discount_amount) from vtiger_inventoryproductrel where id = o.id)"
        shown = database.execute(
            f"select id, total, {worth} from (select salesorderid as id, total from vtiger_salesorder) as o"
        ).fetchall()
        people = database.execute(
            "select contactid from vtiger_contactdetails join vtiger_crmentity on crmid = contactid where deleted = 0"
        ).fetchall()
        orphans = database.execute(
            "select count(*) from vtiger_account where accountid not in (select crmid from vtiger_crmentity)"
        ).fetchall()
    amounts = {key: float(row["order_amount"]) for key, row in orders.items()}
    assert {str(key): total for key, total, _ in shown} == amounts
    assert {str(key): round(lines, 2) for key, _, lines in shown} == amounts
    assert len(people) > 5 and {str(key) for (key,) in people} <= set(_people(divided, "vtiger"))
    assert orphans == [(0,)]


def test_suitecrm_shows_the_orders_and_persons_that_the_truth_says_are_there(divided: Path) -> None:
    orders = {row["source_record_id"]: row for row in truth(divided, "orders") if row["source_instance"] == "suitecrm"}
    with closing(sqlite3.connect(divided / "suitecrm.sqlite")) as database:
        shown = database.execute("select id, cast(total_amount as text) from aos_invoices").fetchall()
        persons = database.execute("select id from contacts where deleted = 0").fetchall()
    assert {key: Decimal(amount) for key, amount in shown} == {key: row["order_amount"] for key, row in orders.items()}
    assert len(persons) > 5 and {key for (key,) in persons} <= set(_people(divided, "suitecrm"))


def test_what_changes_in_dynamics_comes_after_every_version_handed_out_before(tmp_path: Path) -> None:
    world = World.create(tmp_path / "world", SIZE, SEED, branches=("dynamics",))
    last = "select contactid, versionnumber from contact"
    before = dict(_rows(world.home, "dynamics.duckdb", last))
    world.advance(3)
    after = dict(_rows(world.home, "dynamics.duckdb", last))
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed
    assert min(after[key] for key in changed) > max(before.values())


def test_odoo_shows_the_orders_and_persons_that_the_truth_says_are_there(divided: Path) -> None:
    orders = {row["source_record_id"]: row for row in truth(divided, "orders") if row["source_instance"] == "odoo"}
    with closing(sqlite3.connect(divided / "odoo.sqlite")) as database:
        shown = database.execute("select id, cast(amount_untaxed as text), state from sale_order").fetchall()
        persons = database.execute("select id from res_partner where not is_company and partner_share").fetchall()
    assert {str(key): Decimal(amount) for key, amount, _ in shown} == {
        key: row["order_amount"] for key, row in orders.items()
    }
    assert {str(key) for key, _, state in shown if state == "cancel"} == {
        key for key, row in orders.items() if row["order_status"] in ("cancelled", "returned")
    }
    assert len(persons) > 5 and {str(key) for (key,) in persons} <= set(_people(divided, "odoo"))
