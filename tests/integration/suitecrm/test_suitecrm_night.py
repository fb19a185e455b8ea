"""From the database to the customers and facts of the warehouse: what the staging models make of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sources.lake import Lake
from tests.installations import Installation, sqlite_database
from tests.integration.dbt.small_lake import SmallLake
from tests.integration.suitecrm.schema import TABLES

AS_OF = "2024-03-04"
THEN = "2024-01-05 08:00:00"


def _company(add: Callable[..., None]) -> None:
    """A firm and its employee, their addresses, who sells to them; base currency francs, euros beside it."""
    add("users", id="ann", user_name="ann", first_name="Ann", last_name="Owner", status="Active")
    add("users", id="admin", user_name="admin", first_name="", last_name="", status="Inactive")
    owned = {"assigned_user_id": "ann"}
    add("accounts", id="mill", name="Mill &amp; S&#039;ons AG", industry="", phone_office="+41 44 668 18 00", **owned)
    add("accounts", id="bank", name="Bank AG", **owned)
    add("contacts", id="eve", first_name="Eve", last_name="Miller", lawful_basis="^contract^,^consent^", **owned)
    add("contacts", id="bob", first_name="Bob", last_name="Baker", lawful_basis="^withdrawn^", **owned)
    # of several firms the one she was linked to last, whichever row was made first
    add("accounts_contacts", id="1", contact_id="eve", account_id="mill", date_modified="2024-02-02 00:00:00")
    add("accounts_contacts", id="2", contact_id="eve", account_id="bank", date_modified="2024-02-01 00:00:00")
    add("accounts_contacts", id="3", contact_id="eve", account_id="bank", date_modified="2024-02-03", deleted=1)
    add("email_addresses", id="e1", email_address="eve@mill.example", confirm_opt_in="confirmed-opt-in",
        confirm_opt_in_date="2024-02-01")  # fmt: skip
    add("email_addresses", id="e2", email_address="eve@home.example", opt_out=1)
    add("email_addresses", id="e3", email_address="bob@bank.example", opt_out=1)
    add("email_addr_bean_rel", id="u1", email_address_id="e2", bean_id="eve", bean_module="Contacts")
    add("email_addr_bean_rel", id="u2", email_address_id="e1", bean_id="eve", bean_module="Contacts", primary_address=1)
    add("email_addr_bean_rel", id="u3", email_address_id="e3", bean_id="bob", bean_module="Contacts", primary_address=1)
    add("leads", id="lea", last_name="Lead", status="Converted", converted=1, contact_id="eve", account_id="mill")
    add("currencies", id="euro", name="Euro", iso4217="EUR", conversion_rate=0.5)


def _sales(add: Callable[..., None]) -> None:
    """A deal won in two steps, an open one, an invoice in euros made from a quote, with a line and a service."""
    won = {"sales_stage": "Closed Won", "amount": 1200.55, "currency_id": "-99", "probability": 40}
    add("opportunities", id="won", name="won", date_closed="2024-02-01", assigned_user_id="ann", **won)
    add("opportunities", id="open", name="open", sales_stage="Prospecting", amount=5, currency_id="", probability=10)
    add("opportunities", id="odd", name="odd", sales_stage="Prospecting", amount=7, currency_id="gone")
    for each in ("won", "open", "odd"):
        add("accounts_opportunities", id=each, opportunity_id=each, account_id="mill")
    stage = {"parent_id": "won", "field_name": "sales_stage"}
    add("opportunities_audit", id="1", date_created="2024-01-10 09:00:00", before_value_string="Prospecting",
        after_value_string="Negotiation", **stage)  # fmt: skip
    add("opportunities_audit", id="2", date_created="2024-02-01 09:00:00", before_value_string="Negotiation",
        after_value_string="Closed Won", **stage)  # fmt: skip
    add("opportunities_audit", id="3", parent_id="won", field_name="amount", date_created="2024-02-01 09:00:00",
        before_value_string="1", after_value_string="2")  # fmt: skip
    add("aos_products", id="wheel", name="Wheel", part_number="W1", cost=3.5, price=10, currency_id="-99")
    add("aos_quotes", id="q", number=7, opportunity_id="won")
    add("aos_invoices", id="i", number=1, quote_number=7, status="Paid", billing_account_id="mill", currency_id="euro",
        invoice_date="2024-02-03", total_amount=43)  # fmt: skip
    sold = {"parent_type": "AOS_Invoices", "parent_id": "i"}
    add("aos_products_quotes", id="l1", product_id="wheel", number=1, product_qty=4, product_list_price=10,
        product_unit_price=9, product_total_price=38.7, **sold)  # fmt: skip
    add("aos_products_quotes", id="l2", product_id="0", number=2, product_unit_price=4, **sold)
    add("aos_products_quotes", id="l3", product_id="wheel", number=1, product_qty=4, product_unit_price=9,
        parent_type="AOS_Quotes", parent_id="q")  # fmt: skip


def _dealings(add: Callable[..., None]) -> None:
    """A call on the firm to which she was invited, e-mails to her, a task, a closed case, a campaign she clicked in."""
    add("calls", id="call", name="hello", status="Held", direction="Outbound", parent_type="Accounts", parent_id="mill",
        date_start="2024-02-05 08:00:00", duration_hours=1, duration_minutes=30)  # fmt: skip
    add("calls_contacts", id="1", call_id="call", contact_id="eve")
    add("emails", id="filed", name="filed", type="archived", status="read", date_sent_received="2024-02-06 08:00:00")
    add("emails_beans", id="1", email_id="filed", bean_id="eve", bean_module="Contacts")
    add("emails", id="loose", name="loose", type="out", status="sent", date_sent_received="2024-02-07 08:00:00")
    add("emails_email_addr_rel", id="1", email_id="loose", address_type="to", email_address_id="e1")
    add("tasks", id="task", name="follow up", status="Completed", contact_id="eve", date_due="2024-02-08 08:00:00")
    add("cases", id="case", case_number=11, name="squeaks", state="Closed", status="Closed_Closed", account_id="mill")
    add("cases_audit", id="1", parent_id="case", field_name="state", before_value_string="Open",
        after_value_string="Closed", date_created="2024-02-10 08:00:00")  # fmt: skip
    add("contacts_cases", id="1", case_id="case", contact_id="eve")
    add("campaigns", id="spring", name="Spring", start_date="2024-02-01", budget=100, actual_cost=80)
    sent = {"campaign_id": "spring", "target_type": "Contacts"}
    add("campaign_log", id="1", target_id="eve", activity_type="targeted", activity_date="2024-02-11", **sent)
    add("campaign_log", id="2", target_id="eve", activity_type="viewed", activity_date="2024-02-12", **sent)
    add("campaign_log", id="3", target_id="eve", activity_type="link", activity_date="2024-02-13 10:00:00", **sent)
    add("campaign_log", id="4", target_id="bob", activity_type="targeted", activity_date="2024-02-11", **sent)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLake]:
    """The warehouse after a night over the installation."""
    folder = tmp_path_factory.mktemp("suitecrm_night")
    small = SmallLake(folder / "home", ("suitecrm", "mapped"))
    with sqlite_database(folder / "old.sqlite") as run, Lake(small.location) as lake:
        for ddl in TABLES.values():
            run(ddl)

        def add(table: str, **row: Any) -> None:
            dated = {"date_modified": THEN, "date_entered": THEN}
            row = {**{name: at for name, at in dated.items() if f"{name} " in TABLES[table]}, **row}
            run(f"insert into {table} ({', '.join(row)}) values {tuple(row.values())}".replace(",)", ")"))

        for part in (_company, _sales, _dealings):
            part(add)
        settings = {"kind": "sqlite", "path": "old.sqlite", "currency": "CHF"}
        for result in Installation(lake, folder, "suitecrm", run, settings).night().values():
            assert result.error is None, result.error
    small.facts("r1", AS_OF, reporting_currency="CHF", source_currencies={"old": "CHF"})
    yield small


def test_organizations_and_persons_become_customers_with_their_latest_firm_and_first_address(
    warehouse: SmallLake,
) -> None:
    rows = warehouse.query(
        "select customer_type, customer_name, phone, email, has_opted_out_of_email from core.dim_customers order by 2"
    )
    assert rows == [
        ("organization", "Bank AG", None, None, None),
        ("person", "Bob Baker", None, "bob@bank.example", True),
        ("person", "Eve Miller", None, "eve@mill.example", False),
        ("organization", "Mill & S'ons AG", "+41 44 668 18 00", None, None),
    ]
    points = "select contact_record_id, contact_point_value, is_primary from staging.stg_suitecrm__contact_points"
    assert warehouse.query(f"{points} order by all") == [
        ("bob", "bob@bank.example", True), ("eve", "eve@home.example", False), ("eve", "eve@mill.example", True),
    ]  # fmt: skip
    firms = "select source_record_id, account_record_id from staging.stg_suitecrm__contacts order by 1"
    assert warehouse.query(firms) == [
        ("bob", None), ("eve", "mill"),
    ]  # fmt: skip


def test_each_address_says_whether_mail_is_wanted_and_each_person_why_their_data_is_kept(warehouse: SmallLake) -> None:
    said = "select contact_record_id, purpose, channel, is_granted from staging.stg_suitecrm__consents order by all"
    assert warehouse.query(said) == [
        ("bob", "marketing", "email", False), ("bob", "processing", None, False), ("eve", "marketing", "email", False),
        ("eve", "marketing", "email", True), ("eve", "processing", None, True),
    ]  # fmt: skip


def test_deals_count_in_their_currency_and_a_currency_that_is_gone_is_none(warehouse: SmallLake) -> None:
    deals = warehouse.query(
        "select opportunity_name, is_closed, is_won, opportunity_amount, currency_code, close_date"
        " from core.fct_opportunities order by 1"
    )
    assert deals == [
        ("odd", False, False, Decimal("7.00"), None, None),
        ("open", False, False, Decimal("5.00"), "CHF", None),
        ("won", True, True, Decimal("1200.55"), "CHF", date(2024, 2, 1)),
    ]


def test_the_audit_tells_the_stages_of_a_deal_from_the_one_it_was_made_in(warehouse: SmallLake) -> None:
    visits = "select stage_name, entered_at from core.fct_opportunity_stages where opportunity_id like '%won'"
    assert warehouse.query(f"{visits} order by visit_number") == [
        ("Prospecting", datetime(2024, 1, 5, 8)), ("Negotiation", datetime(2024, 1, 10, 9)),
        ("Closed Won", datetime(2024, 2, 1, 9)),
    ]  # fmt: skip


def test_an_invoice_is_an_order_at_the_installations_rate_and_its_lines_are_without_the_tax(
    warehouse: SmallLake,
) -> None:
    # the 3 euros of tax are the invoice's and no line's; 0.5 euros for one franc: 40 euros are 80 francs
    orders = warehouse.query(
        "select order_number, order_status, order_amount, order_reporting_amount, order_date,"
        " opportunity_record_id from core.fct_orders"
    )
    assert orders == [("1", "fulfilled", Decimal("40.00"), Decimal("80.00"), date(2024, 2, 3), "won")]
    lines = "select quantity, discount_amount, line_amount, product_record_id from core.fct_order_lines order by 1 desc"
    assert warehouse.query(lines) == [
        (Decimal(4), Decimal("4.00"), Decimal("36.00"), "wheel"), (Decimal(1), Decimal("0.00"), Decimal("4.00"), None),
    ]  # fmt: skip


def test_calls_mails_and_tasks_belong_to_whom_they_went_to(warehouse: SmallLake) -> None:
    told = warehouse.query(
        "select subject, interaction_type, direction, account_record_id, contact_record_id, duration_seconds,"
        " occurred_at::date::varchar from core.fct_interactions order by occurred_at"
    )
    assert told == [
        ("hello", "call", "outbound", "mill", "eve", 5400, "2024-02-05"),
        ("filed", "email", None, None, "eve", None, "2024-02-06"),
        ("loose", "email", "outbound", None, "eve", None, "2024-02-07"),
        ("follow up", "task", None, None, "eve", None, "2024-02-08"),
    ]
    cases = "select case_number, contact_record_id, closed_at from core.fct_cases"
    assert warehouse.query(cases) == [("11", "eve", datetime(2024, 2, 10, 8))]


def test_whom_a_campaign_was_sent_to_is_a_member_and_who_followed_its_link_responded(warehouse: SmallLake) -> None:
    touches = "select contact_record_id, has_responded, responded_at from core.fct_campaign_touches order by 1"
    assert warehouse.query(touches) == [("bob", False, None), ("eve", True, datetime(2024, 2, 13, 10))]
    (spring,) = warehouse.query("select campaign_name, actual_cost_amount, currency_code from core.dim_campaigns")
    assert spring == ("Spring", Decimal("80.00"), "CHF")


def test_every_record_that_was_read_is_accounted_for(warehouse: SmallLake) -> None:
    counted = warehouse.query(
        "select entity, logged_count, unaccounted_count from core.record_reconciliation order by entity"
    )
    assert [row for row in counted if row[2] != 0] == []
    logged = {entity: count for entity, count, _ in counted}
    assert (logged["order_lines"], logged["opportunity_stage_changes"], logged["campaign_members"]) == (2, 5, 2)
