"""The step that brings the stewards' files into the lake, before anything is built on them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from pipelines.defs.ingestion import lake_key
from pipelines.lakes import open_lake
from pipelines.metadata import table_metadata
from pipelines.progress import report
from pipelines.resources import Night
from pipelines.stewardship.files import create_missing
from pipelines.stewardship.keys import ENTITIES
from pipelines.stewardship.notices import notices
from pipelines.stewardship.recording import read_decisions, record

DECISIONS = dg.AssetKey(["identity", "decisions"])
CHECK = "has_effect"


@dg.definitions
def stewardship() -> dg.Definitions:
    """Return the step, which waits for what was read: a decision may speak of a record that came in tonight."""
    spec = dg.AssetSpec(
        DECISIONS,
        deps=[lake_key("mapped", entity) for entity in ENTITIES],
        group_name="identity",
        description="What stewards decided: the rows of their files, and which of them apply.",
        kinds={"csv"},
    )
    check = dg.AssetCheckSpec(CHECK, asset=DECISIONS, description="Every decision speaks of records that are there.")

    @dg.multi_asset(name="stewardship", specs=[spec], check_specs=[check])
    def record_decisions(night: Night) -> Iterator[dg.MaterializeResult[Any]]:
        """Check the files and write what differs; refuses rows that are wrong or contradict each other."""
        settings = night.settings
        report("Read the stewards' decisions")
        create_missing(settings.stewardship)
        with open_lake(settings) as lake:
            decisions, remarks = read_decisions(
                settings.stewardship, lake.connection, night.config.instances, night.day
            )
            remarks = [*remarks, *notices(lake.connection, decisions, settings.warehouse)]
            changed = record(lake, decisions, night.run_id)
            shown = table_metadata(lake.connection, "lake.identity.decisions")
        counts = Counter(each.status for each in decisions)
        yield dg.MaterializeResult(
            asset_key=DECISIONS,
            metadata={
                **shown,
                "files": dg.MetadataValue.path(str(settings.stewardship)),
                "changed": changed,
                **{status: counts[status] for status in ("active", "expired", "vanished")},
                "remarks": dg.MetadataValue.md("\n".join(f"- {each}" for each in _places(remarks)) or "*none*"),
            },
            check_results=[_check_result(remarks)],
        )

    return dg.Definitions(assets=[record_decisions])


def _check_result(remarks: Sequence[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not remarks,
        asset_key=DECISIONS,
        check_name=CHECK,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(_places(remarks)) or "Every decision applies.",
    )


def _places(remarks: Sequence[str]) -> list[str]:
    """Return where to look: what a remark says names people, and Dagster keeps what it is told."""
    places = dict.fromkeys(each.split(": ", 1)[0] for each in remarks)
    return [f"{each}: `crm-warehouse identity decisions` says why" for each in places]
