"""What is left of a lead's probability to convert when it has waited for some of its days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.analytics.scoring.encoding import Floats

if TYPE_CHECKING:
    import pandas as pd

# as if so many leads had been watched of which none converted late
_PRIOR_LEADS = 20


@dataclass(frozen=True)
class Waiting:
    """When leads that convert in time do so, and how many convert later.

    Attributes:
        first_age, days: the ages, in days, from which and to which a conversion is in time.
        done: share of them that has converted by each age from `first_age` to `days`.
        late_rate: share that converts in as many days again, of those that have not by `days`.
    """

    first_age: int
    days: int
    done: tuple[float, ...]
    late_rate: float

    def left(self, rate: Floats, age: Floats) -> Floats:
        """Return the probability of leads that are still open at ``age``, from that at `first_age` or before.

        Bayes: who will convert and has not yet, among those who have not yet. Beyond `days` it is `late_rate`.
        """
        at = np.clip(age.astype(int) - self.first_age, 0, len(self.done) - 1)
        done = np.array(self.done)[at]
        left = rate * (1 - done) / (1 - rate * done)
        return np.where(age >= self.days, self.late_rate, left)

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        return {
            "first_age": self.first_age,
            "days": self.days,
            "done": list(self.done),
            "late_rate": self.late_rate,
        }

    @staticmethod
    def from_json(kept: dict[str, Any]) -> Waiting:
        """Return what ``to_json`` told."""
        return Waiting(kept["first_age"], kept["days"], tuple(kept["done"]), kept["late_rate"])


def waiting_of(leads: pd.DataFrame, first_age: int, days: int) -> Waiting:
    """Return how leads waited: ``leads`` has `took_days` (NaN: not converted) and `watched_days`, one row each."""
    took = leads["took_days"].to_numpy(dtype=np.float64, na_value=np.nan)
    watched = leads["watched_days"].to_numpy(dtype=np.float64)
    mature = took[(watched >= days) & (took > first_age) & (took <= days)]
    ages = np.arange(first_age, days + 1)
    done = (mature[None, :] <= ages[:, None]).mean(axis=1) if len(mature) else np.zeros(len(ages))
    late = (watched >= 2 * days) & ~(took <= days)
    late_rate = float((took[late] <= 2 * days).sum() / (late.sum() + _PRIOR_LEADS))
    return Waiting(first_age, days, tuple(done.tolist()), late_rate)
