"""The gates as blocking checks: what landed, before dbt reads it, and what was built, before it is published.

What is expected lives in ``quality/suites``. Great Expectations is imported when the first gate runs.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import dagster as dg

from pipelines import landing, release
from pipelines.progress import report
from pipelines.resources import Night
from pipelines.settings import Settings
from pipelines.translator import source_key
from quality.suites import landing_suite

if TYPE_CHECKING:
    from quality.suite import Finding, SuiteResult

RELEASE = "release"
# the tables of a suite do not depend on the day; only their bounds do
_ANY_DAY = date(2000, 1, 1)


@dg.definitions
def quality() -> dg.Definitions:
    """Return one landing gate per source type and the release gate."""
    types = Settings.from_environment().source_types()
    gates = [_landing_gate(each) for each in types if landing_suite(each, _ANY_DAY)]
    return dg.Definitions(asset_checks=[*gates, _release_gate()])


def _landing_gate(connector_type: str) -> dg.AssetChecksDefinition:
    name = f"landing_{connector_type}"
    suite = landing_suite(connector_type, _ANY_DAY)
    assert suite is not None
    keys = _lake_keys([table.name for table in suite.tables])

    @dg.multi_asset_check(name=name, specs=_specs(name, keys.values()))
    def gate(night: Night) -> Iterator[dg.AssetCheckResult]:
        report(f"Check {name.replace('_', ' ')}", "Great Expectations")
        result = landing.run_gate(night.settings, connector_type, run_id=night.run_id, as_of=night.day)
        # one result per asset, so that the graph shows where it failed
        for key in dict.fromkeys(keys.values()):
            tables = {table for table, its in keys.items() if its == key}
            findings = [finding for finding in result.findings if finding.table in tables]
            yield _check_result(key, name, findings, result, tables, night)

    return gate


def _release_gate() -> dg.AssetChecksDefinition:
    name = RELEASE
    # its sums cross models; the overview of customers is the last thing built and stands for all of them
    overview = dg.AssetKey(["marts", "customer_360"])

    @dg.multi_asset_check(name=name, specs=_specs(name, [overview]))
    def gate(night: Night) -> Iterator[dg.AssetCheckResult]:
        report("Check release", "Great Expectations")
        accept_change = night.accept_change
        result = release.run_gate(night.settings, run_id=night.run_id, as_of=night.day, accept_change=accept_change)
        tables = set(result.statistics["rows"])
        shown = {"accept_change": accept_change} if accept_change else {}
        yield _check_result(overview, name, list(result.findings), result, tables, night, shown)

    return gate


def _specs(name: str, keys: Iterable[dg.AssetKey]) -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(name, asset=key, blocking=True) for key in dict.fromkeys(keys)]


def _lake_keys(tables: list[str]) -> dict[str, dg.AssetKey]:
    """Return the asset each table of a landing suite speaks of; what speaks of all of them goes to the first."""
    keys = {table: source_key(*table.split(".")) for table in tables if "." in table}
    first = next(iter(keys.values()))
    return {table: keys.get(table, first) for table in tables}


def _check_result(
    key: dg.AssetKey,
    name: str,
    findings: "list[Finding]",
    result: "SuiteResult",
    tables: set[str],
    night: Night,
    shown: Mapping[str, Any] = MappingProxyType({}),
) -> dg.AssetCheckResult:
    critical = [str(each) for each in findings if each.severity == "critical"]
    warnings = [str(each) for each in findings if each.severity == "warning"]
    rows = sum(count for table, count in result.statistics["rows"].items() if table in tables)
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        # a warning is shown and does not hold up the night
        passed=not critical and not warnings,
        severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
        description="\n".join(critical + warnings) or "Everything is as expected.",
        metadata={
            "rows": rows,
            "seconds": result.statistics["seconds"],
            "reports": dg.MetadataValue.path(night.settings.quality),
            **shown,
        },
    )
