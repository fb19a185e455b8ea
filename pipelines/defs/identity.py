"""The step that decides which records are one customer; the deciding is in ``pipelines.analytics.identity``."""

from dataclasses import asdict, is_dataclass
from typing import Any

import dagster as dg

from pipelines.lakes import open_lake
from pipelines.metadata import table_metadata
from pipelines.progress import report
from pipelines.resources import Night

_READS = [
    dg.AssetKey(["intermediate", "int_customers__records"]),
    dg.AssetKey(["intermediate", "int_customers__links"]),
]


@dg.definitions
def identity() -> dg.Definitions:
    """Return the registry's tables as assets of one step."""
    tables = ("assignments", "events", "evidence")
    specs = [
        dg.AssetSpec(dg.AssetKey(["identity", table]), deps=_READS, group_name="identity", description=description)
        for table, description in zip(
            tables,
            (
                "Which customer each person and organization record belongs to.",
                "Every id ever born, merged, split or moved.",
                "Why two records are one customer.",
            ),
            strict=True,
        )
    ]

    @dg.multi_asset(name="resolve_identity", specs=specs)
    def resolve_identity(night: Night) -> Any:
        """Assign every record its customer id; ids given out before are kept."""
        from pipelines.analytics.identity import resolve

        report("Resolve customers")
        with open_lake(night.settings) as lake:
            result = resolve(night.settings.warehouse, lake, night.day, night.run_id)
            counts = asdict(result) if is_dataclass(result) else {}
            for spec in specs:
                shown = table_metadata(lake.connection, f"lake.identity.{spec.key.path[-1]}")
                numbers = {name: value for name, value in counts.items() if isinstance(value, int | float | str)}
                yield dg.MaterializeResult(asset_key=spec.key, metadata={**shown, **numbers})

    return dg.Definitions(assets=[resolve_identity])
