"""From the database to the customers and facts of the warehouse: what the staging models make of Odoo's tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sources.lake import Lake
from tests.installations import Installation
from tests.integration.dbt.small_lake import SmallLake
from tests.integration.odoo.installation import add, installed
from tests.servers import DatabaseServer

AS_OF = "2024-03-04"


def _fill_company(crm: Installation) -> None:
    """An own company in Zurich with one salesperson, who is a partner too, and a rate of the euro."""
    add(crm, "res_currency", 1, name="CHF")
    add(crm, "res_currency", 2, name="EUR")
    add(crm, "res_currency_rate", 1, name=date(2024, 1, 1), rate=Decimal("0.5"), currency_id=2, company_id=1)
    add(crm, "res_company", 1, name="Own AG", partner_id=1, currency_id=1)
    add(crm, "res_partner", 1, name="Own AG", is_company=True, partner_share=True, commercial_partner_id=1)
    add(crm, "res_partner", 2, name="Ann Owner", email="ann@own.example", is_company=False, partner_share=False)
    add(crm, "res_users", 5, login="ann", partner_id=2, active=True, share=False)
    add(crm, "res_country", 43, name={"en_US": "Switzerland"}, code="CH")


def _fill_customers(crm: Installation) -> None:
    """A firm, its employee, a delivery address of it, a person; a lead, and one that was converted."""
    add(crm, "res_partner_industry", 7, name={"de_DE": "Mühlen", "en_US": "Mills"})
    add(
        crm, "res_partner", 10, name="Mill AG", is_company=True, industry_id=7, phone="+41 44 668 18 00", user_id=5,
        country_id=43, commercial_partner_id=10, partner_share=True, active=True,
    )  # fmt: skip
    person = {"is_company": False, "type": "contact", "partner_share": True, "user_id": 5}
    add(
        crm, "res_partner", 11, name="Eve Miller", email="eve@mill.example", parent_id=10, commercial_partner_id=10,
        email_normalized="eve@mill.example", **person,
    )  # fmt: skip
    add(
        crm, "res_partner", 12, name="Ramp", type="delivery", parent_id=10, email="ramp@mill.example", is_company=False,
        commercial_partner_id=10,
    )  # fmt: skip
    add(crm, "res_partner", 13, name="Bo Buyer", email="bo@home.example", commercial_partner_id=13, **person)
    add(crm, "mail_blacklist", 1, email="eve@mill.example", active=True)
    add(crm, "crm_stage", 1, name={"en_US": "New", "de_DE": "Neu"}, is_won=False)
    add(crm, "crm_stage", 2, name={"de_DE": "Gewonnen"}, is_won=True)
    add(crm, "crm_lead", 20, type="lead", name="cold", contact_name="Lea Cold", email_from="lea@cold.example",
        stage_id=1, active=True)  # fmt: skip


def _fill_sales(crm: Installation) -> None:
    """A deal won in two stages and one lost, an order in euros with a note, a quotation, a call and a meeting."""
    deal = {"type": "opportunity", "partner_id": 11, "user_id": 5, "active": True}
    add(
        crm, "crm_lead", 21, "2024-02-01", name="won", stage_id=2, expected_revenue=Decimal("1200.55"),
        probability=100, date_closed=datetime(2024, 2, 1, 9), date_conversion=datetime(2024, 1, 2), **deal,
    )  # fmt: skip
    add(crm, "crm_lead", 22, "2024-01-05", name="lost", stage_id=1, expected_revenue=5, probability=0,
        **{**deal, "active": False})  # fmt: skip
    add(crm, "ir_model_fields", 50, model="crm.lead", name="stage_id")
    add(crm, "mail_message", 30, model="crm.lead", res_id=21, date=datetime(2024, 2, 2), message_type="notification")
    add(crm, "mail_tracking_value", 31, mail_message_id=30, field_id=50, old_value_integer=1, new_value_integer=2)
    add(crm, "product_template", 40, name={"de_DE": "Rad", "en_US": "Wheel"}, list_price=10, active=True)
    add(crm, "product_product", 41, product_tmpl_id=40, default_code="W1", standard_price={"1": 3.5}, active=True)
    order = {"partner_id": 11, "user_id": 5, "company_id": 1, "currency_id": 2, "date_order": datetime(2024, 2, 3, 9)}
    add(
        crm, "sale_order", 60, name="S00060", state="sale", opportunity_id=21, amount_untaxed=Decimal("40.00"),
        amount_total=Decimal("43.00"), effective_date=datetime(2024, 2, 6, 9), **order,
    )  # fmt: skip
    add(crm, "sale_order", 61, name="S00061", state="sent", amount_untaxed=Decimal("7.00"), **order)
    add(
        crm, "sale_order_line", 62, order_id=60, product_id=41, product_uom_qty=4, qty_delivered=4, price_unit=10,
        price_subtotal=Decimal("40.00"), currency_id=2,
    )  # fmt: skip
    add(crm, "sale_order_line", 63, order_id=60, display_type="line_note", name="with care")
    add(crm, "mail_activity_type", 70, name={"en_US": "Call"}, category="phonecall")
    add(crm, "mail_message", 71, model="res.partner", res_id=11, date=datetime(2024, 2, 5, 8), author_id=2,
        message_type="notification", mail_activity_type_id=70, subject="hello")  # fmt: skip
    add(crm, "mail_message", 72, model="res.partner", res_id=13, date=datetime(2024, 2, 6, 8), author_id=13,
        message_type="email", subject="a question")  # fmt: skip
    add(crm, "calendar_event", 80, name="Lunch", start=datetime(2024, 2, 7, 12), duration=1.5, user_id=5, active=True)
    crm.run("insert into calendar_event_res_partner_rel values (80, 2), (80, 13)")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, postgres: DatabaseServer) -> Iterator[SmallLake]:
    """The warehouse after a night over the installation."""
    folder: Path = tmp_path_factory.mktemp("odoo_night")
    small = SmallLake(folder / "home", ("odoo", "mapped"))
    with pytest.MonkeyPatch.context() as patch, Lake(small.location) as lake:
        patch.setenv("ODOO_PASSWORD", postgres.password)
        with installed(postgres, lake, folder) as crm:
            for fill in (_fill_company, _fill_customers, _fill_sales):
                fill(crm)
            assert [str(result.error) for result in crm.night().values() if result.error] == []
    small.facts("r1", AS_OF, reporting_currency="CHF")
    yield small


def test_companies_and_persons_become_customers_but_users_and_the_own_company_do_not(warehouse: SmallLake) -> None:
    rows = warehouse.query("select customer_type, customer_name, phone, email from core.dim_customers order by 2")
    assert rows == [
        ("person", "Bo Buyer", None, "bo@home.example"),
        ("person", "Eve Miller", None, "eve@mill.example"),
        ("person", "Lea Cold", None, "lea@cold.example"),
        # the mailbox of its ramp is the only one that the firm has
        ("organization", "Mill AG", "+41 44 668 18 00", "ramp@mill.example"),
    ]
    assert warehouse.query("select industry from core.dim_accounts") == [("Mills",)]
    assert warehouse.query("select count(*) from core.bridge_employments") == [(1,)]
    assert warehouse.query("select user_name, email from core.dim_users") == [("Ann Owner", "ann@own.example")]


def test_an_address_of_a_firm_is_a_contact_point_and_a_blocked_mailbox_an_objection(warehouse: SmallLake) -> None:
    points = "from (select contact_point_value, account_record_id from staging.stg_odoo__contact_points"
    assert warehouse.query(f"{points} where not is_deleted)") == [("ramp@mill.example", "10")]
    objections = "select source_record_id, has_opted_out_of_email from staging.stg_odoo__contacts order by 1"
    assert warehouse.query(objections) == [("11", True), ("13", False)]


def test_a_converted_lead_is_the_deal_and_stays_a_lead(warehouse: SmallLake) -> None:
    leads = "select source_record_id, is_converted, lead_status from staging.stg_odoo__leads order by 1"
    assert warehouse.query(leads) == [("20", False, "New"), ("21", True, "Converted")]
    deals = warehouse.query(
        "select opportunity_name, is_closed, is_won, stage_name, opportunity_amount, currency_code, close_date"
        " from core.fct_opportunities order by 1"
    )
    assert deals == [
        ("lost", True, False, "Lost", Decimal("5.00"), "CHF", None),
        ("won", True, True, "Gewonnen", Decimal("1200.55"), "CHF", date(2024, 2, 1)),
    ]
    visits = "from core.fct_opportunity_stages inner join core.fct_opportunities using (opportunity_id)"
    stages = f"select fct_opportunity_stages.stage_name {visits} where opportunity_name = 'won' order by visit_number"
    assert warehouse.query(stages) == [("New",), ("Gewonnen",)]


def test_an_order_is_converted_at_the_rate_of_its_day_and_a_quotation_is_not_counted(warehouse: SmallLake) -> None:
    # 0.5 euros for one franc: 40 euros are 80 francs
    orders = warehouse.query(
        "select order_number, order_status, is_counted, order_reporting_amount, order_date, fulfilled_date"
        " from core.fct_orders order by 1"
    )
    assert orders == [
        ("S00060", "fulfilled", True, Decimal("80.00"), date(2024, 2, 3), date(2024, 2, 6)),
        ("S00061", None, False, Decimal("14.00"), date(2024, 2, 3), None),
    ]
    lines = "select quantity, line_amount, line_reporting_amount, product_name from core.fct_order_lines"
    assert warehouse.query(f"{lines} inner join core.dim_products using (product_id)") == [
        (Decimal("4.0000"), Decimal("40.00"), Decimal("80.00"), "Wheel")
    ]


def test_a_call_an_email_and_a_meeting_belong_to_the_person(warehouse: SmallLake) -> None:
    whose = "inner join core.dim_customers using (customer_id) order by occurred_at"
    told = "select interaction_type, direction, source_record_id, duration_seconds from core.fct_interactions"
    assert warehouse.query(f"{told} {whose}") == [
        ("call", None, "mail.message,71", None),
        ("email", "inbound", "mail.message,72", None),
        ("meeting", None, "calendar.event,80", 5400),
    ]


def test_every_record_is_accounted_for(warehouse: SmallLake) -> None:
    counts = dict(warehouse.query("select entity, unaccounted_count from core.record_reconciliation"))
    assert set(counts.values()) == {0}
    assert {"accounts", "contacts", "contact_points", "leads", "opportunities", "exchange_rates"} <= set(counts)
