"""Who is leaving: how likely each customer does not buy in the next 90 days, or ends a subscription in them, and why.

``purchases`` is for customers who buy without a contract, ``contracts`` for subscriptions (``survival`` is their
model). A customer with a running subscription is judged by that, one without by purchases; whose subscriptions have
all ended, and who never ordered, is gone. Risk bands and money at risk are the mart's.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipelines.analytics.churning import contracts, purchases
from pipelines.analytics.outputs import Output, write
from pipelines.analytics.runs import Run

RATES = Output(
    "customer_churn_rates",
    "One row per customer with a counted order or subscription.",
    {
        "customer_id": "varchar",
        "churn_kind": "varchar",
        "churn_method": "varchar",
        "churn_model": "varchar",
        "churn_rate": "decimal(9,4)",
        "churn_reasons": "varchar",
        "model_id": "varchar",
        "model_trained_date": "date",
    },
)
OUTPUTS = (RATES,)
READS = (
    "core/dim_customers",
    "core/bridge_customer_sources",
    "core/fct_orders",
    "core/fct_interactions",
    "core/fct_cases",
    "core/fct_campaign_touches",
    "core/fct_opportunities",
    "core/fct_subscriptions",
)


def compute(connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
    """Write the rates; return the model card of each kind, with the figures of its latest test window."""
    card = purchases.score(connection, run) | contracts.score(connection, run)
    columns = ", ".join(name for name in RATES.columns)
    written = write(
        connection,
        RATES,
        f"""
        select {columns} from contract_churn
        where churn_model <> 'ended' or customer_id not in (select customer_id from purchase_churn)
        union all
        select {columns} from purchase_churn
        where customer_id not in (select customer_id from contract_churn where churn_model <> 'ended')
        """,
    )
    return {RATES.name: {"customers": written, **card}}
