"""Why two records, or two customers, are one or two: the matcher's reasons, the stewards' rows, and the links between.

What the reasons look like is in the CLI; where they come from in ``matcher``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipelines.settings import Settings
from pipelines.stewardship import matcher
from pipelines.stewardship.decisions import Decision, load
from pipelines.stewardship.opening import open_all
from pipelines.stewardship.recording import known_instances
from pipelines.stewardship.subjects import Link, Subject, pairs, subject, way
from sources.errors import CrmWarehouseError

if TYPE_CHECKING:
    from pipelines.analytics.matching.explain import Explanation


@dataclass(frozen=True)
class Explained:
    """Two records, and why they are one customer or two.

    Attributes:
        left, right: who was asked about; ``pair`` the two records of theirs that are explained.
        pair_count: how many pairs of their records there are, of which ``pair`` is the likeliest.
        explanation: how the matcher weighs the pair.
        path: the accepted links that lead from one record to the other; none where they are two customers.
        decisions: the stewards' active rows about the pair.
    """

    left: Subject
    right: Subject
    pair: tuple[str, str]
    pair_count: int
    explanation: Explanation
    path: Sequence[Link]
    decisions: Sequence[Decision]

    @property
    def is_one(self) -> bool:
        """Say whether they are one customer today."""
        return self.left.customer_id is not None and self.left.customer_id == self.right.customer_id


def explained(settings: Settings, a: str, b: str, as_of: date) -> Explained:
    """Return why ``a`` and ``b``, each a record key or a customer id, are one customer or two.

    Raises CrmWarehouseError when either is unknown, or both are the same record.
    """
    with open_all(settings) as connection:
        instances = known_instances(connection, settings.load_config().instances)
        left, right = (subject(connection, each, instances) for each in (a, b))
        possible = pairs(connection, left, right)
        if not possible:
            raise CrmWarehouseError(f"'{a}' and '{b}' are the same record: {left.records[0]}.")
        said = [each for each in load(settings.stewardship, instances) if not each.has_expired(as_of)]
        scored = zip(matcher.explain(connection, possible), possible, strict=True)
        explanation, pair = max(scored, key=lambda each: each[0].probability)
        path = way(connection, *pair)
    about = [each for each in said if set(each.keys) == set(pair)]
    return Explained(left, right, pair, len(left.records) * len(right.records), explanation, path, about)
