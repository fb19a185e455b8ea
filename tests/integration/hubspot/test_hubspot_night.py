"""From the account to the customers and facts of the warehouse: what the staging models make of its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sources.ingest import ingest
from sources.lake import Lake
from tests.integration.dbt.small_lake import SmallLake
from tests.integration.hubspot.account import START, Account, open_account

AS_OF = "2024-03-04"


def _settings(account: Account) -> None:
    """An account that reports in euros, with an owner, a pipeline of deals and a rate of Swiss francs."""
    document = account.records.document
    document("owner", "7", {"id": "7", "email": "ann@acme.example", "firstName": "Ann", "lastName": "Owner"})
    document("company_currency", "1", {"currencyCode": "EUR"})
    rate = {"fromCurrencyCode": "CHF", "toCurrencyCode": "EUR", "effectiveAt": "2024-01-01T00:00:00Z"}
    document("exchange_rate", "r1", {"id": "r1", "conversionRate": 0.5, **rate})
    stages = [
        {"id": "s1", "label": "Meeting", "metadata": {"probability": "0.2", "isClosed": "false"}},
        {"id": "won", "label": "Signed", "metadata": {"probability": "1.0", "isClosed": "true"}},
    ]
    document("pipeline:deals", "default", {"id": "default", "label": "Sales", "stages": stages})
    open_ = {"id": "t1", "label": "New", "metadata": {"ticketState": "OPEN"}}
    document("pipeline:tickets", "support", {"id": "support", "label": "Support", "stages": [open_]})


def _sell(account: Account, mill: str, eve: str) -> None:
    """A deal that went through two stages, with a line, and an order of the person, with a line; in Swiss francs."""
    add, link = account.records.insert, account.records.associate
    deal = add("deals", {"dealname": "won", "dealstage": "s1", "amount": "1200.55", "hubspot_owner_id": "7"})
    account.pass_time(hours=1)
    account.records.update("deals", deal, {"dealstage": "won", "closedate": "2024-02-01T10:00:00Z"})
    link([("deals", deal), ("companies", mill)], label="Primary", type_ids=(5, 6))
    wheel = add("products", {"name": "Wheel", "hs_sku": "W1", "hs_cost_of_goods_sold": "3.5"})
    line = {"hs_product_id": wheel, "quantity": "4", "price": "10", "amount": "36", "hs_line_item_currency_code": "CHF"}
    order = add(
        "orders",
        {"hs_external_order_id": "O1", "hs_total_price": "36.00", "hs_currency_code": "CHF",
         "hs_fulfillment_status": "fulfilled", "hs_external_created_date": "2024-02-03T09:00:00Z"},
    )  # fmt: skip
    link([("orders", order), ("contacts", eve)])
    link([("line_items", add("line_items", line)), ("orders", order)])
    link([("line_items", add("line_items", line)), ("deals", deal)])


def _fill(account: Account) -> None:
    """A company and its employee, who was a lead; another of the same address, merged; what they bought and said."""
    _settings(account)
    add, link = account.records.insert, account.records.associate
    mill = add("companies", {"name": "Mill AG", "industry": "MILLS", "phone": "+41 44 668 18 00"})
    person = {"firstname": "Eve", "lastname": "Miller", "email": "eve@mill.example", "associatedcompanyid": mill}
    customer = {"lifecyclestage": "customer", "hs_lifecyclestage_lead_date": "1704067200000"}
    opted = {"hs_email_optout": "true", "hs_lifecyclestage_customer_date": "2024-02-01T00:00:00Z"}
    eve = add("contacts", {**person, **customer, **opted, "hs_additional_emails": "eve@home.example"})
    _sell(account, mill, eve)
    call = add("calls", {"hs_call_direction": "OUTBOUND", "hs_call_status": "COMPLETED",
                         "hs_timestamp": "2024-02-05T08:00:00Z"})  # fmt: skip
    link([("calls", call), ("contacts", eve)])
    ticket = add("tickets", {"subject": "squeaks", "hs_pipeline_stage": "t1"})
    link([("tickets", ticket), ("contacts", eve)])


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLake]:
    """The warehouse after a night over the account."""
    folder = tmp_path_factory.mktemp("hubspot_night")
    small = SmallLake(folder / "home", ("hubspot", "mapped"))
    with open_account(folder) as account:
        account.now = START - timedelta(days=40)
        _fill(account)
        account.now = START
        with Lake(small.location) as lake:
            for result in ingest(account.connector(), lake, "r1", staging=folder / "staging"):
                assert result.error is None, result.error
    small.facts("r1", AS_OF, reporting_currency="EUR")
    yield small


def test_organizations_and_persons_become_customers(warehouse: SmallLake) -> None:
    rows = warehouse.query("select customer_type, customer_name, phone, email from core.dim_customers order by 2")
    assert rows == [
        ("person", "Eve Miller", None, "eve@mill.example"),
        ("organization", "Mill AG", "+41 44 668 18 00", None),
    ]
    assert warehouse.query("select count(*) from core.bridge_employments") == [(1,)]


def test_a_contact_is_a_lead_that_became_a_customer_with_every_address_and_its_refusal(warehouse: SmallLake) -> None:
    leads = warehouse.query("select is_converted, converted_date, first_name from staging.stg_hubspot__leads")
    assert leads == [(True, date(2024, 2, 1), "Eve")]
    points = warehouse.query("select contact_point_value from staging.stg_hubspot__contact_points order by 1")
    assert points == [("eve@home.example",), ("eve@mill.example",)]
    assert warehouse.query("select channel, is_granted from staging.stg_hubspot__consents") == [("email", False)]


def test_deals_count_by_their_stage_in_the_accounts_currency(warehouse: SmallLake) -> None:
    deals = warehouse.query(
        "select opportunity_name, stage_name, is_closed, is_won, opportunity_amount, currency_code, close_date"
        " from core.fct_opportunities"
    )
    assert deals == [("won", "Signed", True, True, Decimal("1200.55"), "EUR", date(2024, 2, 1))]
    began = START - timedelta(days=40)
    changes = warehouse.query(
        "select previous_stage_name, stage_name, changed_at from staging.stg_hubspot__opportunity_stage_changes"
        " order by changed_at"
    )
    assert changes == [(None, "Meeting", began), ("Meeting", "Signed", began + timedelta(hours=1))]


def test_an_order_is_converted_at_the_accounts_rate_and_its_line_is_not_the_deals(warehouse: SmallLake) -> None:
    # half a euro for one franc: 36 francs are 18 euros
    orders = warehouse.query(
        "select order_status, order_amount, order_reporting_amount, order_date from core.fct_orders"
    )
    assert orders == [("fulfilled", Decimal("36.00"), Decimal("18.00"), date(2024, 2, 3))]
    lines = warehouse.query(
        "select quantity, line_amount, discount_amount, line_reporting_amount from core.fct_order_lines"
    )
    assert lines == [(Decimal("4.0000"), Decimal("36.00"), Decimal("4.00"), Decimal("18.00"))]
    assert warehouse.query("select count(*) from staging.stg_hubspot__opportunity_lines") == [(1,)]


def test_a_call_and_a_ticket_belong_to_the_person(warehouse: SmallLake) -> None:
    whose = "inner join core.dim_customers using (customer_id)"
    calls = warehouse.query(f"select interaction_type, direction, customer_name from core.fct_interactions {whose}")
    assert calls == [("call", "outbound", "Eve Miller")]
    cases = warehouse.query(f"select case_status, customer_name from core.fct_cases {whose}")
    assert cases == [("New", "Eve Miller")]


def test_every_record_is_accounted_for(warehouse: SmallLake) -> None:
    rows = warehouse.query(
        "select entity, unaccounted_count from core.record_reconciliation where source_system = 'hubspot'"
    )
    assert {"accounts", "contacts", "orders", "interactions"} <= {entity for entity, _ in rows}
    assert [row for row in rows if row[1] != 0] == []


def test_owners_are_users(warehouse: SmallLake) -> None:
    assert warehouse.query("select user_name, is_active from core.dim_users") == [("Ann Owner", True)]
