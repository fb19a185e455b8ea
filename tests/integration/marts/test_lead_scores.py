"""lead_scores against the true probability of every lead, and what becomes of it."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.analytics.scoring.measures import calibration_error

pytestmark = pytest.mark.slow


def test_only_open_leads_are_scored_each_once(connection: duckdb.DuckDBPyConnection) -> None:
    ((scored,),) = connection.execute("select count(*) from marts.lead_scores").fetchall()
    ((open_leads,),) = connection.execute(
        "select count(*) from core.fct_leads where not is_converted and not is_deleted"
    ).fetchall()
    assert scored == open_leads > 0


def test_rates_are_calibrated_against_the_truth(connection: duckdb.DuckDBPyConnection) -> None:
    """The figure to reach: calibration error at most 0.03, over all open leads of the company."""
    found = connection.execute(
        """
        select
            s.conversion_rate::double as rate,
            coalesce(t.is_converted and t.converted_date <= greatest(s.created_date, s.as_of_date - 60) + 60, false)
                as is_converted
        from marts.lead_scores as s
        inner join core.fct_leads as l on s.lead_id = l.lead_id
        inner join memory.truth.leads as t on l.source_record_id = t.source_record_id
        """
    ).fetchnumpy()
    assert calibration_error(found["is_converted"].astype(float), found["rate"]) <= 0.03


def test_a_lead_has_reasons_and_the_grade_of_its_rate(connection: duckdb.DuckDBPyConnection) -> None:
    wrong = connection.execute(
        """
        select count(*) from marts.lead_scores
        where score_reasons is null or lead_grade <> case
            when conversion_rate >= 0.35 then 'A' when conversion_rate >= 0.2 then 'B'
            when conversion_rate >= 0.1 then 'C' else 'D'
        end
        """
    ).fetchall()
    assert wrong == [(0,)]
