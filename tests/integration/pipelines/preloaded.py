"""Imports what every night imports, so that processes forked from the one that has done so start at once."""

import dagster_dbt  # noqa: F401
import dbt.cli.main  # noqa: F401

import pipelines.cli
import pipelines.definitions  # noqa: F401
import quality.engine  # noqa: F401
