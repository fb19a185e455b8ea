"""Run a suite on an open DuckDB connection and say what was found, in words.

One table at a time: its columns become one temporary relation, one pass asks only whether each rule holds, and only
the rules that do not are asked again for numbers and examples. What is expected lives in ``quality/suites``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from quality.rules import Rule, Severity, Suite, Table

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition

EXAMPLES = 5
# so many rows are never too large a share of a table
FEW = 5


@dataclass(frozen=True)
class RunContext:
    """The run a gate belongs to; ``results`` is the folder that reports are written to (``CRM_HOME/quality``)."""

    run_id: str
    as_of: date
    results: Path


@dataclass(frozen=True)
class Finding:
    """One rule that did not hold. ``result`` is Great Expectations' own validation result."""

    table: str
    columns: tuple[str, ...]
    severity: Severity
    expected: str
    found: str
    examples: tuple[str, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    remedy: str = ""

    def __str__(self) -> str:
        examples = f", e.g. {'; '.join(self.examples)}" if self.examples else ""
        remedy = f". {self.remedy}" if self.remedy and self.severity == "critical" else ""
        return f"{self.table}: expected {self.expected}; found {self.found}{examples}{remedy}"


@dataclass(frozen=True)
class SuiteResult:
    """What a suite found.

    Attributes:
        passed: no critical rule failed.
        failures: one sentence per failed critical rule: table, what was expected, what was found, example ids.
        warnings: the same for rules that only report.
        statistics: ``tables``, ``rules``, ``failed``, ``warned``, ``skipped`` (tables and rules that had nothing to
            look at, in words), ``queries``, ``seconds`` and ``rows`` per table.
    """

    suite: str
    run_id: str
    as_of: date
    findings: tuple[Finding, ...]
    statistics: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        """Whether what comes after the gate may go on."""
        return not self.failures

    @property
    def failures(self) -> tuple[str, ...]:
        """The failed critical rules, one sentence each."""
        return tuple(str(finding) for finding in self.findings if finding.severity == "critical")

    @property
    def warnings(self) -> tuple[str, ...]:
        """The failed warnings, one sentence each."""
        return tuple(str(finding) for finding in self.findings if finding.severity == "warning")


def run_suite(suite: Suite, connection: duckdb.DuckDBPyConnection, context: RunContext) -> SuiteResult:
    """Run ``suite`` and write its report to ``context.results``; see :class:`SuiteResult`.

    The connection stays open and keeps no table of ours. Importing Great Expectations costs seconds, once a process.
    Raises duckdb.Error when a relation of the suite cannot be read.
    """
    from quality.engine import open_batches
    from quality.report import write_report

    start = time.perf_counter()
    unread = [table for table in suite.tables if table.is_empty and table.is_of_rows]
    missing = {table.name: _missing(connection, table) for table in suite.tables if table not in unread}
    tables = [table for table in suite.tables if table.name in missing and missing[table.name] is None]
    skipped = [f"{table}: there is no {name}" for table, name in missing.items() if name is not None]
    names = [f"gate_{number}_" + re.sub(r"\W", "_", table.name).lower() for number, table in enumerate(tables)]
    datasource, batches = open_batches(connection, names)
    findings: list[Finding] = []
    ruled = sum(len(table.rules) for table in unread)
    sizes = {table.name: 0 for table in unread}
    for table, name, batch in zip(tables, names, batches, strict=True):
        columns = {column.lower() for column in _columns(connection, table)}
        rules = [rule for rule in table.rules if columns.issuperset(column.lower() for column in rule.columns)]
        skipped += [f"{table.name}: {rule.meaning}" for rule in table.rules if rule not in rules]
        ruled += len(rules)
        with _placed(connection, name, table, rules):
            sizes[table.name] = _scalar(connection, f'select count(*) from "{name}"')
            if sizes[table.name] or not table.is_of_rows:
                findings += _check(batch, table, rules)
    statistics = {
        "tables": len(tables) + len(unread),
        "rules": ruled,
        "failed": sum(finding.severity == "critical" for finding in findings),
        "warned": sum(finding.severity == "warning" for finding in findings),
        "skipped": skipped,
        "queries": datasource.get_execution_engine().queries,
        "seconds": round(time.perf_counter() - start, 2),
        "rows": sizes,
    }
    result = SuiteResult(suite.name, context.run_id, context.as_of, tuple(findings), statistics)
    write_report(result, context.results)
    return result


def _missing(connection: duckdb.DuckDBPyConnection, table: Table) -> str | None:
    """Return the first column the table requires that does not exist, or None."""
    for required in table.requires:
        found = connection.execute(
            "select 1 from duckdb_columns()"
            " where concat_ws('.', database_name, schema_name, table_name, column_name) = ?",
            [required],
        ).fetchone()
        if found is None:
            return required
    return None


def _columns(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    return [row[0] for row in connection.execute(f"describe select * from {table.relation}").fetchall()]


@contextmanager
def _placed(connection: duckdb.DuckDBPyConnection, name: str, table: Table, rules: list[Rule]) -> Iterator[None]:
    """Make the table available as the temporary relation ``name``, with the columns its rules read."""
    wanted = dict.fromkeys([*table.examples, *(name for rule in rules for name in rule.columns)])
    # a rule that names no column may read any of them
    reads_all = any(not rule.columns for rule in rules) or not wanted
    select = "*" if reads_all else ", ".join(f'"{name}"' for name in wanted)
    kind = "table" if table.is_copied else "view"
    connection.execute(f'create or replace temp {kind} "{name}" as select {select} from {table.relation}')
    try:
        yield
    finally:
        connection.execute(f'drop {kind} if exists "{name}"')


def _check(batch: BatchDefinition[Any], table: Table, rules: list[Rule]) -> list[Finding]:
    import great_expectations.expectations as gxe
    from great_expectations import ExpectationSuite

    expectations = [
        getattr(gxe, rule.expectation)(**rule.arguments, severity=rule.severity, meta={"rule": number})
        for number, rule in enumerate(rules)
    ]
    whole = batch.get_batch()
    outcome = whole.validate(ExpectationSuite(name=table.name, expectations=expectations), result_format="BOOLEAN_ONLY")
    findings = []
    for result in outcome.results:
        number = result.expectation_config.meta["rule"]
        if not result.success:
            detail = whole.validate(expectations[number], result_format=_detail(table, rules[number]))
            findings.append(_finding(table, rules[number], detail))
    return findings


def _detail(table: Table, rule: Rule) -> dict[str, Any]:
    """The least that shows examples: a query's rows come only with COMPLETE, other lists are cut short by SUMMARY."""
    if rule.expectation == "UnexpectedRowsExpectation":
        return {"result_format": "COMPLETE"}
    return {
        "result_format": "SUMMARY",
        "partial_unexpected_count": EXAMPLES,
        "unexpected_index_column_names": list(table.examples),
    }


def _finding(table: Table, rule: Rule, detail: ExpectationValidationResult) -> Finding:
    result = detail.result
    errors = _errors(detail.exception_info or {})
    records: list[Mapping[str, Any]] = result.get("partial_unexpected_index_list") or []
    if errors:
        found = f"the check could not run: {'; '.join(errors)}"
    elif rule.expectation == "UnexpectedRowsExpectation":
        # Great Expectations turns every row it reports to JSON at a hundredth of a second a decimal
        records = result["details"]["unexpected_rows"] = result["details"]["unexpected_rows"][:EXAMPLES]
        found = f"{result['observed_value']:,} rows"
    elif "unexpected_count" in result:
        found = f"{result['unexpected_count']:,} of {result['element_count']:,} rows otherwise"
    else:
        found = str(result.get("observed_value"))
    shown = tuple(dict.fromkeys((*table.examples, *rule.columns)))
    examples = tuple(_words(record, shown) for record in records[:EXAMPLES])
    severity = _severity(rule, result)
    words = (rule.meaning, found, examples)
    return Finding(table.name, rule.columns, severity, *words, detail.to_json_dict(), rule.remedy)


def _severity(rule: Rule, result: Mapping[str, Any]) -> Severity:
    """Return the rule's severity, or ``warning`` where no more rows broke it than it tolerates."""
    broken = result.get("unexpected_count")
    if rule.tolerance and broken is not None:
        return rule.severity if broken > max(FEW, rule.tolerance * result["element_count"]) else "warning"
    return rule.severity


def _words(record: Mapping[str, Any], shown: tuple[str, ...]) -> str:
    names = [name for name in shown if name in record] or list(record)
    return ", ".join(f"{name} {record[name]}" for name in names)


def _errors(raised: Mapping[str, Any]) -> list[str]:
    """Return what the database said, once each; Great Expectations reports per metric or for the whole rule."""
    if "raised_exception" in raised:
        return [str(raised["exception_message"]).splitlines()[0]] if raised["raised_exception"] else []
    nested = [error for inner in raised.values() if isinstance(inner, Mapping) for error in _errors(inner)]
    return list(dict.fromkeys(nested))


def _scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
