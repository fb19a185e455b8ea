"""What the change log knows of the past: owners, managers, addresses and deals as they were at the time.

Every night of these tests runs dbt's own tests too, among them that periods neither overlap nor leave a gap, and that
the last period of everything is what is so today.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.integration.dbt.people import AS_OF, FIRST_NIGHT, mapped, rate, salesforce, stamp
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow

HISTORIES = (
    "core.dim_customers_history", "core.dim_accounts_history", "core.dim_users_history", "core.fct_opportunity_owners",
    "core.fct_opportunity_stages", "core.fct_subscription_periods", "core.fct_stock_levels",
)  # fmt: skip
ACME = {"Name": "Acme GmbH", "IsPersonAccount": False, "Phone": "+49 30 9998887", "CurrencyIsoCode": "EUR"}
DEAL = {"AccountId": "001ACME", "Name": "More lamps", "Amount": Decimal("160.00"), "CurrencyIsoCode": "USD"}
SUBSCRIPTION = {"account_record_id": "L1", "start_date": date(2025, 1, 1), "currency_code": "EUR"}


def user(key: str, manager: str | None, changed: str = "2024-01-01") -> dict[str, object]:
    return salesforce(key, changed, Name=key, ManagerId=manager, IsActive=True)


EARLIER = {
    **FIRST_NIGHT,
    "salesforce.user": [user("005BOSS", None), user("005CHEF", None), user("005ANN", "005BOSS"), user("005BEN", None)],
    "salesforce.account": [
        *[row for row in FIRST_NIGHT["salesforce.account"] if row["_record_id"] != "001ACME"],
        salesforce("001ACME", **ACME, OwnerId="005ANN", BillingCity="Berlin", BillingStreet="Weg 1"),
        salesforce("001SUB", Name="Acme Sub GmbH", ParentId="001ACME", OwnerId="00GQUEUE"),
    ],
    "salesforce.opportunity": [
        salesforce("006A", **DEAL, OwnerId="005ANN", StageName="Proposal", CloseDate=date(2025, 3, 5)),
        salesforce("006B", **DEAL, OwnerId="005ANN", StageName="Won", IsClosed=True, IsWon=True,
                   CloseDate=date(2025, 3, 5)),
    ],
    "mapped.subscriptions": [mapped("legacy_crm", "S1", "2025-01-15", **SUBSCRIPTION, monthly_amount=Decimal("9.00"))],
    "mapped.stock_levels": [
        mapped("legacy_crm", "K1", product_record_id="P1", stock_quantity=Decimal(0), changed_at=stamp("2025-01-01")),
    ],
}  # fmt: skip
LATER = {
    "salesforce.user": [user("005ANN", "005CHEF", "2025-03-20")],
    "salesforce.account": [
        salesforce("001ACME", "2025-03-10", **ACME, OwnerId="005BEN", BillingCity="Hamburg", BillingStreet="Gasse 2"),
        # the parent becomes the child of its own child
        salesforce("001SUB", "2025-03-11", Name="Acme Sub GmbH", ParentId="001SUB", OwnerId="00GQUEUE"),
    ],
    "salesforce.opportunity": [
        salesforce("006A", "2025-03-12", **DEAL, OwnerId="005BEN", StageName="Won", IsClosed=True, IsWon=True,
                   CloseDate=date(2025, 3, 12)),
        salesforce("006B", "2025-03-12", **DEAL, OwnerId="005BEN", StageName="Won", IsClosed=True, IsWon=True,
                   CloseDate=date(2025, 3, 5)),
    ],
    "salesforce.order": [
        salesforce("801N", "2025-04-02", AccountId="001ACME", Status="Activated", EffectiveDate=date(2025, 4, 2),
                   CurrencyIsoCode="EUR", TotalAmount=Decimal("10.00")),
    ],
    "mapped.subscriptions": [mapped("legacy_crm", "S1", "2025-04-01", **SUBSCRIPTION, monthly_amount=Decimal("12.00"))],
    "mapped.stock_levels": [
        mapped("legacy_crm", "K2", product_record_id="P1", stock_quantity=Decimal(7), changed_at=stamp("2025-02-01")),
    ],
    "salesforce.dated_conversion_rate": [rate("04wU1", "USD", "1.25", "2025-01-01", "2025-05-01")],
}  # fmt: skip


@pytest.fixture(scope="module")
def reorganized(tmp_path_factory: pytest.TempPathFactory) -> SmallLake:
    lake = SmallLake(tmp_path_factory.mktemp("histories") / "lake")
    lake.loaded_at = stamp("2025-02-01")
    lake.write(EARLIER)
    lake.facts("night-1", AS_OF)
    lake.loaded_at = stamp("2025-05-31")
    lake.write(LATER)
    lake.facts("night-2", AS_OF)
    return lake


def test_a_reorganization_leaves_the_past_with_its_managers(reorganized: SmallLake) -> None:
    rows = reorganized.query(
        "select manager_user_id[-4:], valid_to_at from core.dim_users_history where user_id like '%ANN' order by all"
    )
    assert rows == [("BOSS", stamp("2025-03-20")), ("CHEF", None)]
    assert reorganized.query("select manager_user_id[-4:] from core.dim_users where user_id like '%ANN'") == [("CHEF",)]


def test_orders_and_deals_belong_to_who_owned_them_at_the_time(reorganized: SmallLake) -> None:
    orders = "select source_record_id, owner_user_id[-3:] from core.fct_orders where account_record_id = '001ACME'"
    assert dict(reorganized.query(orders)) == {"801C": "ANN", "801D": "ANN", "801N": "BEN"}  # type: ignore[arg-type]
    deals = "select source_record_id, owner_user_id[-3:], credited_user_id[-3:] from core.fct_opportunities order by 1"
    assert reorganized.query(deals) == [("006A", "BEN", "BEN"), ("006B", "BEN", "ANN")]


def test_a_stage_is_seen_in_the_states_of_a_deal_whose_source_keeps_no_stage_history(reorganized: SmallLake) -> None:
    rows = reorganized.query(
        "select stage_name, owner_user_id[-3:], entered_at, is_current from core.fct_opportunity_stages"
        " where opportunity_id like '%006A' order by visit_number"
    )
    assert rows == [("Proposal", "ANN", stamp("2024-01-01"), False), ("Won", "BEN", stamp("2025-03-12"), True)]


def test_a_customer_lived_where_its_records_said_then(reorganized: SmallLake) -> None:
    rows = reorganized.query(
        "select city, street, owner_user_id[-3:], valid_from_at, valid_to_at from core.dim_customers_history"
        " where customer_id = (select customer_id from core.dim_accounts where source_record_id = '001ACME')"
        " order by valid_from_at desc limit 2"
    )
    assert rows == [
        ("Hamburg", "Gasse 2", "BEN", stamp("2025-03-10"), None),
        ("Berlin", "Weg 1", "ANN", stamp("2024-01-01"), stamp("2025-03-10")),
    ]


def test_what_was_read_today_is_not_said_to_have_been_known_before(reorganized: SmallLake) -> None:
    rows = reorganized.query(
        "select valid_from_at, known_from_at from core.dim_accounts_history"
        " where source_record_id = '001ACME' order by valid_from_at"
    )
    assert rows == [(stamp("2024-01-01"), stamp("2025-02-02")), (stamp("2025-03-10"), stamp("2025-06-01"))]


def test_an_account_that_became_its_own_parent_is_flagged_and_stands_alone(reorganized: SmallLake) -> None:
    row = "select parent_account_id, ultimate_parent_account_id = account_id, hierarchy_level, is_in_cycle"
    found = reorganized.query(f"{row} from core.dim_accounts where source_record_id = '001SUB'")
    assert found == [(None, True, 1, True)]
    before = "select parent_account_id[-4:] from core.dim_accounts_history where source_record_id = '001SUB'"
    assert reorganized.query(f"{before} order by valid_from_at limit 1") == [("ACME",)]


def test_amounts_and_stock_have_their_periods(reorganized: SmallLake) -> None:
    periods = "select valid_from_date, valid_to_date, monthly_amount from core.fct_subscription_periods order by 1"
    assert reorganized.query(periods) == [
        (date(2025, 1, 1), date(2025, 4, 1), Decimal("9.00")),
        (date(2025, 4, 1), None, Decimal("12.00")),
    ]
    stock = "select valid_from_at, valid_to_at, is_out_of_stock from core.fct_stock_levels order by 1"
    assert reorganized.query(stock) == [
        (stamp("2025-01-01"), stamp("2025-02-01"), True),
        (stamp("2025-02-01"), None, False),
    ]


def test_a_state_that_says_nothing_new_adds_nothing_to_any_history(reorganized: SmallLake) -> None:
    before = {name: sorted(map(str, reorganized.query(f"select * from {name}"))) for name in HISTORIES}
    latest = {
        table: list({row["_record_id"]: row for row in (*EARLIER.get(table, ()), *LATER.get(table, ()))}.values())
        for table in {**EARLIER, **LATER}
    }
    reorganized.write(latest)
    reorganized.facts("night-3", AS_OF)
    assert {name: sorted(map(str, reorganized.query(f"select * from {name}"))) for name in HISTORIES} == before
    assert all(before.values())
