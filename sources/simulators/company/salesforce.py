"""The company as Salesforce keeps it: one state file with the tables and columns of the simulated org's schema."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb

from sources.simulators.company.timeline import sql
from sources.simulators.salesforce.schema import Schema, SObject, load_schema

# where a query does not say otherwise: the audit fields every object has
_AUDIT = {
    "OwnerId": "holder.user_id",
    "CreatedById": "author.user_id",
    "LastModifiedById": "author.user_id",
    "CreatedDate": "shown.created_at",
    "LastModifiedDate": "shown.modified_at",
    "SystemModstamp": "shown.modified_at",
    "CurrencyIsoCode": "shown.currency",
}


def kept_objects() -> Schema:
    """Return the objects that the company keeps, those with a query here; its org has no others."""
    folder = files(__package__).joinpath("sql/salesforce")
    return {name: each for name, each in load_schema().items() if folder.joinpath(f"{name}.sql").is_file()}


def _value(name: str, known: set[str], audit: dict[str, str]) -> str:
    """Return the SQL of one field: the query's own column, an audit field, or NULL."""
    return f'shown."{name}"' if name in known else audit.get(name, "null")


def _insert(connection: duckdb.DuckDBPyConnection, sobject: SObject) -> None:
    """Fill one object's table; a field neither the query nor the audit fields know stays NULL."""
    query = sql(f"salesforce/{sobject.name}")
    known = set(connection.sql(query).columns)
    audit = dict(_AUDIT, IsDeleted="coalesce(shown.is_deleted, false)" if "is_deleted" in known else "false")
    columns = ", ".join(
        f'cast({_value(field.name, known, audit)} as {field.sql_type}) as "{field.name}"' for field in sobject.columns
    )
    holder = "owner" if "owner" in known else '"user"'
    connection.execute(
        f'create table target."{sobject.name}" as select {columns} from ({query}) as shown'
        ' inner join users as author on shown."user" % getvariable(\'team\') = author."user"'
        f" inner join users as holder on shown.{holder} % getvariable('team') = holder.\"user\""
    )


def write_salesforce(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the state of the org at ``now`` into a new DuckDB file; needs the timeline and ``faces``."""
    connection.execute("set variable team = (select count(*) from users)")
    connection.execute(f"attach '{path}' as target")
    try:
        for sobject in kept_objects().values():
            _insert(connection, sobject)
        connection.execute(f"create table target._deleted as {sql('salesforce/_deleted')}")
    finally:
        connection.execute("detach target")
