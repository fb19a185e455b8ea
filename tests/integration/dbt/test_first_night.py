"""The warehouse of the eight hand-made customers says what was worked out on paper."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from tests.integration.dbt.people import CUSTOMERS, EMEA, LEGACY, REVENUE, SHOP
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow


def ids(lake: SmallLake) -> dict[str, str]:
    """Return the customer id of each record."""
    return dict(lake.query("select source_record_id, customer_id from core.bridge_customer_sources"))  # type: ignore[arg-type]


def names(lake: SmallLake) -> dict[str, str]:
    """Return the paper name of each customer id."""
    found = ids(lake)
    return {found[min(records)]: name for name, records in CUSTOMERS.items()}


def test_records_of_one_customer_get_one_id_and_of_two_customers_never_do(built: SmallLake) -> None:
    groups = defaultdict(set)
    for record, customer in ids(built).items():
        groups[customer].add(record)
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, CUSTOMERS.values()))


def test_revenue_agrees_with_paper_to_the_cent(built: SmallLake) -> None:
    known = names(built)
    rows = built.query("select customer_id, revenue_amount from marts.customer_value")
    assert {known[customer]: amount for customer, amount in rows} == REVENUE


def test_an_order_without_a_rate_is_listed_and_counted_as_unknown(built: SmallLake) -> None:
    listed = built.query("select source_record_id, amount, currency_code, reason from core.quarantined_amounts")
    assert listed == [("1003|1", Decimal("5000.00"), "JPY", "no exchange rate for this currency and day")]
    (order,) = built.query(
        "select order_amount, order_reporting_amount, is_rate_missing, is_counted from core.fct_orders"
        " where source_record_id = '1003'"
    )
    assert order == (Decimal("5000.00"), None, True, True)
    known = names(built)
    quarantined = built.query("select customer_id from marts.customer_value where quarantined_order_count > 0")
    assert [known[customer] for (customer,) in quarantined] == ["Petra"]


def test_an_order_status_of_the_orgs_own_counts_as_its_category(built: SmallLake) -> None:
    orders = built.query("select order_status, is_counted from core.fct_orders where source_record_id = '801A'")
    assert orders == [("fulfilled", True)]


def test_orders_follow_merges_and_keep_the_account_they_were_made_under(built: SmallLake) -> None:
    rows = built.query(
        "select account_record_id, original_account_record_id from core.fct_orders where source_record_id = '801K'"
    )
    assert rows == [("001KARL3", "001KARL1")]


def test_deleted_and_merged_records_stay_flagged_with_their_reason(built: SmallLake) -> None:
    orders = built.query("select source_record_id, delete_reason, is_counted from core.fct_orders where is_deleted")
    assert orders == [("801D", "soft", False)]
    merged = built.query(
        "select source_record_id, survivor_record_id from core.bridge_customer_sources where delete_reason = 'merged'"
    )
    assert sorted(merged) == [("001KARL1", "001KARL3"), ("001KARL2", "001KARL3")]
    assert built.query("select count(*) from core.dim_customers where is_deleted") == [(0,)]


def test_golden_values_come_from_the_latest_record_that_has_them(built: SmallLake) -> None:
    anna = ids(built)["001ANNA"]
    # the shop saw her last (20 May): her new name and address; the telephone is from Salesforce (1 February)
    (golden,) = built.query(
        f"select last_name, street, city, country, phone, record_count, source_count, is_deleted"
        f" from core.dim_customers where customer_id = '{anna}'"
    )
    assert golden == ("Müller-Lang", "Neue Straße 1", "Hamburg", None, "+49 170 1112223", 4, 3, False)


def test_products_meet_by_code_and_lines_find_them_with_or_without_a_product_record(built: SmallLake) -> None:
    assert built.query("select product_id, product_name, unit_cost_amount, record_count from core.dim_products") == [
        ("SKU-1", "Lamp", Decimal("40.0000"), 2)
    ]
    found = built.query("select count(*) from core.fct_order_lines where product_id = 'SKU-1'")
    unknown = built.query("select count(*) from core.fct_order_lines where product_id is null")
    assert (found, unknown) == ([(10,)], [(3,)])


def test_margin_counts_only_lines_with_a_known_cost(built: SmallLake) -> None:
    known = names(built)
    rows = built.query("select customer_id, cost_amount, margin_amount, uncosted_order_count from marts.customer_value")
    margins = {known[customer]: rest for customer, *rest in rows}
    # Anna: 4 lines at 40.00; 250.50 - 160.00. Peter bought what no price list knows.
    assert margins["Anna"] == [Decimal("160.00"), Decimal("90.50"), 0]
    assert margins["Peter"] == [None, None, 1]


def test_a_call_after_midnight_in_the_reporting_zone_is_of_the_next_day(built: SmallLake) -> None:
    rows = built.query("select source_record_id, occurred_date::varchar, is_counted from core.fct_interactions")
    assert sorted(rows) == [("00T1", "2025-06-30", True), ("00T2", "2025-07-01", False)]
    anna = ids(built)["001ANNA"]
    assert built.query(f"select interaction_count from marts.customer_360 where customer_id = '{anna}'") == [(1,)]


def test_an_open_deal_is_converted_at_its_close_date(built: SmallLake) -> None:
    acme = ids(built)["001ACME"]
    deals = built.query(
        f"select open_opportunity_count, open_opportunity_amount from marts.customer_360 where customer_id = '{acme}'"
    )
    assert deals == [(1, Decimal("100.00"))]  # 160 dollars at 1.60


def test_every_record_of_the_lake_is_accounted_for(built: SmallLake) -> None:
    rows = built.query(
        "select source_instance, entity, logged_count, living_count, deleted_count, merged_count, filtered_count,"
        " unaccounted_count from core.record_reconciliation"
    )
    found = {(source, entity): counts for source, entity, *counts in rows}
    assert found[EMEA, "accounts"] == [6, 4, 0, 2, 0, 0]
    assert found[EMEA, "orders"] == [5, 4, 1, 0, 0, 0]
    assert found[EMEA, "exchange_rates"] == [5, 0, 0, 0, 5, 0]
    assert found[LEGACY, "order_lines"] == [5, 5, 0, 0, 0, 0]
    assert found[SHOP, "contacts"] == [1, 1, 0, 0, 0, 0]
    assert all(counts[-1] == 0 for counts in found.values())


def test_rfm_scores_rank_customers_in_fifths_and_equal_values_score_the_same(built: SmallLake) -> None:
    known = names(built)
    rows = built.query("select customer_id, rfm_score, average_order_amount from marts.customer_value")
    scores = {known[customer]: (score, average) for customer, score, average in rows}
    # last orders: Acme 2 March, Karl 1 April, Peter 2 April, Petra 3 April, Anna 20 May
    # orders: Anna 3, all others 1; revenue: Petra, Peter, Karl, Anna, Acme
    assert scores == {
        "Acme": ("115", Decimal("300.00")),
        "Karl": ("213", Decimal("70.00")),
        "Peter": ("312", Decimal("0.09")),
        "Petra": ("411", None),
        "Anna": ("554", Decimal("83.50")),
    }


def test_column_comments_reach_the_warehouse_file(built: SmallLake) -> None:
    silent = built.query(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name in ('core', 'marts') and comment is null"
    )
    assert silent == []
