"""How a dbt node becomes a Dagster asset: its key, its group and its links. Nothing runs here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from pipelines.settings import DBT_PROJECT


class WarehouseTranslator(DagsterDbtTranslator):
    """Keys are ``schema/model``, and ``lake/schema/table`` for what dbt reads; a group is the model's folder."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return ``[schema, name]``; a source keeps the key its producer has in ``defs/``."""
        if dbt_resource_props["resource_type"] == "source":
            return source_key(dbt_resource_props["schema"], dbt_resource_props["identifier"])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the folders below models/, joined: ``staging_salesforce``, ``core``."""
        folders = dbt_resource_props["fqn"][1:-1]
        return "_".join(folders) or dbt_resource_props["resource_type"]

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return links to the model's SQL file, beside dbt's own metadata."""
        path = Path(DBT_PROJECT, dbt_resource_props["original_file_path"])
        return {**super().get_metadata(dbt_resource_props), "source_file": dg.MetadataValue.path(path)}


def source_key(schema: str, table: str) -> dg.AssetKey:
    """Return the key of what dbt reads: registry and analytics are layers, the rest is ``lake/schema/table``."""
    return dg.AssetKey([schema, table] if schema in ("identity", "analytics") else ["lake", schema, table])
