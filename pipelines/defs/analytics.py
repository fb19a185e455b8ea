"""The steps between core and the marts that Python computes; the computing is in ``pipelines.analytics``."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.analytics.areas import AREAS, Area, area
from pipelines.analytics.outputs import SCHEMA, Plot
from pipelines.analytics.runs import LakeModels, Run
from pipelines.lakes import open_lake
from pipelines.metadata import table_metadata
from pipelines.plots import lines
from pipelines.progress import report
from pipelines.resources import Night


@dg.definitions
def analytics() -> dg.Definitions:
    """Return one step per area, its tables as assets."""
    return dg.Definitions(assets=[_step(name, area(name)) for name in AREAS])


def _step(name: str, its: Area) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            dg.AssetKey([SCHEMA, output.name]),
            deps=[dg.AssetKey(read.split("/")) for read in its.READS],
            group_name=SCHEMA,
            description=output.grain,
            kinds={"python"},
        )
        for output in its.OUTPUTS
    ]

    @dg.multi_asset(name=f"compute_{name}", specs=specs)
    def compute(night: Night) -> Any:
        import duckdb

        report("Compute value, risk and effects", name, 0, len(AREAS))
        with open_lake(night.settings) as lake, duckdb.connect(str(night.settings.warehouse)) as warehouse:
            run = Run(night.day, night.run_id, night.config.reporting.currency, LakeModels(lake, night.run_id))
            shown = its.compute(warehouse, run)
            for spec in specs:
                table = spec.key.path[-1]
                sizes = table_metadata(warehouse, f'{SCHEMA}."{table}"')
                yield dg.MaterializeResult(asset_key=spec.key, metadata={**sizes, **_metadata(shown.get(table, {}))})
        report("Compute value, risk and effects", name, 1, len(AREAS))

    return compute


def _metadata(shown: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: lines(value.title, value.x, value.y, value.series) if isinstance(value, Plot) else value
        for name, value in shown.items()
    }
