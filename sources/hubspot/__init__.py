"""HubSpot: the CRM API, read by list and by search. See README.md for scopes, objects and gaps."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.contract import Connector
from sources.hubspot.objects import OBJECTS
from sources.hubspot.options import OPTIONS

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "hubspot"


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured account. Opens nothing; raises ConfigError for an unusable option."""
    from sources.hubspot.connector import HubSpotConnector

    return HubSpotConnector(config)
