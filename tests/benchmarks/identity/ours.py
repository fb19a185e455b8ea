"""Our matcher over one warehouse file, in a process of its own: what a night's match step costs.

    python -m tests.benchmarks.identity.ours WAREHOUSE MODELS.json

Models are read from the file, where it is there, and written to it. Prints seconds, peak memory and what was compared.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from tests.benchmarks.processes import cpu_seconds, peak_mb

# clusters, and all pairs that were likely enough to be kept, as everything that scores them wants to see them
CLUSTERS = "select record_key, component as cluster from matching.clusters"
PAIRS = (
    "select record_key, other_record_key, probability from matching.links"
    " union all select record_key, other_record_key, probability from matching.review"
)


def match_night(warehouse: Path, models: Path) -> dict[str, Any]:
    """Run the match step on ``warehouse`` under the memory limit of a night; only this knows how it is called.

    Returns wall and cpu (seconds), peak (MB), and per customer type the records, those compared, pairs, and threshold.
    """
    from pipelines.analytics.matching.matcher import match
    from pipelines.analytics.matching.model import Model
    from sources.lake.location import DEFAULT_MEMORY_LIMIT

    known = json.loads(models.read_text()) if models.exists() else {}
    with tempfile.TemporaryDirectory(prefix="crm-match-") as scratch:
        started = time.perf_counter()
        connection = duckdb.connect(
            config={
                "memory_limit": DEFAULT_MEMORY_LIMIT,
                "temp_directory": scratch,
                "preserve_insertion_order": False,
            }
        )
        # under its own name, as views of the warehouse name it
        connection.execute(f"attach '{warehouse}' as warehouse; use warehouse")
        connection.execute("create temp table decisions (kind varchar, record_key varchar, other_record_key varchar)")
        done = match(connection, {kind: Model.from_json(text) for kind, text in known.items()})
        connection.close()
        wall = time.perf_counter() - started
    models.write_text(json.dumps({kind: each.model.to_json() for kind, each in done.items()}))
    kinds = {
        kind: {
            "learnt": each.is_new,
            "records": each.records,
            "compared": each.compared,
            "pairs": each.pairs,
            "threshold": each.model.threshold,
        }
        for kind, each in done.items()
        if each.records
    }
    return {"wall": wall, "cpu": cpu_seconds(), "peak": peak_mb(), "kinds": kinds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("models", type=Path)
    given = parser.parse_args()
    print(json.dumps(match_night(given.warehouse, given.models)))


if __name__ == "__main__":
    main()
