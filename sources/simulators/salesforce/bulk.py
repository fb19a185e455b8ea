"""Bulk API 2.0 query jobs: created, run in the background, polled, read in pages of CSV, aborted, deleted.

A job's result is spooled once; a page of any ``maxRecords`` is a slice of it and may be read again at will.
"""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from sources.simulators.http import Request, Response, Spooled, as_json, spool
from sources.simulators.salesforce.auth import USER_ID
from sources.simulators.salesforce.describe import Describer
from sources.simulators.salesforce.errors import ApiError, malformed, not_found
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.http_parts import json_body, stamp
from sources.simulators.salesforce.ids import record_id
from sources.simulators.salesforce.rendering import csv_header, csv_sql
from sources.simulators.salesforce.soql import Translated, translate
from sources.simulators.salesforce.state import OrgState

DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "TAB": "\t", "PIPE": "|", "CARET": "^", "BACKQUOTE": "`"}
LINE_ENDS = {"LF": "\n", "CRLF": "\r\n"}
OVER = {"JobComplete", "Aborted", "Failed"}


@dataclass
class Job:
    """One query job; ``state`` is what the next poll will say once ``polls_left`` is used up."""

    id: str
    operation: str
    query: Translated
    version: str
    delimiter: str
    line_end: str
    created_at: datetime
    fails: bool
    polls_left: int = 0
    state: str = "UploadComplete"
    result: Spooled | None = None
    error: str | None = None
    milliseconds: int = 0


class BulkQuery:
    """The job queue of the org."""

    def __init__(self, state: OrgState, describer: Describer, faults: Faults, folder: Path) -> None:
        self.state, self.describer, self.faults, self.folder = state, describer, faults, folder
        self._jobs: dict[str, Job] = {}
        self._created = 0
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="bulk-query")

    @property
    def jobs_created(self) -> int:
        """Jobs counted against the daily allowance."""
        return self._created

    def create(self, request: Request, *, fails: bool = False) -> Response:
        """Answer ``POST …/jobs/query``; with ``fails`` the job will end as Failed."""
        form = json_body(request)
        operation, soql = form.get("operation"), form.get("query", "")
        if operation not in ("query", "queryAll"):
            raise ApiError(400, "INVALIDOPERATION", f"Operation: {operation} is not supported for this job")
        delimiter = _choice(form, "columnDelimiter", "COMMA", DELIMITERS)
        line_end = _choice(form, "lineEnding", "LF", LINE_ENDS)
        _choice(form, "contentType", "CSV", {"CSV": "CSV"})
        query = translate(soql, self.describer.visible, self.state, include_deleted=operation == "queryAll")
        self._check(query)
        job = self._queued(Job("", operation, query, request.version, delimiter, line_end, self.state.now(), fails))
        answer = _info(job)
        self._workers.submit(self._run, job)
        return as_json(answer)

    def list(self, request: Request) -> Response:
        """Answer ``GET …/jobs/query``: all jobs on one page."""
        with self.state.lock:
            records = [_info(job) for job in self._jobs.values()]
        return as_json({"done": True, "records": records, "nextRecordsUrl": None})

    def status(self, request: Request) -> Response:
        """Answer ``GET …/jobs/query/<id>``."""
        job = self._job(request)
        with self.state.lock:
            if job.polls_left > 0 and job.state != "Aborted":
                job.polls_left -= 1
                return as_json(_info(job) | {"state": "InProgress"})
            return as_json(_info(job) | _progress(job))

    def results(self, request: Request) -> Response:
        """Answer ``GET …/jobs/query/<id>/results?maxRecords=&locator=``; 204 while the job is not complete."""
        job = self._job(request)
        if job.version != request.version:
            raise ApiError(
                409, "API_VERSION_MISMATCH", f"The job was created with API version {job.version}; use the same version"
            )
        if job.state in ("Failed", "Aborted"):
            raise ApiError(400, "INVALIDJOBSTATE", f"Job is in state {job.state}; it has no results")
        if job.result is None or job.polls_left > 0:
            return Response(204)
        first = _position(request.query.get("locator"), job.result.rows)
        wanted = request.query.get("maxRecords", str(self.faults.bulk_page_rows))
        if not wanted.isdigit() or int(wanted) == 0:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", f"invalid maxRecords: {wanted}")
        page, rows = job.result.page(first, int(wanted))
        following = first + rows
        headers = {
            "Content-Type": "text/csv;charset=UTF-8",
            "Sforce-NumberOfRecords": str(rows),
            "Sforce-Locator": _locator(following) if following < job.result.rows else "null",
        }
        half = int(job.result.offsets[first + rows // 2])
        header = csv_header(job.query, job.delimiter, job.line_end)
        return Response(200, headers, header, page, cut_rows_at=half)

    def abort(self, request: Request) -> Response:
        """Answer ``PATCH …/jobs/query/<id>`` with ``{"state": "Aborted"}``."""
        job = self._job(request)
        if json_body(request).get("state") != "Aborted":
            raise ApiError(400, "INVALIDJOBSTATE", "Only the state Aborted can be set")
        with self.state.lock:
            if job.state in OVER and job.polls_left == 0:
                raise ApiError(400, "INVALIDJOBSTATE", f"Aborting already {job.state} Job not allowed")
            job.state = "Aborted"
        return as_json(_info(job))

    def delete(self, request: Request) -> Response:
        """Answer ``DELETE …/jobs/query/<id>``."""
        job = self._job(request)
        with self.state.lock:
            if job.state not in OVER:
                raise ApiError(400, "INVALIDJOBSTATE", f"Cannot delete a job in state {job.state}")
            del self._jobs[job.id]
        if job.result is not None:
            job.result.discard()
        return Response(204)

    def close(self) -> None:
        """Wait for running jobs and stop."""
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _queued(self, job: Job) -> Job:
        """Number a job and count it against the day's allowance."""
        with self.state.lock:
            if self._created >= self.faults.daily_jobs:
                most = self.faults.daily_jobs
                raise ApiError(400, "LIMIT_EXCEEDED", f"Max bulk v2 query jobs ({most}) per 24 hrs has been reached")
            self._created += 1
            job.id, job.polls_left = record_id("750", self._created), self.faults.polls_until_complete
            self._jobs[job.id] = job
        return job

    def _run(self, job: Job) -> None:
        started, error, result = time.perf_counter(), None, None
        with self.state.lock:
            job.state = "InProgress" if job.state == "UploadComplete" else job.state
        if job.fails:
            error = "InternalServerError : Retried more than 15 times"
        else:
            options = {"whole_as_decimal": self.faults.whole_numbers_as_decimals}
            sql = csv_sql(job.query, job.delimiter, job.line_end, **options)
            try:
                result = spool(self.state.cursor(), sql, self.folder / f"{job.id}.csv")
            except (duckdb.Error, OSError) as failure:
                error = f"InternalServerError : {failure}"
        with self.state.lock:
            job.milliseconds = int((time.perf_counter() - started) * 1000)
            job.result, job.error = result, error
            if job.state == "InProgress":
                job.state = "Failed" if error else "JobComplete"

    def _check(self, query: Translated) -> None:
        """Refuse what the Bulk API does not do, in its words."""
        name = query.sobject.name
        if name in self.faults.bulk_unsupported:
            raise ApiError(400, "INVALIDENTITY", f"Entity '{name}' is not supported by the Bulk API.")
        if query.aggregate:
            raise ApiError(
                400, "API_ERROR", f"Implementation restriction: {query.aggregate} is not supported in Bulk Query"
            )
        if query.has_offset:
            raise ApiError(400, "API_ERROR", "Implementation restriction: OFFSET is not supported in Bulk Query")
        if any(field.is_compound for field in query.fields):
            raise ApiError(400, "FUNCTIONALITY_NOT_ENABLED", "Selecting compound data not supported in Bulk Query")
        for field in query.fields:
            if field.type == "base64":
                raise ApiError(400, "FEATURENOTENABLED", f"Cannot serialize value for '{field.name}' in CSV format")
        if not query.fields:
            raise malformed("unexpected token: 'FROM'")

    def _job(self, request: Request) -> Job:
        job = self._jobs.get(request.parameters[0])
        if job is None:
            raise not_found()
        return job


def _choice(form: dict[str, Any], name: str, default: str, allowed: dict[str, str]) -> str:
    value = form.get(name, default)
    if value not in allowed:
        raise ApiError(400, "INVALIDJOB", f"Unsupported {name}: {value}; one of {', '.join(allowed)}")
    return allowed[value]


def _name(value: str, names: dict[str, str]) -> str:
    return next(name for name, text in names.items() if text == value)


def _locator(position: int) -> str:
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def _position(locator: str | None, rows: int) -> int:
    if locator is None:
        return 0
    try:
        position = int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except ValueError:
        position = -1
    if not 0 < position < rows:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return position


def _info(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "operation": job.operation,
        "object": job.query.sobject.name,
        "createdById": USER_ID,
        "createdDate": stamp(job.created_at),
        "systemModstamp": stamp(job.created_at),
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
        "lineEnding": _name(job.line_end, LINE_ENDS),
        "columnDelimiter": _name(job.delimiter, DELIMITERS),
    }


def _progress(job: Job) -> dict[str, Any]:
    progress: dict[str, Any] = {
        "jobType": "V2Query",
        "numberRecordsProcessed": job.result.rows if job.result else 0,
        "retries": 0,
        "totalProcessingTime": job.milliseconds,
        "isPkChunkingSupported": True,
    }
    return progress | ({"errorMessage": job.error} if job.error else {})
