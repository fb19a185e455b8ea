"""Any legacy database or file dump, described by one mapping file: PostgreSQL, MySQL/MariaDB, SQLite, files.

The mapping file's reference is README.md beside this file. Raw rows land as ``mapped."<source>__<table>"``
with the source's names; ``publish_views`` turns them into canonical views, one per entity of entities.yml.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sources.config import Option, SourceConfig
from sources.contract import Connector, SourceObject

if TYPE_CHECKING:
    from sources.lake import Lake

TYPE = "mapped"

#: Every mapped source brings its own objects; see ``Connector.objects``.
OBJECTS: tuple[SourceObject, ...] = ()

OPTIONS = (
    Option(
        "mapping",
        "the mapping file, relative to this file; see sources/mapped/README.md",
        required=True,
        example="legacy_crm.yaml",
    ),
)


def create(config: SourceConfig) -> Connector:
    """Return the connector of a mapping file. Opens no connection; raises ConfigError for a mistake in the file."""
    from sources.mapped.connector import MappedConnector

    return MappedConnector(config)


def publish_views(lake: Lake, configs: Iterable[SourceConfig]) -> None:
    """(Re)create the canonical views ``lake.mapped.<entity>`` over everything the mapped sources landed.

    Sources of other types in ``configs`` are passed over; an entity that nothing maps to is an empty view.
    """
    from sources.mapped.views import publish

    publish(lake, configs)
