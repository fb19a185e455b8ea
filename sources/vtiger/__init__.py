"""vtiger CRM, read from its database. See README.md for tables, deletes and known gaps."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.contract import Connector
from sources.databases.options import database_options
from sources.vtiger.objects import OBJECTS, TABLES, custom_table

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "vtiger"

OPTIONS = database_options("mysql", example="vtiger_vendor")


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured installation. Opens nothing; raises ConfigError for an unusable option."""
    from sources.databases.connector import DatabaseConnector

    return DatabaseConnector(TYPE, config, TABLES, custom_table)
