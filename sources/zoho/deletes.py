"""The list of deleted records: ids since a moment, how they went, and when the list does not reach back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from sources.contract import Window
from sources.http import ApiError
from sources.http.pages import Pages
from sources.zoho.answers import is_gone
from sources.zoho.api import ROOT, Api
from sources.zoho.fields import parsed_moment

# the recycle bin keeps records for 60 days; what the list keeps of those deleted for good is not documented
_REACHES_BACK = timedelta(days=59)
_REASONS = {"recycle": "soft", "permanent": "purged"}
_COLUMNS = ("record_id", "deleted_at", "reason")


class FeedExpiredError(Exception):
    """The list does not reach back to the start of the window, or is too long; only a whole read tells what is gone."""


@dataclass(frozen=True)
class Gone:
    """When (naive UTC) and how a record was deleted; ``reason`` is the lake's word."""

    at: datetime
    reason: str


def read_feed(api: Api, module: str, since: datetime, until: datetime, last: Window | None) -> dict[str, Gone]:
    """Return id → its latest delete, since a moment. Empty for a module without such a list.

    Deletes before the end of the ``last`` window are in the lake already: of those, a span that is asked for again
    brings what the list still has. Raises FeedExpiredError, and what HttpClient raises. Kept in memory: an id and a
    moment for each delete of the span.
    """
    first_listed = until - _REACHES_BACK
    if max(since, last.until if last else since) < first_listed:
        raise FeedExpiredError
    since = max(since, first_listed)
    found: dict[str, Gone] = {}
    try:
        for entries in api.pages(f"{ROOT}/{module}/deleted", "data", module, {"type": "all"}, since):
            for each in entries:
                gone = Gone(parsed_moment(each["deleted_time"]), _REASONS.get(str(each.get("type")), "purged"))
                known = found.get(each["id"])
                if known is None or known.at < gone.at:
                    found[each["id"]] = gone
    except ApiError as error:
        if error.code == "DISCRETE_PAGINATION_LIMIT_EXCEEDED":
            raise FeedExpiredError from None
        if is_gone(error):
            return {}
        raise
    return found


def deletes_relation(connection: duckdb.DuckDBPyConnection, gone: Mapping[str, Gone], folder: Path) -> str | None:
    """Return what an Extract's ``deletes`` takes; None where nothing is gone."""
    relation = _relation(connection, ((key, each.at, each.reason) for key, each in gone.items()), _COLUMNS, folder)
    if relation is None:
        return None
    return f"(select record_id, deleted_at::timestamp as deleted_at, reason from {relation})"


def replaced_relation(
    connection: duckdb.DuckDBPyConnection, parents: Iterable[tuple[str, datetime]], folder: Path
) -> str | None:
    """Return what an Extract's ``replaced`` takes of parents and when they changed; None where there are none."""
    relation = _relation(connection, parents, ("parent_id", "changed_at"), folder)
    if relation is None:
        return None
    return f"(select parent_id, changed_at::timestamp as changed_at from {relation})"


def _relation(
    connection: duckdb.DuckDBPyConnection, rows: Iterable[tuple[object, ...]], columns: tuple[str, ...], folder: Path
) -> str | None:
    pages = Pages(connection, folder, columns)
    if listed := [dict(zip(columns, each, strict=True)) for each in rows]:
        pages.add_records(listed)
    staged = pages.staged()
    return staged.relation if staged.rows else None
