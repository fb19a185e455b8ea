"""Salesforce: REST and Bulk API 2.0, or the weekly Data Export. See README.md for scopes and gaps."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.contract import Connector
from sources.salesforce.objects import OBJECTS
from sources.salesforce.options import OPTIONS

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "salesforce"


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured org. Opens nothing; raises ConfigError for an unusable option."""
    if config.options.get("export") is not None:
        from sources.salesforce.export.connector import ExportConnector

        return ExportConnector(config)
    from sources.salesforce.connector import SalesforceConnector

    return SalesforceConnector(config)
