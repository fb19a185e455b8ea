"""The next night, and a rebuild: ids stay, deletes and merges are flagged, the same lake gives the same marts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.dbt.people import FIRST_NIGHT, LEGACY, legacy, line, sale
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow

# Eva Gross turns out to be Eva Klein and is merged; Peter's legacy record is deleted; Petra buys once more
SECOND_NIGHT: dict[str, list[dict[str, Any]]] = {
    "mapped.accounts": [
        legacy("L6", "Eva", "Gross", "2025-06-29", email="info@hotel.de", _op="delete", _delete_reason="merged",
               _merged_into="L5"),
        legacy("L2", "Peter", "Schmidt", "2025-06-29", email="schmidts@web.de", _op="delete", _delete_reason="purged"),
    ],
    "mapped.orders": [sale(LEGACY, "1004", "placed", "2025-06-29", "EUR", account_record_id="L3"),
                      sale(LEGACY, "1005", "placed", "2025-06-29", "EUR", account_record_id="L6")],
    "mapped.order_lines": [line(LEGACY, "1004", 1, "12.34", "EUR"), line(LEGACY, "1005", 1, "5.00", "EUR")],
}  # fmt: skip

MARTS = (
    "core.bridge_customer_ids", "core.bridge_customer_sources", "core.dim_customers", "core.dim_products",
    "core.fct_interactions", "core.fct_opportunities", "core.fct_order_lines", "core.fct_orders",
    "core.quarantined_amounts", "core.record_reconciliation", "marts.customer_360", "marts.customer_value",
)  # fmt: skip


def contents(lake: SmallLake) -> dict[str, list[tuple[Any, ...]]]:
    return {mart: sorted(lake.query(f"select * from {mart}"), key=repr) for mart in MARTS}


def assigned(lake: SmallLake) -> dict[str, str]:
    return dict(lake.query("select source_record_id, customer_id from core.bridge_customer_sources"))  # type: ignore[arg-type]


def test_a_second_night_keeps_ids_and_flags_what_went_and_a_rebuild_gives_the_same(
    tmp_path: Path, night: Callable[[SmallLake, str], Any]
) -> None:
    lake = SmallLake(tmp_path / "nights")
    lake.write(FIRST_NIGHT)
    night(lake, "night-1")
    first = assigned(lake)
    lake.write(SECOND_NIGHT)
    found = night(lake, "night-2")

    second = assigned(lake)
    assert {record for record in first if first[record] != second[record]} <= {"L5", "L6"}
    assert second["L5"] == second["L6"] and second["L5"] in (first["L5"], first["L6"])
    assert (found.created, found.merged, found.moved) == (0, 1, 1)
    assert lake.query(f"select alias_count from core.dim_customers where customer_id = '{second['L5']}'") == [(1,)]

    heirs = dict(lake.query("select known_customer_id, customer_id from core.bridge_customer_ids"))  # type: ignore[arg-type]
    assert all(heirs[first[record]] == second[record] for record in first)

    flags = lake.query("select source_record_id, delete_reason from core.bridge_customer_sources where is_deleted")
    assert {("L2", "purged"), ("L6", "merged")} <= set(flags)
    peter = lake.query(f"select is_deleted from core.dim_customers where customer_id = '{second['L2']}'")
    assert peter == [(False,)]  # he lives on in Salesforce
    spent = dict(lake.query("select customer_id, revenue_amount from marts.customer_value"))  # type: ignore[arg-type]
    assert (spent[second["L3"]], spent[second["L5"]]) == (Decimal("12.34"), Decimal("5.00"))

    before = contents(lake)
    lake.warehouse.unlink()
    rebuilt = night(lake, "night-3")
    assert contents(lake) == before
    assert (rebuilt.created, rebuilt.merged, rebuilt.moved) == (0, 0, 0)
