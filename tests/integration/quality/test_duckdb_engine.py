"""Great Expectations on DuckDB: real results, on the connection it is given, in few queries."""

from __future__ import annotations

import json

import duckdb
import pytest

from quality.rules import Suite, Table, between, filled, matching, never, not_empty, one_of, rows, unique, warning
from quality.suite import run_suite

pytestmark = pytest.mark.slow


@pytest.fixture
def people() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    # a temporary table is seen by this connection alone: an engine that opens its own would find nothing
    connection.execute(
        """
        create temp table people as
        select i as id, 'person' || i || '@example.com' as email, i % 90 as age, 'placed' as status
        from range(1000) as r(i);
        insert into people values (7, 'no address', 200, 'lost'), (null, null, null, null);
        """
    )
    return connection


def check(connection, context, *its_rules, relation="people", **options):
    table = Table("shop.people", relation, its_rules, ("id",), **options)
    return run_suite(Suite("people", (table,)), connection, context)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (filled("id"), "shop.people: expected id to be filled; found 1 of 1,002 rows otherwise, e.g. id None"),
        (unique("id"), "shop.people: expected every id once; found 2 of 1,002 rows otherwise, e.g. id 7; id 7"),
        (
            between("age", 0, 120),
            "shop.people: expected age between 0 and 120; found 1 of 1,002 rows otherwise, e.g. id 7, age 200",
        ),
        (
            one_of("status", "placed"),
            "shop.people: expected status to be one of placed; found 1 of 1,002 rows otherwise, e.g. id 7, status lost",
        ),
        (
            matching("email", r"^[^@\s]+@[^@\s]{2,}$", "an address"),
            "shop.people: expected an address; found 1 of 1,002 rows otherwise, e.g. id 7, email no address",
        ),
        (
            never("nobody lost", "regexp_matches(status, '^lo.{1,3}$')", "status"),
            "shop.people: expected nobody lost; found 1 rows, e.g. id 7, status lost",
        ),
    ],
    ids=lambda value: getattr(value, "expectation", None),
)
def test_a_broken_rule_is_told_in_words_with_the_records_concerned(people, context, rule, sentence):
    result = check(people, context, rule)
    assert result.failures == (sentence,)
    assert not result.passed
    assert result.findings[0].result["success"] is False


def test_rules_that_hold_find_nothing_and_leave_no_table_behind(people, context):
    before = people.execute("select count(*) from duckdb_tables()").fetchone()
    rules = (between("age", 0, 300), one_of("status", "placed", "lost"), not_empty(), never("x", "age < 0", "age"))
    result = check(people, context, *rules, is_copied=True)
    assert result.passed and result.findings == ()
    assert result.statistics["rows"] == {"shop.people": 1002}
    assert people.execute("select count(*) from duckdb_tables()").fetchone() == before
    assert people.execute("select count(*) from duckdb_views() where view_name like 'gate%'").fetchone() == (0,)


def test_all_rules_on_columns_cost_one_pass_together(people, context):
    few = check(people, context, between("age", 0, 300)).statistics["queries"]
    many = check(people, context, *(between("age", 0, high) for high in range(300, 320))).statistics["queries"]
    assert many == few <= 4


def test_a_warning_is_reported_and_does_not_block(people, context):
    result = check(people, context, warning(filled("id")))
    assert result.passed and result.failures == ()
    assert len(result.warnings) == 1


def test_nothing_is_wrong_with_an_empty_table(people, context):
    rules = (filled("id"), unique("id"), between("age", 0, 1), one_of("status", "x"), never("x", "age = 1", "age"))
    assert check(people, context, *rules, relation="(select * from people where false)", is_copied=True).findings == ()


def test_a_rule_on_a_column_that_does_not_exist_is_named_as_skipped(people, context):
    result = check(people, context, filled("nickname"), filled("email"))
    assert result.statistics["skipped"] == ["shop.people: nickname to be filled"]
    assert [finding.columns for finding in result.findings] == [("email",)]


def test_a_rule_that_cannot_run_fails_with_the_databases_own_words(people, context):
    result = check(people, context, rows("sense", "select nonsense from {batch}"))
    assert "the check could not run" in result.failures[0]
    assert '"nonsense" not found' in result.failures[0]


def test_the_report_names_findings_for_people_and_programs(people, context):
    check(people, context, one_of("status", "<placed>"))
    written = json.loads((context.results / "run-1" / "people.json").read_text())
    assert written["passed"] is False
    assert written["findings"][0]["result"]["expectation_config"]["type"] == "expect_column_values_to_be_in_set"
    page = (context.results / "run-1" / "people.html").read_text()
    assert "Failed: 1 critical rules do not hold." in page
    assert "status to be one of &lt;placed&gt;" in page


def test_other_libraries_import_as_if_nothing_had_been_deferred(people, context):
    check(people, context, filled("email"))
    from scipy.stats import norm

    assert norm.cdf(0) == 0.5
