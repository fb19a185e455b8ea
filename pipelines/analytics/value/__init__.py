"""What customers are worth: models of how often they buy, how much they spend and when they leave, and their back-test.

They stand on core alone; the marts ``customer_value``, ``value_backtest`` and ``subscription_value`` show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.analytics.runs import Run
from pipelines.analytics.value.tables import BACK_TEST, CONTRACTS, MODELS, PREDICTIONS

if TYPE_CHECKING:
    import duckdb

OUTPUTS = (PREDICTIONS, MODELS, BACK_TEST, CONTRACTS)
READS = ("core/fct_orders", "core/dim_customers", "core/fct_subscriptions")


def compute(connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
    """Write the tables of ``OUTPUTS``; return table -> what a run shows of it."""
    # the special functions cost a second to import
    from pipelines.analytics.value.computing import compute_value

    return compute_value(connection, run.as_of)
