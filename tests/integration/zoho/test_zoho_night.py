"""From the organization to the customers and facts of the warehouse: what the staging models make of its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from sources.ingest import ingest
from sources.lake import Lake
from tests.integration.dbt.small_lake import SmallLake
from tests.integration.zoho.organization import Organization, open_organization

AS_OF = "2024-03-04"


def _fill(organization: Organization) -> None:
    """A company and its employee, a deal won and a deal lost, an order, a call, a case; at home in Swiss francs."""
    records, add = organization.records, organization.records.insert
    add("Org", {"company_name": "Acme", "iso_code": "CHF"})
    add("Currencies", {"iso_code": "CHF", "exchange_rate": "1", "is_base": True})
    add("Currencies", {"iso_code": "EUR", "exchange_rate": "0.500000000", "is_base": False})
    ann = add("Users", {"full_name": "Ann Owner", "email": "ann@acme.example", "status": "active"})
    mill = add("Accounts", {"Account_Name": "Mill AG", "Industry": "Mills", "Phone": "+41 44 668 18 00", "Owner": ann})
    person = {"First_Name": "Eve", "Last_Name": "Miller", "Email": "eve@mill.example", "Account_Name": mill}
    eve = add("Contacts", {**person, "Email_Opt_Out": True, "Owner": ann})
    campaign = add("Campaigns", {"Campaign_Name": "Fair", "Start_Date": date(2024, 1, 1), "Actual_Cost": Decimal(90)})
    member = {"Parent_Id": campaign, "Module": "Contacts", "Member": eve, "Member_Status": "Responded"}
    add("Campaign_Members", member)
    sold = {"Account_Name": mill, "Owner": ann, "Created_Time": datetime(2024, 1, 1)}
    won = add(
        "Deals", {**sold, "Deal_Name": "won", "Stage": "Gewonnen", "Probability": 100, "Amount": Decimal("1200.55")}
    )
    add("Deals", {**sold, "Deal_Name": "lost", "Stage": "Closed Lost", "Amount": Decimal(5)})
    for stage, day in (("Offer", 5), ("Gewonnen", 9)):
        add("Stage_History", {"Parent_Id": won, "Stage": stage, "Modified_Time": datetime(2024, 1, day)})
    wheel = add("Products", {"Product_Name": "Wheel", "Product_Code": "W1", "Unit_Price": Decimal(10)})
    for day, quantity in ((1, 7), (2, 4)):
        quote = add("Quotes", {"Subject": "q", "Deal_Name": won, "Created_Time": datetime(2024, 1, day)})
        records.set_lines(
            quote, "Quoted_Items", [{"Product_Name": wheel, "Quantity": quantity, "List_Price": Decimal(10)}]
        )
    placed = {"SO_Number": "O1", "Status": "Delivered", "Currency": "EUR", "Created_Time": datetime(2024, 2, 3, 9)}
    order = add("Sales_Orders", {**placed, "Account_Name": mill, "Grand_Total": Decimal("41.50")})
    line = {"Product_Name": wheel, "Quantity": Decimal(4), "List_Price": Decimal(10), "Discount": Decimal("1.50")}
    records.set_lines(order, "Ordered_Items", [{**line, "Total": Decimal(40), "Tax": Decimal(3)}])
    spoken = {"Call_Type": "Outbound", "Call_Start_Time": datetime(2024, 2, 5, 8), "Call_Duration_in_seconds": 65}
    add("Calls", {**spoken, "Subject": "hello", "Who_Id": eve, "What_Id": won})
    add("Cases", {"Subject": "squeaks", "Case_Number": "C1", "Status": "New", "Related_To": eve})


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLake]:
    """The warehouse after a night over the organization."""
    folder = tmp_path_factory.mktemp("zoho_night")
    small = SmallLake(folder / "home", ("zoho",))
    with open_organization(folder) as organization:
        _fill(organization)
        # so that the window of what is asked for parent by parent includes all of it
        organization.pass_time(hours=1)
        with Lake(small.location) as lake:
            for result in ingest(organization.connector(), lake, "r1", staging=folder / "staging"):
                assert result.error is None, result.error
    small.facts("r1", AS_OF, reporting_currency="CHF")
    yield small


def test_organizations_and_persons_become_customers(warehouse: SmallLake) -> None:
    rows = warehouse.query("select customer_type, customer_name, phone, email from core.dim_customers order by 2")
    assert rows == [
        ("person", "Eve Miller", None, "eve@mill.example"),
        ("organization", "Mill AG", "+41 44 668 18 00", None),
    ]
    assert warehouse.query("select industry from core.dim_accounts") == [("Mills",)]
    assert warehouse.query("select has_opted_out_of_email from staging.stg_zoho__contacts") == [(True,)]


def test_deals_are_won_and_lost_by_their_probability_and_name_in_the_home_currency(warehouse: SmallLake) -> None:
    deals = warehouse.query(
        "select opportunity_name, is_closed, is_won, opportunity_amount, currency_code"
        " from core.fct_opportunities order by 1"
    )
    assert deals == [("lost", True, False, Decimal("5.00"), "CHF"), ("won", True, True, Decimal("1200.55"), "CHF")]
    stages = warehouse.query(
        "select stage_name, previous_stage_name from staging.stg_zoho__opportunity_stage_changes order by changed_at"
    )
    assert stages == [("Offer", None), ("Gewonnen", "Offer")]


def test_only_the_newest_quote_of_a_deal_says_what_it_is_about(warehouse: SmallLake) -> None:
    lines = warehouse.query(
        "select opportunity_record_id is not null, quantity, line_amount, currency_code"
        " from staging.stg_zoho__opportunity_lines order by quantity"
    )
    assert lines == [
        (True, Decimal("4.0000"), Decimal("40.00"), "CHF"),
        (False, Decimal("7.0000"), Decimal("70.00"), "CHF"),
    ]


def test_an_order_is_converted_at_the_organizations_rate_and_its_line_is_without_tax_and_discount(
    warehouse: SmallLake,
) -> None:
    # 0.5 euros for one franc: 38.50 euros are 77 francs; an order is worth its lines
    orders = warehouse.query(
        "select order_status, order_amount, order_reporting_amount, order_date from core.fct_orders"
    )
    assert orders == [("fulfilled", Decimal("38.50"), Decimal("77.00"), date(2024, 2, 3))]
    assert warehouse.query("select quantity, line_amount, line_reporting_amount from core.fct_order_lines") == [
        (Decimal("4.0000"), Decimal("38.50"), Decimal("77.00"))
    ]


def test_a_call_a_case_and_a_membership_belong_to_the_person(warehouse: SmallLake) -> None:
    whose = "inner join core.dim_customers using (customer_id)"
    calls = warehouse.query(f"select interaction_type, direction, customer_name from core.fct_interactions {whose}")
    assert calls == [("call", "outbound", "Eve Miller")]
    cases = warehouse.query(f"select case_status, customer_name from core.fct_cases {whose}")
    assert cases == [("New", "Eve Miller")]
    members = warehouse.query(
        "select contact_record_id is not null, has_responded from staging.stg_zoho__campaign_members"
    )
    assert members == [(True, True)]


def test_every_record_is_accounted_for(warehouse: SmallLake) -> None:
    unaccounted = warehouse.query(
        "select entity, unaccounted_count from core.record_reconciliation where unaccounted_count <> 0"
    )
    assert unaccounted == []
