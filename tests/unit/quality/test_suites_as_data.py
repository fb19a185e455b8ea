"""Suites are data: their columns, names and tables can be held against the schemas they speak of."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from quality.rules import Suite, never, one_of, warning
from quality.suites import landing_suite, release_suite

ROOT = Path(__file__).parents[3]
AS_OF = date(2026, 1, 10)
SALESFORCE = YAML(typ="safe").load((ROOT / "sources/simulators/salesforce/schema.yml").read_text())
CANONICAL = YAML(typ="safe").load((ROOT / "sources/entities.yml").read_text())
# every canonical record carries these beside its own columns
RECORD = {"_record_id", "_key", "created_at", "modified_at"}


def landing(connector_type: str) -> Suite:
    suite = landing_suite(connector_type, AS_OF)
    assert suite is not None
    return suite


def unknown(suite: Suite, columns: dict[str, set[str]]) -> set[str]:
    """Return what rules speak of and no schema knows."""
    return {
        f"{table.name}.{name}"
        for table in suite.tables
        if "." in table.name
        for rule in table.rules
        for name in rule.columns
        if name not in columns[table.name.split(".")[1]]
    }


def snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).lstrip("_")


def test_salesforce_rules_speak_only_of_fields_that_salesforce_has():
    fields = {snake(name): {field["name"] for field in body["fields"]} | RECORD for name, body in SALESFORCE.items()}
    assert unknown(landing("salesforce"), fields) == set()


def test_every_salesforce_object_is_looked_at():
    looked_at = {table.name for table in landing("salesforce").tables if "." in table.name}
    assert looked_at == {f"salesforce.{snake(name)}" for name in SALESFORCE}


def test_mapped_rules_speak_only_of_canonical_columns():
    columns = {entity: set(own) | RECORD for entity, own in CANONICAL.items()}
    assert unknown(landing("mapped"), columns) == set()


@pytest.mark.parametrize(
    "suite", [landing("salesforce"), landing("mapped"), release_suite(AS_OF)], ids=lambda s: s.name
)
def test_tables_are_named_once_and_every_rule_says_what_it_means(suite):
    names = [table.name for table in suite.tables]
    assert len(names) == len(set(names))
    assert all(rule.meaning and rule.severity in ("critical", "warning") for t in suite.tables for rule in t.rules)


def test_a_type_without_a_suite_has_none():
    assert landing_suite("fax_machine", AS_OF) is None


def test_braces_of_a_regular_expression_are_not_taken_for_placeholders():
    rule = never("no short name", "regexp_matches(name, '^.{0,2}$')", "name")
    assert rule.arguments["unexpected_rows_query"].format(batch="t") == (
        "select * from t where regexp_matches(name, '^.{0,2}$')"
    )


def test_a_warning_keeps_its_rule():
    rule = one_of("status", "placed", "returned")
    assert warning(rule).arguments == rule.arguments
    assert warning(rule).severity == "warning"


def test_reading_suites_imports_no_great_expectations():
    code = (
        "import sys, datetime; from quality.suites import landing_suite, release_suite;"
        "landing_suite('salesforce', datetime.date(2026, 1, 1)); release_suite(datetime.date(2026, 1, 1));"
        "import quality.suite; sys.exit('great_expectations' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
