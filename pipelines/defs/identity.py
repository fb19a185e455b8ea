"""The step that decides which records are one customer; the deciding is in ``pipelines.analytics.identity``."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines.lakes import open_lake
from pipelines.metadata import table_metadata
from pipelines.plots import lines
from pipelines.progress import report
from pipelines.resources import Night

if TYPE_CHECKING:
    import duckdb

    from pipelines.analytics.identity import Resolution
    from pipelines.analytics.matching.quality import Expected

_READS = [
    dg.AssetKey(["intermediate", "int_customers__features"]),
    dg.AssetKey(["intermediate", "int_customers__links"]),
    dg.AssetKey(["identity", "decisions"]),
]
_TABLES = {
    "assignments": "Which customer each person and organization record belongs to.",
    "events": "Every id ever born, merged, split or moved.",
    "evidence": "Why two records are one customer.",
    "models": "What was learnt about how records of one customer agree.",
}


@dg.definitions
def identity() -> dg.Definitions:
    """Return the registry's tables as assets of one step."""
    specs = [
        dg.AssetSpec(dg.AssetKey(["identity", table]), deps=_READS, group_name="identity", description=description)
        for table, description in _TABLES.items()
    ]

    @dg.multi_asset(name="resolve_identity", specs=specs)
    def resolve_identity(night: Night) -> Any:
        """Assign every record its customer id; ids given out before are kept."""
        from pipelines.analytics.identity import resolve

        report("Resolve customers")
        with open_lake(night.settings) as lake:
            resolution = resolve(night.settings.warehouse, lake, night.day, night.run_id)
            own = {"assignments": asdict(resolution.ids), "models": _quality(lake.connection, resolution)}
            for spec in specs:
                table = spec.key.path[-1]
                shown = table_metadata(lake.connection, f"lake.identity.{table}")
                yield dg.MaterializeResult(asset_key=spec.key, metadata={**shown, **own.get(table, {})})

    return dg.Definitions(assets=[resolve_identity])


def _quality(connection: "duckdb.DuckDBPyConnection", resolution: "Resolution") -> dict[str, Any]:
    """Return how good the matching is: by the model's own account, which Dagster plots over runs, and by reviews."""
    from pipelines.stewardship.labels import labels, measure

    found: dict[str, Any] = {}
    for kind, done in resolution.matched.items():
        found |= {f"{kind}_model": done.model.model_id, f"{kind}_compared_records": done.compared}
        found |= {f"{kind}_compared_pairs": done.pairs}
        measures = resolution.quality[kind].items()
        found |= {f"{kind}_{name}": float(value) for name, value in measures if value is not None}
    thresholds = {kind: done.model.threshold for kind, done in resolution.matched.items()}
    for kind, measured in measure(labels(connection), resolution.decided, thresholds).items():
        found[f"{kind}_reviewed"] = measured.words
        shares = {"precision": measured.precision, "recall": measured.recall}
        found |= {f"{kind}_reviewed_{name}": share for name, share in shares.items() if share is not None}
    return found | {f"{kind}_curve": _plot(kind, done.curve) for kind, done in resolution.matched.items() if done.curve}


def _plot(kind: str, curve: "Sequence[Expected]") -> dg.MarkdownMetadataValue:
    thresholds = [each.threshold for each in curve]
    series = {
        "expected precision": (thresholds, [each.precision for each in curve]),
        "expected recall": (thresholds, [each.recall for each in curve]),
    }
    return lines(f"Linking {kind}s from a probability on", "threshold", "share", series)
