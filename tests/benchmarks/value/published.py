"""Published figures of the CDNOW customers, and ours from their transactions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.analytics.value import gamma_gamma, pareto_nbd
from pipelines.analytics.value.fitting import Floats
from pipelines.analytics.value.purchase_models import MODELS, fit
from tests.benchmarks.value import cdnow

WEEKLY_RATE, MARGIN = 0.0027, 0.3
LIKELIHOODS = {"bg_nbd": -9582.429, "mbg_nbd": -9582.136, "pareto_nbd": -9594.976}


def figures() -> Iterator[tuple[str, float, float]]:
    """Yield name, published figure and ours: fits to the tenth of the cohort, and the worth of the whole."""
    tenth = cdnow.observed(cdnow.sample())
    for model, likelihood in LIKELIHOODS.items():
        found = fit(MODELS[model], tenth.histories.grouped()[0])
        yield f"log-likelihood of {model}", likelihood, found.log_likelihood
    repeats = tenth.valued > 0
    spending = gamma_gamma.fit(tenth.valued[repeats], tenth.amount[repeats])
    yield "log-likelihood of gamma_gamma", -4659.29, spending.log_likelihood - np.log(tenth.valued[repeats]).sum()
    worth, once = cohort_worth()
    yield "customers who bought once", 12_054, int(once.sum())
    yield "worth of a customer, $", 47, float(worth.mean())
    yield "worth of all, $", 1.1e6, float(worth.sum())
    yield "worth of one who bought once, $", 4.40, float(worth[once].mean())
    yield "their share of all", 0.05, float(worth[once].sum() / worth.sum())


def cohort_worth() -> tuple[Floats, np.ndarray]:
    """Return what each customer of the whole cohort is worth, by models fitted to a tenth, and who bought once."""
    tenth, everybody = cdnow.observed(cdnow.sample(), cdnow.END), cdnow.observed(cdnow.cohort(), cdnow.END)
    purchases = fit(MODELS["pareto_nbd"], tenth.histories.grouped()[0]).vector
    repeats = tenth.valued > 0
    spending = gamma_gamma.fit(tenth.valued[repeats], tenth.amount[repeats]).vector
    ahead = pareto_nbd.discounted_purchases(purchases, everybody.histories, WEEKLY_RATE)
    amount = gamma_gamma.expected_amount(spending, everybody.valued, everybody.amount)
    return MARGIN * ahead * amount, everybody.frequency == 0
