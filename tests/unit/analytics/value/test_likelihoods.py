"""What must hold of the likelihoods and predictions, whatever the customers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1

from pipelines.analytics.value import gamma_gamma, pareto_nbd
from pipelines.analytics.value import shifted_beta_geometric as sbg
from pipelines.analytics.value.fitting import Histories, maximise, plausible
from pipelines.analytics.value.purchase_models import MODELS, PurchaseModel, discounted_purchases, fit, no_purchase

PARAMETERS = {
    "bg_nbd": np.array([0.6, 8.0, 0.7, 2.5]),
    "mbg_nbd": np.array([0.6, 8.0, 0.7, 2.5]),
    "pareto_nbd": np.array([0.6, 8.0, 0.7, 11.0]),
}
models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def customers(count: int = 400, seed: int = 5) -> Histories:
    """Histories of days, many of them the same, some customers having bought today and some once."""
    rng = np.random.default_rng(seed)
    age = rng.integers(0, 60, count) / 7 * 7
    frequency = np.where(age > 0, rng.poisson(rng.gamma(0.5, 3.0, count)), 0).astype(float)
    recency = np.where(frequency > 0, np.ceil(age * rng.beta(2, 1, count)), 0.0)
    return Histories.of(frequency, recency, age)


def simulated(count: int) -> Histories:
    """Histories of customers who live by the Pareto/NBD model."""
    rng = np.random.default_rng(9)
    age = rng.integers(70, 700, count) / 7
    stays = np.minimum(rng.exponential(1 / (rng.gamma(1.2, 1.0, count) / 40)), age)
    frequency = rng.poisson(rng.gamma(0.8, 1.0, count) / 9 * stays).astype(float)
    # the last of n moments spread evenly
    recency = np.where(frequency > 0, stays * rng.random(count) ** (1 / np.maximum(frequency, 1)), 0.0)
    return Histories.of(frequency, recency, age)


def numeric(likelihood: object, at: np.ndarray) -> np.ndarray:
    """The gradient by differences, from values alone."""
    steps = np.diag(at * 1e-5)
    return np.array([(likelihood(at + s)[0] - likelihood(at - s)[0]) / (2 * s.sum()) for s in steps])  # type: ignore[operator]


@models
@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_the_gradient_is_that_of_the_likelihood(model: PurchaseModel, factor: float) -> None:
    likelihood = model.likelihood(customers().grouped()[0])
    at = PARAMETERS[model.NAME] * factor
    assert likelihood(at)[1] == pytest.approx(numeric(likelihood, at), rel=1e-5, abs=1e-4)


def test_the_gradients_of_spending_and_lasting_are_those_of_their_likelihoods() -> None:
    rng = np.random.default_rng(1)
    spending = gamma_gamma.Likelihood(rng.integers(1, 9, 50).astype(float), rng.gamma(3.0, 12.0, 50))
    lasting = sbg.Likelihood(rng.integers(0, 9, 12).astype(float), rng.integers(0, 9, 12).astype(float))
    for likelihood, at in ((spending, np.array([5.0, 3.0, 20.0])), (lasting, np.array([0.8, 5.0]))):
        assert likelihood(at)[1] == pytest.approx(numeric(likelihood, at), rel=1e-5)


@models
def test_grouping_and_order_change_nothing(model: PurchaseModel) -> None:
    one_by_one = customers()
    shuffled = one_by_one.part(np.random.default_rng(2).permutation(len(one_by_one)))
    groups, place = shuffled.grouped()
    at = PARAMETERS[model.NAME]
    alone = model.likelihood(one_by_one)(at)
    assert len(groups) < len(shuffled)
    assert model.likelihood(groups)(at)[0] == pytest.approx(alone[0], rel=1e-12)
    assert model.likelihood(groups)(at)[1] == pytest.approx(alone[1], rel=1e-9)
    assert model.expected_purchases(at, groups, 10.0)[place] == pytest.approx(
        model.expected_purchases(at, shuffled, 10.0), rel=1e-12
    )
    assert fit(model, groups).parameters == fit(model, one_by_one.grouped()[0]).parameters


@models
def test_the_likelihood_of_all_is_the_sum_of_each(model: PurchaseModel) -> None:
    groups = customers().grouped()[0]
    at = PARAMETERS[model.NAME]
    assert groups.weight @ model.log_likelihoods(at, groups) == pytest.approx(model.likelihood(groups)(at)[0])


@pytest.mark.parametrize("beta", [0.5, 8.0, 40.0])
def test_the_sum_over_moments_of_leaving_is_the_hypergeometric_form(beta: float) -> None:
    r, alpha, s = 0.55, 8.0, 0.61
    histories = Histories.of([0, 0, 1, 4, 30, 150], [0, 0, 3, 38, 20, 38.9], [39, 0.1, 38, 38.5, 39, 39])

    def part(at: np.ndarray) -> np.ndarray:
        larger, other = (alpha, s + 1) if alpha >= beta else (beta, r + x)
        return hyp2f1(k, other, k + 1, abs(alpha - beta) / (larger + at)) / (larger + at) ** k

    x = histories.frequency
    k = r + s + x
    left = s / k * (part(histories.recency) - part(histories.age))
    here = (alpha + histories.age) ** -(r + x) * (beta + histories.age) ** -s
    expected = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(here + left)
    found = pareto_nbd.log_likelihoods(np.array([r, alpha, s, beta]), histories)
    assert found == pytest.approx(expected, abs=2e-5)


@models
def test_probabilities_stay_between_0_and_1_and_expectations_grow_with_time(model: PurchaseModel) -> None:
    groups = customers().grouped()[0]
    at = PARAMETERS[model.NAME]
    alive = model.alive(at, groups)
    expected = np.array([model.expected_purchases(at, groups, weeks) for weeks in (0.5, 5.0, 50.0, 500.0)])
    quiet = np.array([no_purchase(model, at, groups, weeks) for weeks in (0.5, 5.0, 50.0, 500.0)])
    assert ((alive >= 0) & (alive <= 1)).all()
    assert ((quiet >= 0) & (quiet <= 1)).all()
    assert (np.diff(expected, axis=0) > 0).all() and (expected > 0).all()
    assert (np.diff(quiet, axis=0) <= 1e-12).all()


@models
def test_futures_drawn_agree_with_expectation_and_silence(model: PurchaseModel) -> None:
    history = Histories.of([3.0], [20.0], [30.0])
    at, many = PARAMETERS[model.NAME], Histories.of(*np.tile([[3.0], [20.0], [30.0]], 40_000))
    count, span = model.draw_purchases(at, many, model.alive(at, many), 26.0, np.random.default_rng(3))
    error = count.std() / 200
    assert count.mean() == pytest.approx(model.expected_purchases(at, history, 26.0)[0], abs=4 * error)
    assert (count == 0).mean() == pytest.approx(no_purchase(model, at, history, 26.0)[0], abs=0.01)
    assert ((span >= 0) & (span <= 26.0)).all()


@models
def test_discounting_takes_each_purchase_at_its_time(model: PurchaseModel) -> None:
    history, at, rate = Histories.of([2.0], [9.0], [11.0]), PARAMETERS[model.NAME], 0.02

    def later(weeks: float) -> float:
        return rate * np.exp(-rate * weeks) * model.expected_purchases(at, history, weeks)[0]

    whole = quad(later, 0, 200)[0] + np.exp(-rate * 200) * model.expected_purchases(at, history, 200.0)[0]
    assert discounted_purchases(model, at, history, 200.0, rate)[0] == pytest.approx(whole, rel=1e-4)


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
def test_expectations_are_smooth_where_their_formula_is_nought_over_nought(name: str) -> None:
    groups = customers().grouped()[0]
    around = [
        MODELS[name].expected_purchases(np.array([0.6, 8.0, a, 2.5]), groups, 20.0) for a in (0.9999, 1.0, 1.0001)
    ]
    assert np.isfinite(around[1]).all()
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-4)


def test_pareto_expectations_are_smooth_where_their_formula_is_nought_over_nought() -> None:
    groups = customers().grouped()[0]
    around = [pareto_nbd.expected_purchases(np.array([0.6, 8.0, s, 11.0]), groups, 20.0) for s in (0.9999, 1.0, 1.0001)]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-6)


def test_who_bought_once_is_alive_for_bg_nbd_and_for_no_other_model() -> None:
    once = Histories.of([0.0], [0.0], [500.0])
    assert MODELS["bg_nbd"].alive(PARAMETERS["bg_nbd"], once)[0] == 1.0
    assert MODELS["mbg_nbd"].alive(PARAMETERS["mbg_nbd"], once)[0] < 0.5
    assert MODELS["pareto_nbd"].alive(PARAMETERS["pareto_nbd"], once)[0] < 0.5


def test_the_mean_amount_moves_from_the_population_s_to_the_customer_s_own() -> None:
    parameters = np.array([6.25, 3.74, 15.44])
    population = 6.25 * 15.44 / 2.74
    expected = gamma_gamma.expected_amount(parameters, np.array([0.0, 1.0, 5.0, 500.0]), np.array([np.nan, 90, 90, 90]))
    assert expected[0] == pytest.approx(population)
    assert population < expected[1] < expected[2] < expected[3] < 90
    assert expected[3] == pytest.approx(90, rel=0.01)


def test_a_fit_to_many_groups_is_the_same_as_one_that_starts_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = simulated(3_000).grouped()[0]
    for model in MODELS.values():
        plain = maximise(model.likelihood(groups), model.start(groups), groups.customers)
        with monkeypatch.context() as patched:
            patched.setattr("pipelines.analytics.value.purchase_models._MANY_GROUPS", 10)
            polished = fit(model, groups)
        assert polished.converged
        assert polished.vector == pytest.approx(plain.vector, rel=1e-3)


def test_plausible_parameters_surround_the_maximum_as_widely_as_the_data_leaves_open() -> None:
    groups = simulated(2_000).grouped()[0]
    likelihood = MODELS["pareto_nbd"].likelihood(groups)
    found = fit(MODELS["pareto_nbd"], groups)
    assert found.covariance is not None
    drawn = np.log(plausible(likelihood, found, np.random.default_rng(1), 400))
    spread = np.sqrt(np.diag(found.covariance))[:2]  # of r and alpha; leaving is told less surely, and not evenly
    assert drawn[:, :2].std(axis=0) == pytest.approx(spread, rel=0.4)
