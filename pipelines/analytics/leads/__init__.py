"""Which open leads are worth a call: how likely each converts within 60 days of its creation, and why.

``converting`` trains on leads whose 60 days are over and scores the open ones; ``waiting`` tells what is left of a
probability when part of the time has passed. Grades are the mart's.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipelines.analytics.leads import converting
from pipelines.analytics.outputs import Output, write
from pipelines.analytics.runs import Run

RATES = Output(
    "lead_conversion_rates",
    "One row per open lead.",
    {
        "lead_id": "varchar",
        "score_method": "varchar",
        "score_model": "varchar",
        "conversion_rate": "decimal(9,4)",
        "score_reasons": "varchar",
        "model_id": "varchar",
        "model_trained_date": "date",
    },
)
OUTPUTS = (RATES,)
READS = ("core/fct_leads", "core/fct_interactions")


def compute(connection: duckdb.DuckDBPyConnection, run: Run) -> Mapping[str, Mapping[str, object]]:
    """Write the rates; return the model card with the figures of its latest test window."""
    card = converting.score(connection, run)
    written = write(connection, RATES, f"select {', '.join(RATES.columns)} from lead_rates")
    return {RATES.name: {"open leads": written, **card}}
