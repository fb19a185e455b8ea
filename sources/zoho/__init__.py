"""Zoho CRM: the v8 REST API, COQL and bulk read. See README.md for scopes and gaps."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.contract import Connector
from sources.zoho.objects import OBJECTS
from sources.zoho.options import OPTIONS

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "zoho"


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured organization. Opens nothing; raises ConfigError for an unusable option."""
    from sources.zoho.connector import ZohoConnector

    return ZohoConnector(config)
