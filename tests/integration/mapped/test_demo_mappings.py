"""The demo's mapping files over the demo company: what the sources hold is what the canonical views say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import sources.simulators
from sources.config import load_config
from sources.mapped import publish_views
from sources.simulators.world import World
from tests.integration.mapped.conftest import MappedSource

TEMPLATES = Path(sources.simulators.__file__).parent / "demo"
LATEST = "qualify row_number() over (partition by _source, _record_id order by _loaded_at desc) = 1"


@pytest.mark.slow
def test_two_nights_of_the_demo_company_land_whole_and_to_the_cent(
    another: Callable[[str], MappedSource], tmp_path: Path
) -> None:
    world = World.create(tmp_path / "simulator", customers=150, seed=7)
    for template in TEMPLATES.glob("*.yaml"):
        text = template.read_text(encoding="utf-8").replace("@SIMULATOR@", str(tmp_path / "simulator"))
        text = text.replace("@SALESFORCE_URL@", "http://127.0.0.1:1").replace("@AS_OF@", world.today.isoformat())
        (tmp_path / template.name).write_text(text, encoding="utf-8")
    config = load_config(tmp_path / "crm_sources.yaml")
    legacy, shop = another("legacy_crm"), another("order_export")

    for _ in range(2):
        for source in (legacy, shop):
            assert [result.error for result in source.night().values() if result.error] == []
        world.advance(1)
    world_truth = tmp_path / "simulator" / "truth"
    # the truth has moved on by the day that no night has read
    for source in (legacy, shop):
        source.night()
    publish_views(legacy.lake, config.sources)

    truth = duckdb.sql(f"""
        select source_instance, count(*), sum(line_amount) from '{world_truth}/order_lines.parquet'
        where source_instance in ('legacy_crm', 'order_export') group by all order by all""").fetchall()
    lines = f"select * from lake.mapped.order_lines {LATEST}"
    assert legacy.rows(f"select _source, count(*), sum(line_amount) from ({lines}) group by all order by all") == truth

    statuses = duckdb.sql(f"""
        select source_instance, source_record_id, order_status, order_date, fulfilled_date, returned_date, currency_code
        from '{world_truth}/orders.parquet' where source_instance <> 'salesforce' order by all""").fetchall()
    orders = f"select * from lake.mapped.orders {LATEST}"
    seen = "select _source, _record_id, order_status, order_date, fulfilled_date, returned_date, currency_code"
    assert legacy.rows(f"{seen} from ({orders}) order by all") == statuses
    assert legacy.rejects() == []
    assert legacy.rows(f"""
        select coalesce(max(abs(o.order_amount - l.amount)), 0) from ({orders}) as o inner join
        (select _source, order_record_id, sum(line_amount) as amount from ({lines}) group by all) as l
        on o._source = l._source and o._record_id = l.order_record_id
        where o._source = 'legacy_crm'""") == [(Decimal("0.00"),)]

    contracts = duckdb.sql(f"""
        select source_record_id, start_date, if(cancelled_date <= date '{world.today}', cancelled_date, null),
            if(cancelled_date <= date '{world.today}', 'cancelled', 'active'), monthly_amount, currency_code
        from '{world_truth}/subscriptions.parquet' order by all""").fetchall()
    seen = "select _record_id, start_date, end_date, subscription_status, monthly_amount, currency_code"
    assert legacy.rows(f"{seen} from (select * from lake.mapped.subscriptions {LATEST}) order by all") == contracts
    assert contracts

    outs = duckdb.sql(f"select product_code, out_of_stock_at from '{world_truth}/stock_outs.parquet'").fetchall()
    levels = f"select * from lake.mapped.stock_levels {LATEST}"
    empty = f"select product_record_id, changed_at from ({levels}) where stock_quantity = 0"
    assert outs and set(outs) <= set(legacy.rows(empty))
    assert len(legacy.rows(f"select 1 from ({levels})")) > 9_000
