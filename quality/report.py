"""Write what a suite found: JSON for programs, one HTML page for people. No checking belongs here."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quality.suite import Finding, SuiteResult

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
table {{ border-collapse: collapse; width: 100%; margin: 1rem 0 }}
th, td {{ border-bottom: 1px solid #ddd; padding: .4rem .6rem; text-align: left; vertical-align: top }}
td.number {{ text-align: right }}
.critical {{ color: #a40000; font-weight: 600 }} .warning {{ color: #8a6100 }} .passed {{ color: #1a6b1a }}
</style></head><body>
<h1>{title}</h1>
<p class="{mood}">{verdict}</p>
<p>Run {run_id}, as of {as_of}: {rules} rules on {tables} tables in {seconds} s.</p>
{findings}
<h2>Tables</h2>
<table><tr><th>table</th><th>rows checked</th></tr>{rows}</table>
{skipped}
</body></html>
"""


def write_report(result: SuiteResult, folder: Path) -> Path:
    """Write ``<folder>/<run_id>/<suite>.json`` and ``.html``, replacing those of an earlier try; return the page."""
    target = folder / result.run_id
    target.mkdir(parents=True, exist_ok=True)
    _write(target / f"{result.suite}.json", json.dumps(_document(result), indent=2, default=str))
    page = target / f"{result.suite}.html"
    _write(page, _page(result))
    return page


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _document(result: SuiteResult) -> dict[str, object]:
    return {
        "suite": result.suite,
        "run_id": result.run_id,
        "as_of": result.as_of,
        "passed": result.passed,
        "statistics": dict(result.statistics),
        "findings": [
            {
                "table": finding.table,
                "columns": finding.columns,
                "severity": finding.severity,
                "expected": finding.expected,
                "found": finding.found,
                "examples": finding.examples,
                "result": finding.result,
            }
            for finding in result.findings
        ],
    }


def _page(result: SuiteResult) -> str:
    statistics = result.statistics
    if result.passed:
        verdict = f"Passed with {statistics['warned']} warnings." if statistics["warned"] else "Passed."
    else:
        verdict = f"Failed: {statistics['failed']} critical rules do not hold."
    skipped = "".join(f"<li>{escape(rule)}</li>" for rule in statistics["skipped"])
    return _PAGE.format(
        title=f"Quality gate: {escape(result.suite)}",
        mood="passed" if result.passed else "critical",
        verdict=verdict,
        run_id=escape(result.run_id),
        as_of=result.as_of,
        rules=statistics["rules"],
        tables=statistics["tables"],
        seconds=statistics["seconds"],
        findings=_findings(result.findings),
        rows="".join(
            f'<tr><td>{escape(table)}</td><td class="number">{rows:,}</td></tr>'
            for table, rows in statistics["rows"].items()
        ),
        skipped=f"<h2>Not applicable</h2><p>These columns do not exist here.</p><ul>{skipped}</ul>" if skipped else "",
    )


def _findings(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return ""
    rows = "".join(
        f'<tr><td class="{finding.severity}">{finding.severity}</td><td>{escape(finding.table)}</td>'
        f"<td>{escape(finding.expected)}</td><td>{escape(finding.found)}</td>"
        f"<td>{'<br>'.join(escape(example) for example in finding.examples)}</td></tr>"
        for finding in sorted(findings, key=lambda finding: (finding.severity, finding.table))
    )
    head = "<tr><th>severity</th><th>table</th><th>expected</th><th>found</th><th>examples</th></tr>"
    return f"<h2>Findings</h2><table>{head}{rows}</table>"
