"""Bulk read: jobs of up to 200,000 records each, every ZIP's CSV compared with the count its job names."""

from __future__ import annotations

import csv
import io
import logging
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx

from sources.errors import TransientSourceError
from sources.http import ApiError, Incomplete
from sources.http.chunking import Chunks, field_groups
from sources.http.pages import Staged, csv_relation, united
from sources.quoting import identifier
from sources.zoho.api import Api
from sources.zoho.fields import KEY, STAMP

_log = logging.getLogger(__name__)
_MOST_FIELDS = 200
_TRIES = 3
_FIRST_POLL, _SLOWEST_POLL = 1.0, 60.0
_LONGEST_JOB = 6 * 3600.0
_UNAVAILABLE = frozenset(
    {"MODULE_NOT_SUPPORTED", "FIELD_NOT_SUPPORTED", "FIELD_NOT_AVAILABLE", "JOB_NOT_SUPPORTED", "PAGE_RANGE_EXCEEDED"}
    | {"OAUTH_SCOPE_MISMATCH", "FEATURE_NOT_SUPPORTED", "INVALID_MODULE"}
)


class BulkUnavailableError(Exception):
    """Bulk read cannot read this module now; queries can. The text is Zoho's reason."""


@dataclass(frozen=True)
class _Result:
    """One job's CSV and its header."""

    file: Path
    header: tuple[str, ...]
    rows: int


class BulkReader:
    """Reads a whole module through jobs into ``folder``."""

    def __init__(
        self, api: Api, connection: duckdb.DuckDBPyConnection, folder: Path, progress: Callable[[int], None]
    ) -> None:
        self._api, self._connection, self._folder, self._progress = api, connection, folder, progress
        self._jobs = 0

    def read(self, module: str, fields: Sequence[str], keys: Sequence[str]) -> tuple[Staged, list[str]]:
        """Return every record, under the names of ``fields``, and the ids of those that changed between two jobs.

        Raises BulkUnavailableError when the module, a field or three failed jobs leave queries as the way, and
        otherwise what HttpClient raises.
        """
        groups = field_groups(fields, keys, lambda names: len(names) <= _MOST_FIELDS)
        parts = [self._group(module, group) for group in groups]
        if len(parts) == 1:
            return parts[0], []
        chunks = Chunks(fields, keys, groups, self._connection, self._folder / "bulk_merged")
        return chunks.merged(parts), chunks.torn()

    def _group(self, module: str, fields: Sequence[str]) -> Staged:
        place: dict[str, Any] = {"page": 1}
        parts: list[Staged] = []
        followed: set[str] = set()
        while True:
            query = {"module": {"api_name": module}, "fields": [name for name in fields if name != KEY], **place}
            result = self._job(query, module)
            found = self._result(result, module)
            parts.append(_renamed(found, fields))
            self._progress(found.rows)
            if not result.get("more_records"):
                return united(parts, fields)
            token = result.get("next_page_token")
            if token in followed:
                raise self._api.loops(module)
            if token:
                followed.add(token)
            place = {"page_token": token} if token else {"page": int(result.get("page") or len(parts)) + 1}

    def _job(self, query: dict[str, Any], module: str) -> dict[str, Any]:
        """Return the result of one job, started again when it fails."""
        reason = ""
        for _ in range(_TRIES):
            try:
                number = self._api.start_job(query, module)
            except ApiError as error:
                if error.code in _UNAVAILABLE:
                    raise BulkUnavailableError(error.message) from None
                raise
            done = self._wait(number, module)
            if done["state"] == "COMPLETED":
                result: dict[str, Any] = done["result"]
                return result
            reason = f"job {number} ended as {done['state']}"
            _log.warning("%s.%s: %s", self._api.http.source, module, reason)
        raise BulkUnavailableError(reason)

    def _wait(self, number: str, module: str) -> dict[str, Any]:
        """Return the job once it has ended, asking at growing intervals."""
        pause, waited = _FIRST_POLL, 0.0
        while True:
            found = self._api.job(number, module)
            if found["state"] in ("COMPLETED", "FAILURE"):
                return found
            if waited >= _LONGEST_JOB:
                raise TransientSourceError(self._api.http.source, module, f"bulk read {number} ran for over six hours.")
            self._api.http.sleep(pause)
            waited, pause = waited + pause, min(pause * 1.5, _SLOWEST_POLL)

    def _result(self, result: dict[str, Any], module: str) -> _Result:
        """Fetch the CSV of a job, again while it is not whole."""
        self._jobs += 1
        self._folder.mkdir(parents=True, exist_ok=True)
        archive, file = self._folder / f"bulk_{self._jobs}.zip", self._folder / f"bulk_{self._jobs}.csv"
        header: tuple[str, ...] = ()

        def verify(path: Path, headers: httpx.Headers) -> None:
            nonlocal header
            header = _unpacked(path, file)
            rows = self._rows(file, header)
            if rows != int(result["count"]):
                raise Incomplete(f"a bulk result holds {rows} rows where its job counts {result['count']}")

        self._api.download(str(result["download_url"]), archive, module, verify)
        archive.unlink()
        return _Result(file, header, int(result["count"]))

    def _rows(self, file: Path, header: Sequence[str]) -> int:
        try:
            counted = (
                self._connection.cursor().execute(f"select count(*) from {csv_relation([file], header)}").fetchone()
            )
        except duckdb.Error as error:
            raise Incomplete(f"a bulk result breaks off: {str(error).splitlines()[0]}") from None
        return counted[0] if counted else 0


def _unpacked(archive: Path, file: Path) -> tuple[str, ...]:
    """Write the one CSV of an archive to ``file`` and return its header. Raises Incomplete where there is none."""
    try:
        with zipfile.ZipFile(archive) as opened:
            (name,) = [each for each in opened.namelist() if each.lower().endswith(".csv")]
            with opened.open(name) as packed, file.open("wb") as target:
                shutil.copyfileobj(packed, target)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise Incomplete(f"a bulk result is no ZIP of one CSV file: {error}") from None
    with file.open(newline="", encoding="utf-8", errors="replace") as opened_file:
        header = next(csv.reader(io.StringIO(opened_file.readline())), [])
    return tuple(header)


def _renamed(found: _Result, fields: Sequence[str]) -> Staged:
    """Return the CSV under the names of ``fields``: its header may spell them in another case, such as Id."""
    spelled = {name.lower(): name for name in found.header}
    missing = [name for name in fields if name.lower() not in spelled]
    if missing:
        raise BulkUnavailableError(f"the result lacks {', '.join(missing)}")
    selected = []
    for name in fields:
        value = identifier(spelled[name.lower()])
        if name == STAMP:
            value = f"strftime(try_cast({value} as timestamptz)::timestamp, '%Y-%m-%d %H:%M:%S+00:00')"
        selected.append(f"{value} as {identifier(name)}")
    return Staged(f"(select {', '.join(selected)} from {csv_relation([found.file], found.header)})", found.rows)
