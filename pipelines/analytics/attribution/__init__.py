"""Which campaign gets the credit for an order, by six models whose sums are exact.

Credit is not cause: what a campaign has really
brought about is measured by ``promotions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import duckdb

from pipelines.analytics.attribution.credits import credits, shared_out
from pipelines.analytics.attribution.paths import paths_query
from pipelines.analytics.attribution.removal import chain
from pipelines.analytics.outputs import Output, write
from pipelines.analytics.promotions.windows import read_windows
from pipelines.analytics.runs import Run

_SHARES = {
    "order_credit": "decimal(18,6)",
    "attributed_revenue_amount": "decimal(18,2)",
    "attributed_margin_amount": "decimal(18,2)",
}
CREDITS = Output(
    "order_attributions",
    "One row per counted order with a touch before it, model and campaign, for the models that look at one order.",
    {"order_id": "varchar", "attribution_model": "varchar", "campaign_id": "varchar", **_SHARES},
)
EFFECTS = Output(
    "campaign_removal_effects",
    "One row per campaign that touched a customer: what would be lost without it, and its share of all such losses.",
    {"campaign_id": "varchar", "removal_effect": "double", **_SHARES},
)
OUTPUTS = (CREDITS, EFFECTS)
READS = ("core/fct_campaign_touches", "core/fct_orders", "seeds/promotion_windows")

# what is shared out, in whole numbers, and how many of them are one
_PARTS = {"credit_parts": 1_000_000, "revenue_cents": 100, "margin_cents": 100}
_AMOUNTS = """
    select order_id as conversion, 1000000 as credit_parts,
        order_reporting_amount * 100 as revenue_cents, margin_reporting_amount * 100 as margin_cents
    from core.fct_orders
"""
_TOUCHES = """
    select order_id as conversion, campaign_id as channel, touch_number, touch_count, decay
    from touched_paths where order_id is not null
"""
_PATHS = f"""
    select path_id as path, campaign_id as channel, touch_number, 1 as ways,
        coalesce(credit_parts, 0) as credit_parts, coalesce(revenue_cents, 0) as revenue_cents,
        coalesce(margin_cents, 0) as margin_cents
    from touched_paths left join ({_AMOUNTS}) as amounts on touched_paths.order_id = amounts.conversion
"""


def compute(connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
    """Write credits and removal effects; both are empty where no campaign touched anybody."""
    paths = paths_query(read_windows(connection), run.as_of)
    connection.execute(f"create or replace temp table touched_paths as {paths}")
    written = write(
        connection,
        CREDITS,
        f"""
        select conversion as order_id, model as attribution_model, channel as campaign_id,
            credit_parts::decimal(24, 0) * 0.000001 as order_credit,
            revenue_cents::decimal(20, 0) * 0.01 as attributed_revenue_amount,
            margin_cents::decimal(20, 0) * 0.01 as attributed_margin_amount
        from ({credits(_TOUCHES, _AMOUNTS, tuple(_PARTS))})
        """,
    )
    effects = _removal(connection)
    connection.execute("drop table touched_paths")
    return {
        CREDITS.name: {"credits": written},
        EFFECTS.name: {"campaigns": len(effects), "largest removal effect": max(effects.values(), default=0.0)},
    }


def _removal(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Write the removal effects, and what is shared out by them; return the effects on orders."""
    import pandas as pd

    paths = chain(connection, _PATHS, tuple(_PARTS))
    sums = ", ".join(f"coalesce(sum({name}), 0)::hugeint" for name in _PARTS)
    totals = connection.execute(f"select {sums} from ({_PATHS}) where touch_number = 1").fetchone() or (0, 0, 0)
    effects = paths.removal_effects("credit_parts")
    rows = pd.DataFrame({"campaign_id": list(effects), "removal_effect": list(effects.values())}, dtype=object)
    for column, (name, parts), total in zip(_SHARES, _PARTS.items(), totals, strict=True):
        weights = paths.removal_effects(name)
        # where what there is to share out has no effects of its own, as with a loss, orders decide
        shares = shared_out(int(total), weights if any(weights.values()) else effects)
        rows[column] = [Decimal(share) / parts for share in shares.values()]
    write(connection, EFFECTS, rows.astype({"campaign_id": "object"}))
    return effects
