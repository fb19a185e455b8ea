"""Lead scores, on a company whose leads' true probabilities and outcomes are known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.analytics import leads
from pipelines.analytics.leads import converting
from pipelines.analytics.runs import MemoryModels, Run
from pipelines.analytics.scoring.measures import calibration_error, measure
from tests.unit.analytics.core_company import core_of

TODAY = date(2026, 8, 4)
pytestmark = pytest.mark.slow


def test_rates_are_calibrated_against_what_becomes_of_the_open_leads() -> None:
    with core_of(20_000, 5, TODAY) as connection:
        leads.compute(connection, Run(TODAY, "run", "EUR", MemoryModels()))
        found = connection.execute(
            """
            select
                s.conversion_rate::double as rate,
                l.probability,
                l.converts_at::date <= r.created_at::date + 60 as is_converted
            from analytics.lead_conversion_rates as s
            inner join records as r on s.lead_id = r.lead_id
            inner join leads as l on l.record = r.record
            where r.created_at::date > $today - 60
            """,
            {"today": TODAY},
        ).fetchnumpy()
        outcome = found["is_converted"].astype(float)
        assert len(outcome) > 300
        said = measure(outcome, found["rate"])
        known = measure(outcome, found["probability"])
        # the sampling error of so few outcomes is part of both
        assert said.calibration_error <= max(0.03, known.calibration_error)
        assert said.auc >= known.auc - 0.05


def test_rates_of_leads_not_trained_on_have_the_true_probability_on_average() -> None:
    """The figure to reach: calibration error at most 0.03 against the truth, over the leads that judge the model."""
    with core_of(20_000, 5, TODAY) as connection:
        models = MemoryModels()
        run = Run(TODAY, "run", "EUR", models)
        converting.score(connection, run)
        model = models.load(converting.NAME)
        assert model is not None
        *_, testing = converting.windows(converting._mature(connection, TODAY))
        sample = converting._sample(testing)
        said = converting.rates(model, testing.assign(lead_age_days=converting.AGES[-1]), sample)
        truth = dict(
            connection.execute(
                "select r.lead_id, l.probability * (r.ended_at >= timestamp '2199-01-01')::int"
                " from leads as l inner join records as r using (record)"
            ).fetchall()
        )
        true = np.array([truth[lead] for lead in testing["lead_id"]])
        assert len(true) > 500
        assert calibration_error(true, said) <= 0.03
        assert calibration_error(sample.outcome, said) <= 0.03 + 0.01


def test_thin_data_is_told_and_all_leads_of_an_age_have_one_rate() -> None:
    with core_of(100, 3, TODAY) as connection:
        leads.compute(connection, Run(TODAY, "run", "EUR", MemoryModels()))
        told = connection.execute(
            "select distinct score_model, score_method, score_reasons like '%By rule%training window%'"
            " from analytics.lead_conversion_rates"
        ).fetchall()
        assert told == [("rules", "rules", True)]
        connection.execute("delete from core.fct_leads")
        leads.compute(connection, Run(TODAY + timedelta(days=1), "run", "EUR", MemoryModels()))
        assert connection.execute("select count(*) from analytics.lead_conversion_rates").fetchall() == [(0,)]
