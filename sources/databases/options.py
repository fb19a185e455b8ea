"""What a legacy CRM's database takes in crm_sources.yaml, and the connection that it describes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sources.config import Option, Secret, SourceConfig
from sources.databases.connection import Connection
from sources.reconciling import RECONCILE, SHRINK_LIMIT

_NEEDED = {"postgres": ("host", "database", "user"), "mysql": ("host", "database", "user"), "sqlite": ("path",)}
_SETTINGS = ("host", "port", "database", "user", "password", "schema", "sslmode", "path")


def database_options(kind: str, example: str) -> tuple[Option, ...]:
    """Return the options of a type whose database usually is of ``kind``; ``example`` is a further table's name."""
    server = ("kind", kind)
    return (
        Option("kind", "the database", default=kind, choices=tuple(_NEEDED)),
        Option("host", "the server", required_if=server, example="db.acme.com"),
        Option("port", "the server's port, where it is not the usual one", type=int, default=None),
        Option("database", "the database's name", required_if=server, example="crm"),
        Option("user", "a user who may do no more than SELECT", required_if=server, example="reader"),
        Option("password", "the user's password", secret=True),
        Option("schema", "the schema of the tables, in PostgreSQL; public unless given", default=None),
        Option("sslmode", "how PostgreSQL is connected to, e.g. verify-full", default=None),
        Option("path", "the file, with kind: sqlite", required_if=("kind", "sqlite"), default=None),
        Option("time_zone", "the zone of times that say none", default="UTC"),
        Option(
            "clock", "SQL asking the database for its time, where it is not now: a copy's age", example="select now()"
        ),
        Option(
            "double_encoded", "texts were written as cp1252 into UTF-8 columns (kind: mysql)", type=bool, default=False
        ),
        Option("skip_objects", "tables not to read", type=list, default=None),
        Option(
            "extra_objects",
            "further tables to read: names, or {table: …, key: [...], cursor: …}",
            type=list,
            default=None,
            example=[example],
        ),
        SHRINK_LIMIT,
        RECONCILE,
    )


def connection(config: SourceConfig) -> Connection:
    """Return where a source's database is. Reads no secret; raises ConfigError for what is lacking or does not fit."""
    kind = str(config.text("kind"))
    if kind not in _NEEDED:
        raise config.error("kind", f"'kind' must be one of {', '.join(_NEEDED)}, not '{kind}'")
    for name in _NEEDED[kind]:
        if config.options.get(name) is None:
            raise config.error(name, f"source '{config.name}' with kind: {kind} lacks '{name}'")
    zone = str(config.text("time_zone"))
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        message = f"unknown time zone '{zone}'; names look like Europe/Berlin"
        raise config.error("time_zone", message) from None
    is_double_encoded = config.options.get("double_encoded") is True
    if is_double_encoded and kind != "mysql":
        raise config.error("double_encoded", f"'double_encoded' is for kind: mysql, not {kind}")
    given = {name: value for name in _SETTINGS if (value := config.options.get(name)) is not None}
    settings = {name: value if isinstance(value, Secret) else str(value) for name, value in given.items()}
    return Connection(kind, settings, zone, config.path, config.line, is_double_encoded)
