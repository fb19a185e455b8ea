"""The functions of ours that models call, as dbt-duckdb's plugin. What they compute is in ``analytics``."""

from __future__ import annotations

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from pipelines.analytics import phone_numbers


class Plugin(BasePlugin):
    """Makes ``e164_phone(raw, country)`` a function of every connection that dbt opens."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the function; either argument may be NULL."""
        phone_numbers.register(conn)
