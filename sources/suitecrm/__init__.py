"""SuiteCRM and SugarCRM CE, read from their database. See README.md for tables, deletes and known gaps."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.contract import Connector
from sources.databases.options import database_options
from sources.suitecrm.objects import OBJECTS, TABLES, custom_module

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "suitecrm"

OPTIONS = database_options("mysql", example="acme_projects")


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured installation. Opens nothing; raises ConfigError for an unusable option."""
    from sources.databases.connector import DatabaseConnector

    return DatabaseConnector(TYPE, config, TABLES, custom_module)
