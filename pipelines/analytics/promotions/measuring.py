"""By which method a campaign can be measured, if by any, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.analytics.promotions.effects import Effect, Sample, difference, matched_difference

CONTROL, MATCHED, NONE = "control", "matched_pre_period", "not_measurable"
MINIMUM_CUSTOMERS, MINIMUM_ORDERS = 20, 5
DIFFERS = 0.001  # p value below which held-out customers are not a random part; usual for sample ratio checks
Arms = Mapping[str, Mapping[str, Sample]]  # measure -> arm -> sample
Cells = Mapping[str, Sequence[tuple[Sample, Sample]]]  # measure -> cells


@dataclass(frozen=True)
class Measurement:
    """What is said of a campaign, or of a segment of its members.

    Attributes:
        method: ``CONTROL``, ``MATCHED`` or ``NONE``.
        reason: why this method, in words.
        treated, compared: the customers measured, and those they are compared with.
        rate: orders per treated customer.
        effects: measure -> effect per treated customer; money in cents.
    """

    method: str
    reason: str
    treated: int = 0
    compared: int = 0
    rate: float | None = None
    effects: Mapping[str, Effect | None] = field(default_factory=dict)


def by_control(arms: Arms) -> Measurement:
    """Return the difference between treated and held-out customers."""
    treated, control = (_of(arms, "orders", arm) for arm in ("treated", "control"))
    why_not = _too_thin(treated.count, control.count, treated.total + control.total)
    if why_not:
        return Measurement(NONE, why_not)
    effects: dict[str, Effect | None] = {}
    for measure in ("orders", "revenue", "margin"):
        sides = [_of(arms, measure, arm) for arm in ("treated", "control")]
        worth = (sides[0].total + sides[1].total) / (treated.total + control.total)
        effects[measure] = difference(sides[0], sides[1], worth)
    for measure in ("after_orders", "alone_orders"):
        sides = [_of(arms, measure, arm) for arm in ("treated", "control")]
        thin = min(side.count for side in sides) < MINIMUM_CUSTOMERS
        effects[measure] = None if thin else difference(sides[0], sides[1])
    reason = f"{control.count} customers were held out at random"
    return Measurement(CONTROL, reason, treated.count, control.count, treated.mean, effects)


def by_matching(cells: Cells, arms: Arms, why: str) -> Measurement:
    """Return the difference of changes between treated customers and others like them."""
    both = [(treated, other) for treated, other in cells.get("orders", ()) if treated.count and other.count]
    treated, others = (sum(cell[side].count for cell in both) for side in (0, 1))
    bought = _of(arms, "orders", "treated")
    why_not = _too_thin(treated, others, bought.total)
    if why_not:
        return Measurement(NONE, f"{why}; with others like them: {why_not}")
    effects = {measure: matched_difference(cells[measure]) for measure in ("orders", "revenue", "margin")}
    reason = f"{why}; {others} others of the same kind, recency and number of orders are compared"
    return Measurement(MATCHED, reason, treated, others, bought.mean, effects)


def randomization_p(treated: Sequence[int], control: Sequence[int]) -> float | None:
    """Return the chi-squared p value that the share of held-out customers is the same in all strata.

    Strata are numbers of earlier orders: a list that was cut other than by chance differs in them. None where fewer
    than two strata, of those with at least five expected customers in each arm, are left.
    """
    from scipy.stats import chi2_contingency

    everyone, held = sum(treated) + sum(control), sum(control)
    if not everyone:
        return None
    rarer = min(held, everyone - held) / everyone
    kept = [(one, other) for one, other in zip(treated, control, strict=True) if (one + other) * rarer >= 5]
    if len(kept) < 2:
        return None
    return float(chi2_contingency(list(zip(*kept, strict=True)), correction=False).pvalue)


def _of(arms: Arms, measure: str, arm: str) -> Sample:
    return arms.get(measure, {}).get(arm, Sample())


def _too_thin(treated: int, compared: int, orders: float) -> str | None:
    if min(treated, compared) < MINIMUM_CUSTOMERS:
        return f"{treated} treated and {compared} compared customers; each side needs {MINIMUM_CUSTOMERS}"
    if orders < MINIMUM_ORDERS:
        return f"{orders:.0f} orders on both sides; {MINIMUM_ORDERS} are needed"
    return None
