"""Stock Splink on DuckDB, as its user sets it up, in a process of its own: the peer of our matcher.

    python -m tests.benchmarks.identity.stock_splink people.parquet FOLDER [--later]

Trains, predicts and clusters; ``--later`` loads the model that the first night saved in FOLDER instead of training.
Writes ``clusters.parquet`` (and ``links.parquet``) and prints seconds per phase and the peak memory as JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import duckdb

from tests.benchmarks.processes import cpu_seconds, peak_mb

THRESHOLD = 0.95
MAX_PAIRS = 1e7


def prepare(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the table `people` as a Splink user cleans it: lower case, digits, and NULL for what has no form."""
    connection.execute(
        f"""
        copy (
            select
                record_key as unique_id,
                nullif(trim(lower(first_name)), '') as first_name,
                nullif(trim(lower(last_name)), '') as last_name,
                birth_date,
                case when email like '%_@_%._%' then trim(lower(email)) end as email,
                case when length(regexp_replace(phone, '[^0-9]', '', 'g')) >= 7
                    then regexp_replace(phone, '[^0-9]', '', 'g') end as phone,
                nullif(trim(lower(street)), '') as street,
                nullif(trim(lower(city)), '') as city,
                postal_code,
            from people
        ) to '{path}' (format parquet)
        """
    )


def settings() -> Any:
    """Return eight blocking rules and six comparisons."""
    import splink.comparison_library as cl  # noqa: TID251
    from splink import SettingsCreator, block_on  # noqa: TID251

    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("first_name", "last_name", "postal_code"),
            block_on("first_name", "last_name", "city"),
            block_on("last_name", "birth_date"),
            block_on("first_name", "birth_date"),
            block_on("last_name", "street"),
            block_on("street", "postal_code"),
        ],
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("last_name"),
            cl.DateOfBirthComparison("birth_date", input_is_string=False),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1, 2]),
            cl.JaroWinklerAtThresholds("street", [0.9, 0.7]),
        ],
        retain_matching_columns=False,
    )


def train(linker: Any, clock: dict[str, float]) -> None:
    """Estimate the prior, u by sampling and m by three sessions of expectation maximisation."""
    from splink import block_on  # noqa: TID251

    started = time.perf_counter()
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("first_name", "last_name", "birth_date"), block_on("last_name", "phone")],
        recall=0.7,
    )
    clock["prior"] = time.perf_counter() - started
    started = time.perf_counter()
    linker.training.estimate_u_using_random_sampling(max_pairs=MAX_PAIRS, seed=1)
    clock["u"] = time.perf_counter() - started
    started = time.perf_counter()
    for rule in (block_on("first_name", "last_name"), block_on("last_name", "birth_date"), block_on("email")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    clock["em"] = time.perf_counter() - started


def run(people: Path, folder: Path, is_later: bool) -> dict[str, float]:
    """Link ``people``; return seconds per phase, of all (``wall``), of the processor (``cpu``), and ``peak`` MB."""
    from splink import DuckDBAPI, Linker  # noqa: TID251

    clock: dict[str, float] = {}
    model = folder / "model.json"
    begun = started = time.perf_counter()
    api = DuckDBAPI(duckdb.connect())
    table = api.register(duckdb_table(api, people))
    linker = Linker(table, model if is_later else settings())
    clock["load"] = time.perf_counter() - started
    if not is_later:
        train(linker, clock)
        linker.misc.save_model_to_json(str(model), overwrite=True)
    started = time.perf_counter()
    links = linker.inference.predict(threshold_match_probability=0.01)
    clock["predict"] = time.perf_counter() - started
    started = time.perf_counter()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(links, THRESHOLD)
    clock["cluster"] = time.perf_counter() - started
    clock["wall"] = time.perf_counter() - begun
    clock["cpu"], clock["peak"] = cpu_seconds(), peak_mb()
    clusters.as_duckdbpyrelation().select("unique_id as record_key, cluster_id as cluster").write_parquet(
        str(folder / "clusters.parquet")
    )
    links.as_duckdbpyrelation().select(
        "unique_id_l as record_key, unique_id_r as other_record_key, match_probability as probability"
    ).write_parquet(str(folder / "links.parquet"))
    return clock


def duckdb_table(api: Any, people: Path) -> str:
    """Load the file into the connection of Splink and return the table's name."""
    api._con.execute(f"create table people as from '{people}'")
    return "people"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--later", action="store_true", help="use the stored model")
    given = parser.parse_args()
    print(json.dumps(run(given.people, given.folder, given.later)))


if __name__ == "__main__":
    main()
