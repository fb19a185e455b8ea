"""The lake: DuckLake change logs, the ingestion ledger and the cursors, written together in one transaction.

Here belongs what turns a staged extract into committed rows. How a source is read does not.
"""

from sources.lake.changes import Committed
from sources.lake.lake import Lake
from sources.lake.location import LakeLocation, install_extensions

__all__ = ["Committed", "Lake", "LakeLocation", "install_extensions"]
