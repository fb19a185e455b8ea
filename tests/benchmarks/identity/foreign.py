"""People that have nothing to do with our generators, through the front door: CSV files, one mapping file, one night.

FEBRL 3 and 4 and fake_1000 are written as their owners publish them; who is one customer is then read from
``core.bridge_customer_sources``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.benchmarks.identity import datasets, ours
from tests.benchmarks.identity.children import measured_apart
from tests.benchmarks.identity.evaluate import Score, score, scores_over_thresholds
from tests.benchmarks.processes import COMMAND, Measured

THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
_RECORD = "split_part({}, '|', 4)"
AS_OF = "2026-01-01"
SOURCES = "sources:\n  people: {type: mapped, mapping: people.yaml}\n"
CONNECTION = "connection: {kind: files, folder: files}\ntables:\n"
_FEBRL = """
  {table}:
    files: "{table}*.csv"
    mode: snapshot
    format: {{kind: csv}}
    key: rec_id
    columns: {{date_of_birth: {{type: date, format: "%Y%m%d"}}}}
    entities:
      contacts:
        {prefix}
        columns:
          first_name: given_name
          last_name: surname
          birth_date: date_of_birth
          street: "concat_ws(' ', street_number, address_1)"
          city: suburb
          state: state
          postal_code: postcode
          country: "'AU'"
          national_id: soc_sec_id
"""
_FAKE_1000 = """
  fake_1000:
    files: "fake_1000*.csv"
    mode: snapshot
    format: {kind: csv}
    key: unique_id
    columns: {dob: date}
    entities:
      contacts:
        columns: {first_name: first_name, last_name: surname, birth_date: dob, city: city, email: email}
"""


@dataclass(frozen=True)
class Night:
    """A first night over one data set: who was told apart, what the whole night cost, and what thresholds would give.

    Attributes:
        threshold: the probability that the model chose without labels; pairs from there on are links.
        curve: threshold -> score of the connected components, without the guards that clustering adds.
    """

    score: Score
    cost: Measured
    threshold: float
    curve: dict[float, Score]


def run(name: str, home: Path) -> Night:
    """Run ``crm-warehouse run`` over the data set ``name`` in the empty folder ``home`` and score its customers.

    Raises:
        datasets.DataMissing: the data set is not on this machine.
        RuntimeError: the night failed.
    """
    files = home / "files"
    files.mkdir(parents=True)
    truth = _write_fake_1000(files) if name == "fake_1000" else _write_febrl(files, name)
    (home / "people.yaml").write_text(CONNECTION + _mapping(name))
    (home / "crm_sources.yaml").write_text(SOURCES)
    cost = measured_apart([str(COMMAND), "run", "--as-of", AS_OF], home)
    return scored(home / "warehouse.duckdb", truth, cost)


def scored(warehouse: Path, truth: list[tuple[str, str]], cost: Measured) -> Night:
    """Compare the customers in ``warehouse`` with ``truth``, rows of record and entity."""
    import pyarrow

    keys = pyarrow.table({"record_key": [row[0] for row in truth], "entity_id": [row[1] for row in truth]})
    with duckdb.connect() as connection:
        # under its own name, as its views know it
        connection.execute(f"attach '{warehouse}' as warehouse (read_only); use warehouse")
        connection.register("truth", keys)
        connection.execute(
            f"""
            create temp table clusters as
            select source_record_id as record_key, customer_id as cluster from core.bridge_customer_sources;
            create temp table pairs as
            select
                {_RECORD.format("record_key")} as record_key,
                {_RECORD.format("other_record_key")} as other_record_key,
                probability
            from ({ours.PAIRS})
            """
        )
        chosen = connection.execute(
            "select value from matching.quality where customer_type = 'person' and measure = 'threshold'"
        ).fetchone()
        curve = scores_over_thresholds(connection, "pairs", "truth", THRESHOLDS)
        return Night(score(connection, "clusters", "truth"), cost, chosen[0] if chosen else 0.0, curve)


def _mapping(name: str) -> str:
    if name == "fake_1000":
        return _FAKE_1000
    if name == "febrl3":
        return _FEBRL.format(table="febrl3", prefix="")
    # two files, two tables: each its own ids
    return "".join(_FEBRL.format(table=f"febrl4{part}", prefix=f'id_prefix: "{part}/"') for part in "ab")


def _write_fake_1000(files: Path) -> list[tuple[str, str]]:
    """Write the CSV without its answer and return (record, entity)."""
    with datasets.fake_1000_path().open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    _write_csv(files / "fake_1000.csv", [{key: row[key] for key in row if key != "cluster"} for row in rows])
    return [(row["unique_id"], row["cluster"]) for row in rows]


def _write_febrl(files: Path, name: str) -> list[tuple[str, str]]:
    """Write FEBRL 3 as one file, or FEBRL 4 as two, and return (record, entity)."""
    rows = [{key: value or "" for key, value in row.items()} for row in datasets.febrl(name).to_pylist()]
    truth = []
    if name == "febrl3":
        _write_csv(files / "febrl3.csv", rows)
        truth = [(row["rec_id"], _person(row["rec_id"])) for row in rows]
    else:
        # the originals and their duplicates, as the package gives them
        for part, ending in (("a", "-org"), ("b", "-dup-0")):
            told = [row for row in rows if row["rec_id"].endswith(ending)]
            _write_csv(files / f"febrl4{part}.csv", told)
            truth += [(f"{part}/{row['rec_id']}", _person(row["rec_id"])) for row in told]
    return truth


def _person(rec_id: str) -> str:
    """Return ``rec-7`` of ``rec-7-dup-1``."""
    return "-".join(rec_id.split("-")[:2])


def _write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
