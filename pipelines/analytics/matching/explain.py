"""Why two records are, or are not, one customer: every comparison with its values and weight. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from typing import Any

import duckdb

from pipelines.analytics.matching.comparisons import BITS, Comparison, Kind
from pipelines.analytics.matching.features import SOURCE, plain_columns, take_frequencies
from pipelines.analytics.matching.matcher import KINDS
from pipelines.analytics.matching.model import Model
from pipelines.analytics.matching.scoring import pattern
from sources.errors import CrmWarehouseError
from sources.quoting import quoted

# which columns a comparison speaks of, where it is not the one of its own name
_SPEAKS_OF = {
    "email": "emails",
    "phone": "phones",
    "address": "concat_ws(', ', street, postal_code, city)",
    "name": "organization_name",
    "domain": "domains",
}


@dataclass(frozen=True)
class Explanation:
    """How two records compare.

    Attributes:
        prior_weight: the weight, in bits, before anything is compared.
        comparisons: name, level, weight in bits and the two values of everything that is known of both.
        probability: that they are one customer; from ``threshold`` on they are linked.
        vetoes: what speaks against a link whatever else agrees, in words.
    """

    prior_weight: float
    comparisons: tuple[tuple[str, str, float, Any, Any], ...]
    probability: float
    threshold: float
    vetoes: tuple[str, ...]


def explain(
    connection: duckdb.DuckDBPyConnection, models: dict[str, Model], record_key: str, other_record_key: str
) -> Explanation:
    """Return how two records compare.

    Args:
        connection: its current database is a warehouse that holds `int_customers__features`.
        models: customer type -> current model.

    Raises CrmWarehouseError for a record that is not there, two of different kinds, or before there is a model.
    """
    kind = _kind(connection, record_key, other_record_key)
    model = models.get(kind.customer_type)
    if model is None:
        raise CrmWarehouseError("No night has matched customers yet. Run `crm-warehouse run` first.")
    take_frequencies(connection, model)
    with _pair(connection, kind, record_key, other_record_key):
        found = _comparisons(connection, kind, model)
        vetoes = _vetoes(connection, kind, model)
    weight = model.prior + sum(each[2] for each in found)
    return Explanation(model.prior, found, 1 / (1 + 2**-weight), model.threshold, vetoes)


def _kind(connection: duckdb.DuckDBPyConnection, *keys: str) -> Kind:
    types = {}
    for key in keys:
        row = connection.execute(f"select customer_type from {SOURCE} where record_key = ?", [key]).fetchone()
        if row is None:
            raise CrmWarehouseError(f"There is no record {key} in the warehouse.")
        types[key] = row[0]
    if len(set(types.values())) > 1:
        told = " and ".join(f"{key} is a {kind}" for key, kind in types.items())
        raise CrmWarehouseError(f"Only records of one kind are compared; {told.replace('a organ', 'an organ')}.")
    return next(kind for kind in KINDS if kind.customer_type in types.values())


@contextmanager
def _pair(connection: duckdb.DuckDBPyConnection, kind: Kind, *keys: str) -> Iterator[None]:
    """Put both records into temp tables `l` and `r`, and their agreement into `pattern`."""
    for name, key in zip("lr", keys, strict=True):
        connection.execute(
            f"create or replace temp table {name} as select record_key, {plain_columns(kind)} from {SOURCE}"
            f" where record_key = {quoted(key)}"
        )
    connection.execute(f"create or replace temp table pattern as select {pattern(kind)} as pattern from l, r")
    yield


def _comparisons(
    connection: duckdb.DuckDBPyConnection, kind: Kind, model: Model
) -> tuple[tuple[str, str, float, Any, Any], ...]:
    found = []
    for at, comparison in enumerate(kind.comparisons):
        value = _SPEAKS_OF.get(comparison.name, comparison.name)
        row = connection.execute(
            f"select (pattern >> {BITS * at}) & {(1 << BITS) - 1}, (select {value} from l), (select {value} from r)"
            " from pattern"
        ).fetchone()
        assert row is not None, "a pair has a pattern"
        number, left, right = row
        if number:
            weight = model.level_weights(comparison)[number] + _commonness(connection, model, comparison, number)
            found.append((comparison.name, comparison.levels[number - 1].label, weight, left, right))
    return tuple(found)


def _commonness(connection: duckdb.DuckDBPyConnection, model: Model, comparison: Comparison, number: int) -> float:
    """Return what the commonness of the value adds to a level's weight."""
    level = comparison.levels[number - 1]
    if level.frequency is None or level.frequency not in model.rare:
        return 0.0
    row = connection.execute(
        f"select coalesce(f.frequency, {model.rare[level.frequency]!r}) from l left join frequencies as f"
        f" on f.column_name = {quoted(level.frequency)} and f.value = l.{level.frequency}"
    ).fetchone()
    assert row is not None, "the left record is there"
    return log2(model.u[comparison.name][level.label] / row[0])


def _vetoes(connection: duckdb.DuckDBPyConnection, kind: Kind, model: Model) -> tuple[str, ...]:
    spelled = f"select {kind.labels('pattern')} from pattern"
    words = []
    for veto in kind.vetoes:
        if not model.holds(veto):
            continue
        listed = ", ".join(map(quoted, veto.levels))
        row = connection.execute(
            f"select {veto.comparison} from ({spelled}) where {veto.comparison} in ({listed}) and not ({veto.unless})"
        ).fetchone()
        if row:
            words.append(f"the {veto.comparison.replace('_', ' ')} contradicts: {row[0].replace('_', ' ')}")
    if connection.execute(f"select 1 from ({spelled}) where {model.required(kind)}").fetchone() is None:
        words.append("nothing that only one member of a household, or one tenant of a house, would have agrees")
    return tuple(words)


def chart_html(explanation: Explanation) -> str:
    """Return Splink's waterfall chart of an explanation, as a page that needs no network."""
    from splink.internals.charts import WaterfallChart  # noqa: TID251 (inside a function)

    rows = [_bar(0, "Prior", "before anything is compared", explanation.prior_weight, "", "")]
    for number, (name, level, weight, left, right) in enumerate(explanation.comparisons, 1):
        rows.append(_bar(number, name, level, weight, left, right))
    total = sum(row["log2_bayes_factor"] for row in rows)
    rows.append(_bar(len(rows), "Final score", "all of it", total, "", "") | {"term_frequency_adjustment": None})
    return str(WaterfallChart(rows, filter_nulls=False).to_html(inline=True))


def _bar(number: int, name: str, level: str, weight: float, left: Any, right: Any) -> dict[str, Any]:
    """Return one bar of the chart in the words of Splink's records."""
    return {
        "column_name": name,
        "label_for_charts": level,
        "sql_condition": None,
        "log2_bayes_factor": weight,
        "bayes_factor": 2.0**weight,
        "comparison_vector_value": number,
        "m_probability": None,
        "u_probability": None,
        "bayes_factor_description": None,
        "value_l": str(left),
        "value_r": str(right),
        "term_frequency_adjustment": False,
        "bar_sort_order": number,
        "record_number": 0,
    }
