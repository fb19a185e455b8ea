"""From the environment to the customers and facts of the warehouse: what the staging models make of its words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from sources.ingest import ingest
from sources.lake import Lake
from tests.integration.dbt.small_lake import SmallLake
from tests.integration.dynamics.environment import Environment, open_environment

AS_OF = "2024-03-04"


def _fill(environment: Environment) -> None:
    """A company and its employee, a deal won and a deal lost, an order, a call, a case; in Swiss francs."""
    add = environment.records.insert
    franc = add("transactioncurrency", {"isocurrencycode": "CHF", "exchangerate": Decimal(1)})
    euro = add("transactioncurrency", {"isocurrencycode": "EUR", "exchangerate": Decimal("0.5")})
    add("organization", {"name": "Acme", "basecurrencyid": franc})
    add(
        "stringmap",
        {"objecttypecode": "account", "attributename": "industrycode", "attributevalue": 7, "value": "Mills"},
    )
    ann = add("systemuser", {"fullname": "Ann Owner", "internalemailaddress": "ann@acme.example", "isdisabled": False})
    owned = {"ownerid": ann, "ownerid_type": "systemuser", "transactioncurrencyid": franc}
    mill = add(
        "account", {"name": "Mill AG", "industrycode": 7, "merged": False, "telephone1": "+41 44 668 18 00", **owned}
    )
    eve = add(
        "contact",
        {
            "firstname": "Eve", "lastname": "Miller", "emailaddress1": "eve@mill.example", "merged": False,
            "parentcustomerid": mill, "parentcustomerid_type": "account", **owned,
        },
    )  # fmt: skip
    customer = {"customerid": mill, "customerid_type": "account", **owned}
    won = {"statecode": 1, "actualvalue": Decimal("1200.55"), "actualclosedate": date(2024, 2, 1)}
    add("opportunity", {"name": "won", "createdon": datetime(2024, 1, 1), **won, **customer})
    add("opportunity", {"name": "lost", "statecode": 2, "estimatedvalue": Decimal(5), **customer})
    wheel = add("product", {"name": "Wheel", "productnumber": "W1", "standardcost": Decimal("3.5"), "statecode": 0})
    sold = {"statecode": 3, "totalamount": Decimal("40.00"), "submitdate": datetime(2024, 2, 3, 9)}
    order = add("salesorder", {"ordernumber": "O1", **sold, **customer, "transactioncurrencyid": euro})
    line = {"salesorderid": order, "productid": wheel, "quantity": Decimal(4), "priceperunit": Decimal(10)}
    add(
        "salesorderdetail",
        {**line, "extendedamount": Decimal("43.00"), "tax": Decimal(3), "transactioncurrencyid": euro},
    )
    about = {"regardingobjectid": eve, "regardingobjectid_type": "contact", "actualend": datetime(2024, 2, 5, 8)}
    call = add("activitypointer", {"activitytypecode": "phonecall", "subject": "hello", "statecode": 1, **about})
    add("phonecall", {"activityid": call, "directioncode": True})
    add(
        "incident",
        {"title": "squeaks", "ticketnumber": "C1", "statecode": 0, "customerid": eve, "customerid_type": "contact"},
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallLake]:
    """The warehouse after a night over the environment."""
    folder = tmp_path_factory.mktemp("dynamics_night")
    small = SmallLake(folder / "home", ("dynamics", "mapped"))
    with open_environment(folder) as environment:
        _fill(environment)
        with Lake(small.location) as lake:
            for result in ingest(environment.connector(), lake, "r1", staging=folder / "staging"):
                assert result.error is None, result.error
    small.facts("r1", AS_OF, reporting_currency="CHF")
    yield small


def test_organizations_and_persons_become_customers_with_their_owner_and_labels(warehouse: SmallLake) -> None:
    rows = warehouse.query("select customer_type, customer_name, phone, email from core.dim_customers order by 2")
    assert rows == [
        ("person", "Eve Miller", None, "eve@mill.example"),
        ("organization", "Mill AG", "+41 44 668 18 00", None),
    ]
    assert warehouse.query("select industry from core.dim_accounts") == [("Mills",)]
    assert warehouse.query("select count(*) from core.bridge_employments") == [(1,)]


def test_deals_count_by_their_state_in_their_currency_and_for_their_owner(warehouse: SmallLake) -> None:
    deals = warehouse.query(
        "select opportunity_name, is_closed, is_won, opportunity_amount, currency_code, close_date"
        " from core.fct_opportunities order by 1"
    )
    assert deals == [
        ("lost", True, False, Decimal("5.00"), "CHF", None),
        ("won", True, True, Decimal("1200.55"), "CHF", date(2024, 2, 1)),
    ]


def test_an_order_is_converted_at_the_environments_rate_and_its_line_is_without_the_tax(warehouse: SmallLake) -> None:
    # 0.5 euros for one franc: 40 euros are 80 francs
    orders = warehouse.query(
        "select order_status, order_amount, order_reporting_amount, order_date from core.fct_orders"
    )
    assert orders == [("fulfilled", Decimal("40.00"), Decimal("80.00"), date(2024, 2, 3))]
    assert warehouse.query("select quantity, line_amount, line_reporting_amount from core.fct_order_lines") == [
        (Decimal("4.0000"), Decimal("40.00"), Decimal("80.00"))
    ]


def test_a_call_and_a_case_belong_to_the_person(warehouse: SmallLake) -> None:
    whose = "inner join core.dim_customers using (customer_id)"
    calls = warehouse.query(f"select interaction_type, direction, customer_name from core.fct_interactions {whose}")
    assert calls == [("call", "outbound", "Eve Miller")]
    cases = warehouse.query(f"select case_status, customer_name from core.fct_cases {whose}")
    assert cases == [("Active", "Eve Miller")]
