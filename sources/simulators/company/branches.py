"""Branches of the company: each keeps customers of its own in a CRM of its own, where Salesforce would keep them.

The company is the same with branches and without: only where its records are shown differs. A branch's tables are
made from its part of what Salesforce shows, by the queries in ``sql/<type>/``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from sources.simulators.company.filling import fill_sqlite, fill_state
from sources.simulators.company.timeline import sql
from sources.simulators.dynamics import state as dynamics
from sources.simulators.hubspot import state as hubspot
from sources.simulators.zoho import state as zoho

# the types that a branch may have, with what makes the tables of their simulators
SIMULATED: dict[str, Callable[[duckdb.DuckDBPyConnection, str], None]] = {
    "dynamics": dynamics.create_tables,
    "zoho": zoho.create_tables,
    "hubspot": hubspot.create_tables,
}
# and those that are read from a database: SQLite files
DATABASES = ("suitecrm", "vtiger", "odoo")
TYPES = (*SIMULATED, *DATABASES)

# the columns that say whose a row is; the rows of one object name those of the next
_OWNERS = {
    "Account": ("Id",),
    "Contact": ("Id",),
    "Lead": ("Id",),
    "Opportunity": ("AccountId",),
    "OpportunityLineItem": ("OpportunityId",),
    "OpportunityHistory": ("OpportunityId",),
    "Order": ("AccountId",),
    "OrderItem": ("OrderId",),
    "Case": ("Id",),
    "Task": ("Id",),
    "Event": ("Id",),
    "CampaignMember": ("LeadOrContactId",),
    "_deleted": ("id",),
}
# what every branch knows, as Salesforce does
_SHARED = ("Campaign", "CurrencyType", "Product2", "User")


def choose_customers(connection: duckdb.DuckDBPyConnection, branches: Sequence[str]) -> None:
    """Create ``branch_customers`` (customer, branch) and ``branch_records`` (Salesforce id, branch)."""
    names = ", ".join(f"'{each}'" for each in branches)
    connection.execute(f"set variable branches = [{names}]::varchar[]")
    connection.execute(sql("branches/ids"))
    connection.execute(sql("branches/customers"))


def move_to_branches(
    connection: duckdb.DuckDBPyConnection, org: Path, folder: Path, branches: Sequence[str], clock: datetime
) -> None:
    """Write each branch's file into ``folder`` and take its records out of the Salesforce state ``org``.

    ``clock`` is what every system says the time is.
    """
    connection.execute(f"attach '{org}' as org")
    connection.execute("create schema if not exists branch")
    try:
        for name in branches:
            _show(connection, name)
            if name in SIMULATED:
                fill_state(connection, folder / f"{name}.duckdb", name, SIMULATED[name])
            else:
                fill_sqlite(connection, folder / f"{name}.sqlite", name, clock)
        for table, owners in _OWNERS.items():
            whose = " or ".join(f'"{each}" in (select id from branch_records)' for each in owners)
            connection.execute(f'delete from org."{table}" where {whose}')
        # who changed to a firm of a branch works for nobody that Salesforce knows
        connection.execute(
            'update org."Contact" set AccountId = null where AccountId in (select id from branch_records)'
        )
    finally:
        connection.execute("detach org")


def _show(connection: duckdb.DuckDBPyConnection, branch: str) -> None:
    """Fill the schema ``branch`` with the part of each object that is one branch's."""
    mine = f"(select id from branch_records where branch = '{branch}')"
    connection.execute(f"set variable branch = '{branch}'")
    for table in _SHARED:
        connection.execute(f'create or replace table branch."{table}" as from org."{table}"')
    for table, owners in _OWNERS.items():
        whose = " or ".join(f'"{each}" in {mine}' for each in owners)
        connection.execute(f'create or replace table branch."{table}" as from org."{table}" where {whose}')
        if table in ("Opportunity", "Order"):
            connection.execute(f"insert into branch_records select Id, '{branch}' from branch.\"{table}\"")
    connection.execute(sql("branches/views"))
