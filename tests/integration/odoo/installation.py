"""Odoo's tables in PostgreSQL, as its source code defines them, and ways to write rows as its ORM would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sources.config import Secret
from sources.lake import Lake
from sources.simulators.company.timeline import sql
from tests.installations import Installation, postgres_database
from tests.servers import DatabaseServer

#: The tables of version 17; what other versions call otherwise, tests rename. An installation brings its own clock.
SCHEMA = sql("odoo/_schema").replace("create table crm_clock (now_at timestamp);", "")


@contextmanager
def installed(server: DatabaseServer, lake: Lake, folder: Path, schema: str = SCHEMA) -> Iterator[Installation]:
    """Make a database of Odoo without records; yield it as a source, whose password is ${ODOO_PASSWORD}."""
    settings = {
        "kind": "postgres", "host": server.host, "port": server.port, "database": "odoo", "user": server.user,
        "password": Secret("${ODOO_PASSWORD}", folder / "crm_sources.yaml"),
    }  # fmt: skip
    with postgres_database(server, "odoo") as run:
        run(schema)
        yield Installation(lake, folder, "odoo", run, settings)


def add(crm: Installation, table: str, key: int, written: datetime | str | None = None, **values: Any) -> int:
    """Insert a row created and written at a time, else now; a dictionary becomes jsonb. Returns ``key``."""
    at = written or crm.now
    row = {"id": key, "create_date": at, "write_date": at, **values}
    names = ", ".join(f'"{name}"' for name in row)
    crm.run(f"insert into {table} ({names}) values ({', '.join(map(_literal, row.values()))})")
    return key


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str | date):
        return "'" + str(value).replace("'", "''") + "'"
    return str(value)
