"""Reads what is small and kept without stamps: stages of pipelines, owners, campaigns, currencies. Whole, each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sources.contract import Extract, Reading, SourceObject, Window
from sources.http.pages import Pages
from sources.hubspot.api import Api
from sources.hubspot.fields import column_of
from sources.hubspot.objects import PATHS, STAGES

_MOST_OWNERS = "500"
_MOST_CAMPAIGNS = "100"
_PATHS = {
    "owners": "/crm/v3/owners",
    "campaigns": "/marketing/v3/campaigns",
    "company_currency": "/settings/v3/currencies/company-currency",
    "exchange_rates": "/settings/v3/currencies/exchange-rates",
}


def read_listed(api: Api, obj: SourceObject, window: Window, reading: Reading, folder: Path) -> Extract:
    """Return all of an object as a snapshot; what was retired is absent and stays in the log as deleted."""
    pages = Pages(reading.connection, folder, [column.name for column in obj.columns])
    rows = list((_stages if obj.name in STAGES else _READERS[obj.name])(api, obj))
    pages.add_records(rows)
    reading.progress(len(rows))
    staged = pages.staged()
    columns = tuple(column_of(column.name, column.type) for column in obj.columns)
    last = Window(None, window.until)
    return Extract(obj, columns, last, staged.relation, is_snapshot=True, source_count=staged.rows)


def first_page(name: str) -> str | None:
    """Return the path that tells whether an object may be read, None for one that has no path of its own."""
    if name in STAGES:
        return f"/crm/v3/pipelines/{PATHS.get(STAGES[name], STAGES[name])}"
    return _PATHS.get(name)


def _stages(api: Api, obj: SourceObject) -> Iterator[Mapping[str, Any]]:
    kind = STAGES[obj.name]
    for pipeline in api.get(f"/crm/v3/pipelines/{PATHS.get(kind, kind)}", obj.name)["results"]:
        for stage in pipeline.get("stages") or []:
            metadata = stage.get("metadata") or {}
            yield {
                "pipeline_id": pipeline["id"],
                "pipeline_label": pipeline.get("label"),
                "stage_id": stage["id"],
                "label": stage.get("label"),
                "probability": metadata.get("probability"),
                "is_closed": metadata.get("isClosed"),
                "ticket_state": metadata.get("ticketState"),
                "metadata": metadata,
                "display_order": stage.get("displayOrder"),
                "archived": bool(pipeline.get("archived") or stage.get("archived")),
            }


def _owners(api: Api, obj: SourceObject) -> Iterator[Mapping[str, Any]]:
    """Yield every owner; one that left and came back is listed twice under its id, and is there."""
    present = set()
    for archived in ("false", "true"):
        for page in api.pages(_PATHS["owners"], obj.name, limit=_MOST_OWNERS, archived=archived):
            fresh = [each for each in page if str(each["id"]) not in present]
            present |= {str(each["id"]) for each in page}
            yield from fresh


def _campaigns(api: Api, obj: SourceObject) -> Iterator[Mapping[str, Any]]:
    asked = ",".join(column.name for column in obj.columns if column.name.startswith("hs_"))
    for page in api.pages(_PATHS["campaigns"], obj.name, limit=_MOST_CAMPAIGNS, properties=asked):
        yield from ({**(each.get("properties") or {}), **each} for each in page)


def _company_currency(api: Api, obj: SourceObject) -> Iterator[Mapping[str, Any]]:
    yield api.get(_PATHS["company_currency"], obj.name)


def _exchange_rates(api: Api, obj: SourceObject) -> Iterator[Mapping[str, Any]]:
    for page in api.pages(_PATHS["exchange_rates"], obj.name, limit="100"):
        yield from page


_READERS: Mapping[str, Callable[[Api, SourceObject], Iterator[Mapping[str, Any]]]] = {
    "owners": _owners,
    "campaigns": _campaigns,
    "company_currency": _company_currency,
    "exchange_rates": _exchange_rates,
}
