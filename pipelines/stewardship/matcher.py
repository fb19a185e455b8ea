"""The one place where what stewards see asks the matcher: why two records are one customer, and what would change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import duckdb

from pipelines.settings import Settings
from pipelines.stewardship.decisions import Decision
from pipelines.stewardship.opening import open_registry
from sources.errors import CrmWarehouseError

if TYPE_CHECKING:
    import pyarrow

    from pipelines.analytics.matching.explain import Explanation


def explain(connection: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[str, str]]) -> list[Explanation]:
    """Return how the records of each pair compare; ``connection`` is one of `opening.open_all`.

    Raises CrmWarehouseError for a record that is not there, for two of different kinds, or before there is a model.
    """
    from pipelines.analytics import models
    from pipelines.analytics.matching import explain as explaining

    known = models.load(connection)
    return [explaining.explain(connection, known, *pair) for pair in pairs]


def chart_html(explanation: Explanation) -> str:
    """Return Splink's waterfall chart of an explanation as a page that needs no network."""
    from pipelines.analytics.matching import explain as explaining

    return explaining.chart_html(explanation)


def foresee(settings: Settings, decisions: Iterable[Decision], threshold: float | None) -> pyarrow.Table:
    """Return record_key, customer_id_now and customer_id_then of every record, under other decisions or threshold.

    Only what is decided about pairs is foreseen. Raises CrmWarehouseError while a run is writing to the warehouse.
    """
    from pipelines.analytics.identity import preview

    pairs = [
        (each.kind, each.record_key, each.other_record_key)
        for each in decisions
        if each.kind in ("must_link", "must_not_link")
    ]
    with open_registry(settings) as connection:
        try:
            preview(settings.warehouse, connection, pairs, threshold)
        except duckdb.IOException as error:
            raise CrmWarehouseError(
                f"{settings.warehouse} is in use; if a run is at work, wait for its end. {error}"
            ) from None
        return connection.table("foreseen").to_arrow_table()
