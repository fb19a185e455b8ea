"""A pair weighs the same whichever of its records comes first: numbers differ from night to night."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from pipelines.analytics.matching.features import plain_columns
from pipelines.analytics.matching.matcher import KINDS
from pipelines.analytics.matching.scoring import pattern
from tests.unit.analytics.matching.populations import Population, populations
from tests.unit.analytics.matching.warehouse import Record, Warehouse, person

pytestmark = pytest.mark.slow


def lopsided(records: list[Record]) -> list[tuple[str, str]]:
    """Return the pairs whose agreement depends on which record comes first."""
    warehouse = Warehouse()
    warehouse.hold(records)
    found = []
    for kind in KINDS:
        rows = (
            f"(select record_key, {plain_columns(kind)} from intermediate.int_customers__features"
            f" where customer_type = '{kind.customer_type}')"
        )
        found += warehouse.connection.execute(
            f"""
            with compared as (
                select l.record_key as one, r.record_key as other, {pattern(kind)} as pattern
                from {rows} as l join {rows} as r on l.record_key <> r.record_key
            )
            select a.one, a.other from compared as a join compared as b on a.one = b.other and a.other = b.one
            where a.pattern <> b.pattern
            """
        ).fetchall()
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(populations)
def test_agreement_does_not_depend_on_which_record_comes_first(population: Population) -> None:
    assert lopsided(list(population.values())) == []


def test_a_last_name_like_the_first_name_is_compared_from_both_sides_alike() -> None:
    assert lopsided([person("a", "martin", "martini"), person("b", "martin", "martin")]) == []
