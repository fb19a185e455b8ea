"""Whole nights through the command line: what the second one keeps and changes, and that readers notice nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from sources.simulators.world import World
from tests.integration.pipelines import nights
from tests.integration.pipelines.conftest import CUSTOMERS, Company

pytestmark = pytest.mark.slow


def test_the_first_night_says_what_was_read_and_found(company: Company) -> None:
    output = company.first.finished.output
    [(customers,)] = nights.query(company.home, "select count(*) from core.dim_customers")
    assert "salesforce" in output and "legacy_crm" in output and "order_export" in output
    assert "The ten most valuable customers" in output
    assert str(company.home / "published" / "crm.duckdb") in output
    assert f"{len(company.first.customer_ids):,} customers" in output
    assert customers >= len(company.first.customer_ids)


def test_a_later_night_says_what_changed(company: Company) -> None:
    assert "Since the night before (1 day(s))" in company.second.finished.output
    assert "Since the night before" not in company.first.finished.output


def test_every_customer_id_of_the_first_night_is_kept_or_is_an_alias(company: Company) -> None:
    with nights.open_lake(company.home) as lake:
        events = "select customer_id from lake.identity.events where event_type in ('merged', 'retired')"
        aliases = {row[0] for row in lake.connection.execute(events).fetchall()}
    assert company.first.customer_ids <= company.second.customer_ids | aliases


def test_the_second_night_appends_only_what_really_changed(company: Company, tmp_path: Path) -> None:
    before, now = _org(tmp_path / "before", days=0), _org(tmp_path / "now", days=1)
    with nights.open_lake(company.home) as lake:
        run_id = lake.connection.execute("select arg_max(run_id, committed_at) from lake.ingest.windows").fetchone()[0]
        for table, name in (("account", "Account"), ("contact", "Contact"), ("order", "Order"), ("case", "Case")):
            appended = lake.connection.execute(
                f'select _record_id from lake.salesforce."{table}" where _run_id = ?', [run_id]
            ).fetchall()
            really = _rows(now, name) - _rows(before, name)
            assert {row[0] for row in appended} == {row[0] for row in really}, name
            assert len(appended) == len(set(appended)), name


def _org(home: Path, days: int) -> Path:
    """Return the org of the same company after ``days``, made without the pipeline."""
    World.create(home, CUSTOMERS, 42).advance(days)
    return home / "salesforce.duckdb"


def _rows(database: Path, name: str) -> set[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return set(connection.execute(f'select Id, "{name}"::varchar from "{name}"').fetchall())


def test_no_record_is_in_the_log_twice_in_a_row_with_the_same_content(company: Company) -> None:
    with nights.open_lake(company.home) as lake:
        tables = lake.connection.execute(
            "select distinct connector_type, table_name from lake.ingest.windows"
        ).fetchall()
        for schema, table in tables:
            repeats = lake.connection.execute(
                f"""
                select _source, _record_id from (
                    select
                        _source, _record_id, _op, _row_hash,
                        lag(_op || coalesce(_row_hash, '')) over (
                            partition by _source, _record_id order by _loaded_at
                        ) as earlier
                    from lake."{schema}"."{table}"
                ) where earlier = _op || coalesce(_row_hash, '')
                """
            ).fetchall()
            assert repeats == [], (schema, table)


def test_deleted_and_merged_records_are_flagged_with_the_reason(company: Company) -> None:
    truth = company.home / "simulator" / "truth" / "record_map.parquet"
    wrong = nights.query(
        company.home,
        f"""
        select truth.source_record_id, truth.delete_reason, bridge.is_deleted, bridge.delete_reason
        from '{truth}' as truth
        join core.bridge_customer_sources as bridge using (source_instance, entity, source_record_id)
        where truth.is_deleted <> bridge.is_deleted
            or truth.delete_reason is distinct from bridge.delete_reason
        """,
    )
    reasons = nights.query(
        company.home, "select distinct delete_reason from core.bridge_customer_sources where is_deleted order by 1"
    )
    assert wrong == []
    assert ("merged",) in reasons and ("soft",) in reasons


def test_customer_value_is_the_truth_to_the_cent_for_every_customer_the_rules_resolve(company: Company) -> None:
    truth = company.home / "simulator" / "truth"
    compared = nights.query(
        company.home,
        f"""
        with
        mapped as (
            select truth.truth_customer_id, bridge.customer_id
            from '{truth}/record_map.parquet' as truth
            join core.bridge_customer_sources as bridge using (source_instance, entity, source_record_id)
        ),
        whole as (
            select truth_customer_id, any_value(customer_id) as customer_id
            from mapped group by truth_customer_id having count(distinct customer_id) = 1
        ),
        pure as (select customer_id from mapped group by customer_id having count(distinct truth_customer_id) = 1)
        select coalesce(found.revenue_amount, 0), coalesce(spend.spend_eur, 0)
        from whole
        join pure using (customer_id)
        left join marts.customer_value as found using (customer_id)
        left join '{truth}/spend.parquet' as spend using (truth_customer_id)
        """,
    )
    [(total,)] = nights.query(company.home, "select sum(revenue_amount) from marts.customer_value")
    [(spent,)] = nights.query(company.home, f"select sum(spend_eur) from '{truth}/spend.parquet'")
    assert [pair for pair in compared if pair[0] != pair[1]] == []
    assert len([pair for pair in compared if pair[1] > 0]) > 0.3 * CUSTOMERS
    assert total == spent


def test_a_reader_meets_no_error_and_never_two_runs_in_one_answer(company: Company) -> None:
    reading = company.reading
    assert reading.errors == []
    assert len(reading.anew) > 5
    for _, counted, recorded in reading.held + reading.anew:
        assert counted == recorded
    assert len({run_id for run_id, _, _ in reading.held}) == 1
    assert {run_id for run_id, _, _ in reading.anew} >= {reading.held[0][0]}


def test_the_run_is_in_dagsters_history_with_its_materializations(company: Company) -> None:
    import sqlite3

    with sqlite3.connect(company.home / "dagster" / "history" / "runs.db") as history:
        runs = history.execute("select pipeline_name, status from runs order by id").fetchall()
    assert runs == [("nightly", "SUCCESS"), ("nightly", "SUCCESS")]


def test_the_published_file_says_which_day_it_speaks_of(company: Company) -> None:
    [(as_of,)] = nights.query(company.home, "select as_of from meta.run")
    assert as_of == World.open(company.home / "simulator").today
    assert isinstance(as_of, date)
