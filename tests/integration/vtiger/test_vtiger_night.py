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
from tests.integration.vtiger.schema import statements

AS_OF = "2024-03-04"
# what the installation writes is in its own zone: 09:00 in Berlin
THEN = "2024-01-05 09:00:00"


def _company(add: Callable[..., None], entity: Callable[..., None]) -> None:
    """A firm and its employee, a second person in the bin, a group; base currency francs, euros beside it."""
    add("vtiger_currency_info", id=1, currency_code="CHF", conversion_rate=1, defaultid=-11)
    add("vtiger_currency_info", id=2, currency_code="EUR", conversion_rate=0.5, defaultid=0)
    add(
        "vtiger_users",
        id=7,
        user_name="ann",
        first_name="Ann",
        last_name="Owner",
        status="Active",
        email1="ann@a.example",
    )
    add("vtiger_groups", groupid=8, groupname="Sales")
    entity("Accounts", 1)
    add("vtiger_account", accountid=1, accountname="Mill &amp; S&#039;ons AG", phone="+41 44 668 18 00")
    add("vtiger_accountbillads", accountaddressid=1, bill_city="Bern", bill_country="Switzerland")
    entity("Contacts", 2, smownerid=8)
    add("vtiger_contactdetails", contactid=2, accountid=1, firstname="Eve", lastname="Miller", email="eve@mill.example",
        emailoptout="1")  # fmt: skip
    add("vtiger_contactsubdetails", contactsubscriptionid=2, birthday="1980-11-05", leadsource="Web")
    entity("Contacts", 3, deleted=1)
    add("vtiger_contactdetails", contactid=3, accountid=0, lastname="Gone", email="gone@mill.example")
    entity("Leads", 4)
    add("vtiger_leaddetails", leadid=4, lastname="Lead", company="Third AG", email="lead@third.example", converted=1)
    add("vtiger_leadaddress", leadaddressid=4, city="Basel", mobile="+41 79 668 18 00")


def _sales(add: Callable[..., None], entity: Callable[..., None]) -> None:
    """A deal won in two steps, its quote and its order in euros; an open deal of the person; a purchase of our own."""
    entity("Potentials", 10)
    add("vtiger_potential", potentialid=10, related_to=1, potentialname="won", amount=1200.55, probability=100,
        sales_stage="Closed Won", closingdate="2024-02-01")  # fmt: skip
    left = {"potentialid": 10, "probability": 50, "closedate": "2024-02-01"}
    add(
        "vtiger_potstagehistory",
        historyid=1,
        stage="Prospecting",
        lastmodified="2024-01-10 09:00:00",
        amount=1000,
        **left,
    )
    add("vtiger_potstagehistory", historyid=10, stage="Negotiation", lastmodified="2024-02-01 09:00:00", amount=1200.55,
        **left)  # fmt: skip
    entity("Potentials", 11)
    add("vtiger_potential", potentialid=11, related_to=2, potentialname="open", amount=5, sales_stage="Prospecting")
    entity("Products", 50)
    add("vtiger_products", productid=50, productname="Wheel", productcode="W1", unit_price=10, purchase_cost=3.5,
        discontinued=1, currency_id=1)  # fmt: skip
    entity("Quotes", 30)
    add("vtiger_quotes", quoteid=30, potentialid=10, currency_id=2)
    entity("SalesOrder", 20, createdtime="2024-02-03 00:30:00")
    add("vtiger_salesorder", salesorderid=20, salesorder_no="SO1", accountid=1, contactid=2, potentialid=10, total=43,
        sostatus="Delivered", currency_id=2)  # fmt: skip
    entity("PurchaseOrder", 21)
    for document, number, row in (
        (20, 1, {"quantity": 4, "discount_percent": 10}), (20, 2, {"quantity": 1, "discount_amount": 3}),
        (30, 1, {"quantity": 9}), (21, 1, {"quantity": 100}),
    ):  # fmt: skip
        add("vtiger_inventoryproductrel", id=document, sequence_no=number, productid=50, listprice=10, **row)


def _dealings(add: Callable[..., None], entity: Callable[..., None]) -> None:
    """A call on the firm with her, an e-mail to the lead, a task of the deal, a closed ticket, a campaign."""
    entity("Calendar", 60)
    add("vtiger_activity", activityid=60, activitytype="Call", subject="hello", date_start="2024-02-05",
        due_date="2024-02-05", time_start="09:00", time_end="09:30:00", eventstatus="Held")  # fmt: skip
    add("vtiger_seactivityrel", crmid=1, activityid=60)
    add("vtiger_cntactivityrel", contactid=2, activityid=60)
    entity("Emails", 61)
    add("vtiger_activity", activityid=61, activitytype="Emails", subject="offer", date_start="2024-02-06")
    add("vtiger_emaildetails", emailid=61, email_flag="SENT")
    add("vtiger_seactivityrel", crmid=4, activityid=61)
    entity("Calendar", 62)
    add("vtiger_activity", activityid=62, activitytype="Task", subject="follow up", date_start="2024-02-07",
        status="In Progress", time_start="")  # fmt: skip
    add("vtiger_seactivityrel", crmid=10, activityid=62)
    entity("HelpDesk", 70, modifiedtime="2024-02-10 09:00:00")
    add("vtiger_troubletickets", ticketid=70, ticket_no="TT1", title="squeaks", status="Closed", parent_id=2)
    entity("Campaigns", 80)
    add("vtiger_campaign", campaignid=80, campaignname="Spring", actualcost=80, closingdate="2024-03-01")
    add("vtiger_campaignrelstatus", campaignrelstatusid=1, campaignrelstatus="--None--")
    add("vtiger_campaignrelstatus", campaignrelstatusid=2, campaignrelstatus="Contacted - Successful")
    add("vtiger_campaigncontrel", campaignid=80, contactid=2, campaignrelstatusid=2)
    add("vtiger_campaignleadrel", campaignid=80, leadid=4, campaignrelstatusid=1)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLake]:
    """The warehouse after two nights over the installation: the firm moved between them."""
    folder = tmp_path_factory.mktemp("vtiger_night")
    small = SmallLake(folder / "home", ("vtiger", "mapped"))
    with sqlite_database(folder / "old.sqlite") as run, Lake(small.location) as lake:
        for statement in statements(is_sqlite=True):
            run(statement)

        def add(table: str, **row: Any) -> None:
            run(f"insert into {table} ({', '.join(row)}) values {tuple(row.values())}".replace(",)", ")"))

        def entity(setype: str, key: int, **row: Any) -> None:
            plain = {"smownerid": 7, "createdtime": THEN, "modifiedtime": THEN}
            add("vtiger_crmentity", crmid=key, setype=setype, **{**plain, **row})

        for part in (_company, _sales, _dealings):
            part(add, entity)
        crm = Installation(
            lake, folder, "vtiger", run, {"kind": "sqlite", "path": "old.sqlite", "time_zone": "Europe/Berlin"}
        )
        for _ in range(2):
            for result in crm.night().values():
                assert result.error is None, result.error
            crm.pass_time(days=1)
            run("update vtiger_accountbillads set bill_city = 'Zug' where accountaddressid = 1")
            run("update vtiger_crmentity set modifiedtime = '2024-03-04 12:00:00', smownerid = 8 where crmid = 1")
    small.facts("r1", AS_OF, reporting_currency="CHF", source_time_zones={"old": "Europe/Berlin"})
    yield small


def test_organizations_and_persons_become_customers_with_texts_as_they_were_entered(warehouse: SmallLake) -> None:
    rows = warehouse.query(
        "select customer_type, customer_name, phone, email, has_opted_out_of_email from core.dim_customers order by 2"
    )
    assert rows[0] == ("person", "Eve Miller", None, "eve@mill.example", True)
    assert ("organization", "Mill & S'ons AG", "+41 44 668 18 00", None, None) in rows
    assert warehouse.query("select count(*) from core.bridge_employments") == [(1,)]
    people = "select source_record_id, is_deleted, delete_reason, birth_date, acquisition_source, owner_user_record_id"
    assert warehouse.query(f"{people} from staging.stg_vtiger__contacts order by all") == [
        ("2", False, None, date(1980, 11, 5), "Web", None), ("3", True, "soft", None, None, "7"),
    ]  # fmt: skip


def test_each_state_of_an_account_has_the_address_and_the_owner_that_it_had(warehouse: SmallLake) -> None:
    logged = "select city, owner_user_record_id, modified_at from warehouse.staging.base_vtiger__accounts_logged"
    with Lake(warehouse.location) as lake:  # what is staged of every state is a view on the lake
        lake.connection.execute(f"attach '{warehouse.warehouse}' as warehouse (read_only)")
        states = lake.connection.execute(f"{logged} order by loaded_at").fetchall()
    assert states == [("Bern", "7", datetime(2024, 1, 5, 8)), ("Zug", None, datetime(2024, 3, 4, 11))]


def test_a_converted_lead_says_so_and_not_into_what(warehouse: SmallLake) -> None:
    told = "is_converted, converted_date, converted_contact_record_id, city, mobile_phone"
    assert warehouse.query(f"select {told} from staging.stg_vtiger__leads") == [
        (True, date(2024, 1, 5), None, "Basel", "+41 79 668 18 00")
    ]


def test_a_deal_is_in_the_base_currency_and_its_stages_are_those_it_entered(warehouse: SmallLake) -> None:
    deals = "opportunity_name, is_closed, is_won, opportunity_amount, currency_code, probability_rate, close_date"
    assert warehouse.query(f"select {deals} from core.fct_opportunities order by 1") == [
        ("open", False, False, Decimal("5.00"), "CHF", Decimal(0), None),
        ("won", True, True, Decimal("1200.55"), "CHF", Decimal(1), date(2024, 2, 1)),
    ]
    stages = (
        "select s.stage_name, s.entered_at, s.amount from core.fct_opportunity_stages as s"
        " inner join core.fct_opportunities using (opportunity_id) where opportunity_name = 'won' order by 2"
    )
    assert warehouse.query(stages) == [
        ("Prospecting", datetime(2024, 1, 5, 8), None), ("Negotiation", datetime(2024, 1, 10, 8), Decimal("1000.00")),
        ("Closed Won", datetime(2024, 2, 1, 8), Decimal("1200.55")),
    ]  # fmt: skip
    lines = "select opportunity_record_id, product_record_id, quantity, line_amount, currency_code"
    assert warehouse.query(f"{lines} from staging.stg_vtiger__opportunity_lines") == [
        ("10", "50", Decimal(9), Decimal("90.00"), "EUR")
    ]


def test_an_order_is_converted_at_the_installations_rate_and_its_lines_are_after_their_discounts(
    warehouse: SmallLake,
) -> None:
    # 0.5 euros for one franc: 43 euros are 86 francs
    orders = "order_status, order_amount, order_reporting_amount, order_date, order_number"
    assert warehouse.query(f"select {orders} from core.fct_orders") == [
        ("fulfilled", Decimal("43.00"), Decimal("86.00"), date(2024, 2, 3), "SO1")
    ]
    assert warehouse.query("select quantity, discount_amount, line_amount from core.fct_order_lines order by all") == [
        (Decimal(1), Decimal("3.00"), Decimal("7.00")), (Decimal(4), Decimal("4.00"), Decimal("36.00")),
    ]  # fmt: skip


def test_activities_tickets_and_campaigns_belong_to_whom_they_are_about(warehouse: SmallLake) -> None:
    told = "interaction_type, direction, occurred_at, duration_seconds, is_completed, account_record_id"
    who = "contact_record_id, lead_record_id, opportunity_record_id"
    assert warehouse.query(f"select {told}, {who} from staging.stg_vtiger__interactions order by 1") == [
        ("call", None, datetime(2024, 2, 5, 8), 1800, True, "1", "2", None, None),
        ("email", "outbound", datetime(2024, 2, 5, 23), None, True, None, None, "4", None),
        ("task", None, datetime(2024, 2, 6, 23), None, False, None, None, None, "10"),
    ]
    cases = "select case_status, closed_at, customer_name from core.fct_cases inner join core.dim_customers"
    assert warehouse.query(f"{cases} using (customer_id)") == [("Closed", datetime(2024, 2, 10, 8), "Eve Miller")]
    members = "select contact_record_id, lead_record_id, member_status, has_responded"
    assert warehouse.query(f"{members} from staging.stg_vtiger__campaign_members order by 1 nulls last") == [
        ("2", None, "Contacted - Successful", True), (None, "4", None, False),
    ]  # fmt: skip


def test_every_record_that_feeds_an_entity_is_accounted_for(warehouse: SmallLake) -> None:
    counts = "select entity, logged_count from core.record_reconciliation where source_system = 'vtiger'"
    found = dict(warehouse.query(counts))
    assert (found["order_lines"], found["opportunity_lines"], found["opportunity_stage_changes"]) == (2, 1, 4)
    assert warehouse.query("select sum(unaccounted_count) from core.record_reconciliation") == [(0,)]
