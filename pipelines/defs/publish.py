"""The last two steps: the marts become the file people read, and the run says what it could not read."""

import json
from dataclasses import astuple
from typing import Any

import dagster as dg

from pipelines.dbt import manifest_path
from pipelines.dictionary import published_tables, reference_rows
from pipelines.ingestion import configured_objects
from pipelines.lakes import open_lake
from pipelines.metadata import preview
from pipelines.progress import report
from pipelines.release import ensure_passed
from pipelines.resources import Night
from pipelines.settings import Settings
from pipelines.summary import failed_sources, night_numbers

PUBLISHED = dg.AssetKey(["published", "crm"])
REPORT = dg.AssetKey(["published", "report"])


@dg.definitions
def publishing() -> dg.Definitions:
    """Return the publish step, which waits for every model of core and marts, and the closing report."""
    tables = published_tables(json.loads(manifest_path(Settings.from_environment()).read_text(encoding="utf-8")))

    @dg.asset(
        key=PUBLISHED,
        deps=[dg.AssetKey([table.schema, table.name]) for table in tables],
        group_name="published",
        kinds={"duckdb"},
        description="published/crm.duckdb: the file BI tools read, swapped in one step; earlier versions are kept.",
    )
    def publish_crm(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult[Any]:
        from pipelines.publish import publish, require_day

        report("Publish", "crm.duckdb")
        its, run_id, as_of = night.settings, night.run_id, night.day
        require_day(its.warehouse, as_of)
        # the check above it in the graph has passed on a whole night; a step run by itself passes it here
        release = ensure_passed(its, run_id=run_id, as_of=as_of, accept_change=night.accept_change)
        configured = configured_objects(night.config)
        with open_lake(its, read_only=True) as lake:
            where = (its.warehouse, lake, its.published)
            publication = publish(
                *where,
                run_id=run_id,
                as_of=as_of,
                contents=release.tables,
                configured=configured,
                references=reference_rows(tables),
            )
        if release.accepts_change:
            context.instance.add_run_tags(night.run_id, {"crm_warehouse/accept_change": "true"})
        rows = sorted(publication.rows.items())
        return dg.MaterializeResult(
            metadata={
                "release_gate": f"passed in run {release.run_id}",
                "accept_change": release.accepts_change,
                "file": dg.MetadataValue.path(publication.file),
                "version": publication.version,
                "as_of": publication.as_of.isoformat(),
                "dagster/row_count": sum(count for _, count in rows),
                "tables": dg.MetadataValue.md(preview(["table", "rows"], rows)),
            }
        )

    @dg.asset(key=REPORT, deps=[PUBLISHED], group_name="published", output_required=False)
    def night_report(context: dg.AssetExecutionContext, night: Night) -> Any:
        """What the night read and changed. Fails, after publishing, when a source could not be read."""
        numbers = night_numbers(night.settings, night.run_id)
        failures = failed_sources(night.settings, night.run_id)
        names = ["source", "objects", "read", "appended", "deleted", "rejected"]
        rows = [astuple(each) for each in numbers]
        yield dg.MaterializeResult(
            metadata={
                "sources": dg.MetadataValue.md(preview(names, rows)),
                "failures": dg.MetadataValue.md("\n".join(f"- {each}" for each in failures) or "*none*"),
            }
        )
        if failures:
            context.instance.add_run_tags(night.run_id, {"crm_warehouse/published": "with failures"})
            raise dg.Failure("Published with failures: " + "; ".join(failures), allow_retries=False)

    return dg.Definitions(assets=[publish_crm, night_report])
