"""The vocabulary of matching: comparisons with their levels, blocking rules, and what a kind of customer needs.

Conditions are SQL over ``l`` and ``r``, two rows of the features table. What persons and organizations are compared
by is in ``persons`` and ``organizations``; the weights of the levels are in ``model``.
"""

from __future__ import annotations

from dataclasses import dataclass

# an agreement pattern keeps three bits for each comparison: 0 where a value is missing, else the level's number
BITS = 3


@dataclass(frozen=True)
class Level:
    """One way two values can agree.

    Attributes:
        label: what it is called in evidence.
        when: SQL condition; a pair has the first level that holds.
        m, u: how often a true pair, and a pair of different customers, has it, before anything was learnt.
        frequency: the features column by whose commonness the weight of this level is adjusted.
        equal: the features column whose equality the level is, where it is no more than that.
        follows: a blocking rule whose agreement makes this level likely for different customers too.
    """

    label: str
    when: str
    m: float
    u: float
    frequency: str | None = None
    follows: str | None = None
    equal: str | None = None


@dataclass(frozen=True)
class Comparison:
    """What is compared about two records: nothing where ``missing`` holds, else the first level that does."""

    name: str
    missing: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class BlockingRule:
    """Records with an equal, known ``key`` are compared.

    Attributes:
        key: SQL over the features table; for ``is_list`` a list, each element of which is a key.
        settles: comparisons that the rule decides in part or whole: pairs found by it teach nothing about them.
        most: a key that more records share brings none of them together.
        is_essential: used however many comparisons it asks for; other rules only while they are affordable.
    """

    name: str
    key: str
    settles: tuple[str, ...] = ()
    most: int = 200
    is_list: bool = False
    is_essential: bool = False


@dataclass(frozen=True)
class Veto:
    """A contradiction that no agreement makes good.

    It holds only while true pairs hardly ever show it: where a source mistypes every twentieth date of birth, another
    date is a reason to doubt and no proof. What is learnt about the levels decides.

    Attributes:
        comparison, levels: the levels that contradict.
        unless: SQL over level labels that lifts the veto.
    """

    comparison: str
    levels: tuple[str, ...]
    unless: str


@dataclass(frozen=True)
class Kind:
    """How customers of one type are compared.

    Attributes:
        customer_type: person or organization.
        comparisons, rules: see there.
        required: SQL over level labels (columns named after comparisons): a pair without it is no link, because all
            that agrees could be shared by two members of a household or a house.
        suffices: SQL likewise: what is enough, too, where the kind's first veto does not hold.
        vetoes: contradictions; two records that contradict each other do not meet in one customer through others.
        columns: the columns of `int_customers__features` that the kind is compared by.
    """

    customer_type: str
    comparisons: tuple[Comparison, ...]
    rules: tuple[BlockingRule, ...]
    required: str
    suffices: str
    vetoes: tuple[Veto, ...]
    columns: tuple[str, ...]

    def labels(self, pattern: str) -> str:
        """Return a select list that spells out column ``pattern``: the label of each comparison, under its name."""
        return ", ".join(
            f"(['missing', {', '.join(repr(level.label) for level in each.levels)}])"
            f"[1 + (({pattern} >> {BITS * at}) & {(1 << BITS) - 1})] as {each.name}"
            for at, each in enumerate(self.comparisons)
        )

    @property
    def frequencies(self) -> tuple[str, ...]:
        """The features columns whose values' commonness counts."""
        found = (level.frequency for each in self.comparisons for level in each.levels if level.frequency)
        return tuple(dict.fromkeys(found))
