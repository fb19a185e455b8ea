"""SuiteCRM and SugarCRM CE, read from their database. See README.md for tables, deletes and known gaps."""

from __future__ import annotations

import re

from sources.config import Option, SourceConfig
from sources.contract import Connector
from sources.databases.options import database_options
from sources.suitecrm.objects import OBJECTS, TABLES, custom_module

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "suitecrm"

OPTIONS = (
    *database_options("mysql", example="acme_projects"),
    Option("currency", "the base currency, which config.php names and no table", required=True, example="EUR"),
)


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured installation. Opens nothing; raises ConfigError for an unusable option."""
    from sources.databases.connector import DatabaseConnector

    currency = config.text("currency")
    if not re.fullmatch("[A-Z]{3}", currency or ""):
        raise config.error("currency", f"'{currency}' is no currency; give its ISO code, such as EUR")
    return DatabaseConnector(TYPE, config, TABLES, custom_module)
