"""Microsoft Dynamics 365: the Dataverse Web API, read by change tracking. See README.md for privileges and gaps."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.contract import Connector
from sources.dynamics.objects import OBJECTS
from sources.dynamics.options import OPTIONS

__all__ = ["OBJECTS", "OPTIONS", "TYPE", "create"]

TYPE = "dynamics"


def create(config: SourceConfig) -> Connector:
    """Return the connector of a configured environment. Opens nothing; raises ConfigError for an unusable option."""
    from sources.dynamics.connector import DynamicsConnector

    return DynamicsConnector(config)
