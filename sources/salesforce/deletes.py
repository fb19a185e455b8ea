"""The getDeleted feed: ids deleted in a span, and how far back and forward Salesforce vouches for it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from sources.errors import TransientSourceError
from sources.http import ApiError
from sources.http.pages import Staged, csv_relation
from sources.salesforce.api import Api, whole_minutes
from sources.salesforce.ids import long_id
from sources.salesforce.soql import parsed_timestamp

_COLUMNS = ("record_id", "deleted_at")


class FeedExpiredError(Exception):
    """The feed no longer reaches back to the start of the span; only a complete read tells what is gone."""


@dataclass(frozen=True)
class Feed:
    """Deletes of one object: ``file`` (CSV of record_id, deleted_at, whole minutes around the window) and the end
    of what the feed covers, naive UTC."""

    file: Path
    covered_until: datetime


def read_feed(api: Api, name: str, since: datetime, until: datetime, folder: Path) -> Feed:
    """Return the deletes in ``[since, until)``, and some around it.

    ``covered_until`` lies before ``until`` while a long transaction is open at the source. Raises FeedExpiredError,
    TransientSourceError when the feed covers nothing of the span yet, and what HttpClient raises.
    """
    start, end = whole_minutes(since, until)
    deleted, earliest, covered = _deleted(api, name, start, end)
    if earliest > start:
        raise FeedExpiredError
    covered = min(until, covered)
    if covered <= since:
        message = f"a long transaction is open; deletes are known up to {covered.isoformat()}Z only."
        raise TransientSourceError(api.http.source, name, message, "The next run reads on.")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "deleted.csv"
    _write(file, deleted.items())
    return Feed(file, covered)


def unseen(connection: duckdb.DuckDBPyConnection, feed: Feed, read: Staged) -> list[str]:
    """Return the ids in the feed that no row read has: gone for good, or stamped outside the window."""
    listed = f'select record_id from {csv_relation([feed.file], _COLUMNS)} where record_id not in (select "Id" from '
    return [row[0] for row in connection.cursor().execute(f"{listed}{read.relation})").fetchall()]


def purged(connection: duckdb.DuckDBPyConnection, feed: Feed, gone: Iterable[str], folder: Path) -> str:
    """Return a relation (record_id, deleted_at, reason) of the feed's entries with these ids."""
    wanted = folder / "gone.csv"
    _write(wanted, ((record_id, "") for record_id in gone))
    return (
        f"(select record_id, deleted_at::timestamp as deleted_at, 'purged' as reason "
        f"from {csv_relation([feed.file], _COLUMNS)} "
        f"where record_id in (select record_id from {csv_relation([wanted], _COLUMNS)}))"
    )


def _deleted(api: Api, name: str, start: datetime, end: datetime) -> tuple[dict[str, str], datetime, datetime]:
    """Return ids with their latest delete time, the earliest time the feed has, and the end it covers."""
    try:
        answer = api.deleted(name, start, end)
    except ApiError as error:
        if error.code == "INVALID_REPLICATION_DATE":
            raise FeedExpiredError from None
        middle = (start + (end - start) / 2).replace(second=0, microsecond=0)
        if error.code != "EXCEEDED_ID_LIMIT" or middle - start < timedelta(minutes=2):
            raise
        # more than 600,000 ids: ask for two halves
        first, earliest, covered = _deleted(api, name, start, middle)
        if covered < middle:
            return first, earliest, covered
        second, _, covered = _deleted(api, name, middle, end)
        return first | second, earliest, covered
    found = {long_id(each["id"]): _plain(each["deletedDate"]) for each in answer["deletedRecords"]}
    return found, parsed_timestamp(answer["earliestDateAvailable"]), parsed_timestamp(answer["latestDateCovered"])


def _write(file: Path, rows: Iterable[tuple[str, str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(rows)


def _plain(text: str) -> str:
    return parsed_timestamp(text).isoformat(sep=" ")
