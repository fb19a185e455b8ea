"""What is expected of SuiteCRM records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the database held.
"""

from __future__ import annotations

from datetime import date

from quality.rules import Rule, Suite, Table, filled, tolerated
from quality.suites.landing import landed, stamped, volumes


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    return Suite("landing_suitecrm", (volumes("suitecrm"), _table("accounts", as_of, tolerated(filled("name")))))


def _table(name: str, as_of: date, *rules: Rule) -> Table:
    # ids are GUIDs but for rows that were imported or came with the demo data
    return landed("suitecrm", name, stamped("date_modified", as_of), *rules)
