"""Odoo, read from its PostgreSQL database. See README.md for tables, deletes and known gaps."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.contract import Connector
from sources.databases.options import database_options
from sources.odoo.objects import OBJECTS, TABLES, model

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "odoo"

OPTIONS = database_options("postgres", example="x_projects")


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured installation. Opens nothing; raises ConfigError for an unusable option."""
    from sources.databases.connector import DatabaseConnector

    return DatabaseConnector(TYPE, config, TABLES, model)
