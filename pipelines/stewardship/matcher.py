"""The one place where what stewards see asks the matcher: why two records are one customer, and what would change."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pipelines.settings import Settings
from pipelines.stewardship.decisions import Decision

if TYPE_CHECKING:
    import pyarrow


class Explanation(Protocol):
    """Why the matcher takes two records for one customer, or for two.

    Attributes:
        prior_weight: the weight before anything was compared, in bits.
        comparisons: what was compared: name, level's label, weight in bits, and the two values.
        probability: that they are one customer; from ``threshold`` on they are linked.
        vetoes: what speaks against a link whatever else agrees, in words.
    """

    prior_weight: float
    comparisons: Sequence[tuple[str, str, float, Any, Any]]
    probability: float
    threshold: float
    vetoes: Sequence[str]


def explain(settings: Settings, record_key: str, other_record_key: str) -> Explanation:
    """Return how two records compare. Raises CrmWarehouseError for a record that is not there, or before a model is."""
    explaining = importlib.import_module("pipelines.analytics.matching.explain")
    explanation: Explanation = explaining.explain(settings, record_key, other_record_key)
    return explanation


def chart_html(settings: Settings, record_key: str, other_record_key: str) -> str:
    """Return Splink's waterfall chart of two records as a page that needs nothing else."""
    explaining = importlib.import_module("pipelines.analytics.matching.explain")
    return str(explaining.chart_html(settings, record_key, other_record_key))


def foresee(settings: Settings, decisions: Iterable[Decision], threshold: float | None) -> pyarrow.Table:
    """Return record_key, customer_id_now and customer_id_then of every record, under other decisions or threshold."""
    identity = importlib.import_module("pipelines.analytics.identity")
    return identity.preview(settings, decisions=list(decisions), threshold=threshold)
