"""What the matcher's levels, rules and reasons are called when a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COMPARISONS: Mapping[str, str] = {
    "first_name": "first name",
    "last_name": "last name",
    "birth_date": "birth date",
    "email": "e-mail",
    "official_id": "official id",
    "domain": "web domain",
    "commonness": "how common it is",
}
_LEVELS: Mapping[str, str] = {
    "exact": "the same",
    "nickname": "a short form of the other",
    "swapped": "first and last name changed places",
    "initial": "the initial of the other",
    "part": "a part of the other",
    "slip": "one slip of the pen apart",
    "two_parts": "two of day, month and year the same",
    "shared": "the same, but used by several people",
    "mailbox": "the same before the @",
    "postal_code": "the same postal code",
    "city": "the same city",
    "longer": "one begins with the other",
    "words": "mostly the same words",
    "close": "almost the same",
    "alike": "alike",
    "other": "different",
    "missing": "not known of both",
}
RULES: Mapping[str, str] = {
    "merged_in_source": "the source merged them",
    "lead_conversion": "the lead was converted into the other",
    "person_account": "the contact is the person of the account",
    "must_link": "a steward joined them",
    "model": "they are alike enough",
}
REASONS: Mapping[str, str] = {
    "uncertain": "too alike to tell apart, not alike enough to join",
    "weak_bridge": "this one link alone would join two groups of records",
    "conflict": "alike, but their customers contradict each other",
    "too_large": "the group would be larger than a customer can be",
}


@dataclass(frozen=True)
class Agreement:
    """How one value of two records compares: the level's label and its weight, in bits (log2 of how much likelier)."""

    comparison: str
    label: str
    weight: float

    @property
    def name(self) -> str:
        """What is compared, in words."""
        return COMPARISONS.get(self.comparison, self.comparison.replace("_", " "))

    @property
    def words(self) -> str:
        """How it compares, in words."""
        if self.comparison == "commonness":
            return "rarer than most" if self.weight > 0 else "commoner than most"
        return _LEVELS.get(self.label, self.label.replace("_", " "))


def agreements(levels: str | None) -> list[Agreement]:
    """Return what a text like ``first_name=exact:+7.31;last_name=close:+4.10`` says; nothing for NULL."""
    found = []
    for part in filter(None, (levels or "").split(";")):
        comparison, _, rest = part.partition("=")
        label, _, weight = rest.rpartition(":")
        found.append(Agreement(comparison.strip(), label.strip(), float(weight)))
    return found


def odds(weight: float) -> str:
    """Return how much likelier a weight makes one customer: ``158 × for``, ``8 × against``; a tie is ``even``."""
    if abs(weight) < 0.05:
        return "even"
    times = 2 ** min(abs(weight), 60)
    return (
        f"{times:,.0f} × {'for' if weight > 0 else 'against'}"
        if times >= 10
        else (f"{times:.1f} × {'for' if weight > 0 else 'against'}")
    )


def share(weight: float) -> float:
    """Return the probability that a total weight in bits stands for."""
    return 1 / (1 + 2 ** -max(min(weight, 1000), -1000))
