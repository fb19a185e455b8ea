"""Bulk read: jobs that write a module, or a part of it, into a ZIP with one CSV file."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sources.simulators.http import Fault, Request, Response, Slice, as_json, quoted, text
from sources.simulators.zoho.criteria import criteria_sql
from sources.simulators.zoho.errors import ApiError, limit_exceeded, missing, page_range_exceeded
from sources.simulators.zoho.faults import Faults
from sources.simulators.zoho.listing import Listing
from sources.simulators.zoho.rendering import OFFSET, OFFSET_MINUTES
from sources.simulators.zoho.schema import ARRAYS, LOOKUPS, Field, Module
from sources.simulators.zoho.state import OrganizationState

_MOST_FIELDS = 200


@dataclass
class _Job:
    """A job: its rows as they were when it was made, where it is, how often it was asked for."""

    module: str
    page: int
    file: Path
    count: int
    more: bool
    state: str
    polls: int = 0


class Bulk:
    """Answers the calls of bulk read."""

    def __init__(self, state: OrganizationState, listing: Listing, faults: Faults, folder: Path) -> None:
        self.state, self._listing, self.faults, self._folder = state, listing, faults, folder
        self._jobs: dict[str, _Job] = {}
        self._numbers = itertools.count(554023000000900000)
        self._downloads: list[datetime] = []

    def create(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``POST /crm/bulk/v8/read``."""
        try:
            query = request.json()["query"]
            module = self._listing.module(query["module"]["api_name"])
        except (ValueError, KeyError, TypeError):
            raise missing("query") from None
        if module.name in self.faults.not_in_bulk:
            raise ApiError(400, "MODULE_NOT_SUPPORTED", "the given module is not supported in API")
        fields = self._fields(query.get("fields") or [], module)
        where = criteria_sql(query.get("criteria"), module)
        page = int(query.get("page_token") or query.get("page") or 1)
        if page > self.faults.bulk_pages:
            raise page_range_exceeded(self.faults.bulk_pages)
        number = str(next(self._numbers))
        job = self._written(number, module, fields, where, page)
        job.state = "FAILURE" if fault is not None and fault.kind == "failed_job" else "COMPLETED"
        self._jobs[number] = job
        details = {"id": number, "operation": "read", "state": "ADDED", "created_by": {"id": "1", "name": "Ann"}}
        details["created_time"] = self.state.now().isoformat() + "+00:00"
        added = {"status": "success", "code": "ADDED_SUCCESSFULLY", "message": "Added successfully."}
        return as_json({"data": [added | {"details": details}], "info": {}}, 201)

    def status(self, request: Request) -> Response:
        """Answer ``GET /crm/bulk/v8/read/{id}``."""
        number, job = request.parameters[0], self._job(request)
        job.polls += 1
        state = job.state if job.polls > self.faults.job_polls else "IN PROGRESS"
        shown: dict[str, Any] = {"id": number, "operation": "read", "state": state}
        if state == "COMPLETED":
            shown["result"] = {
                "page": job.page,
                "per_page": self.faults.bulk_rows,
                "count": job.count,
                "download_url": f"/crm/bulk/v8/read/{number}/result",
                "more_records": job.more,
                "next_page_token": str(job.page + 1) if job.more else None,
            }
        return as_json({"data": [shown]})

    def result(self, request: Request) -> Response:
        """Answer ``GET /crm/bulk/v8/read/{id}/result``."""
        job, now = self._job(request), self.state.now()
        self._downloads = [at for at in self._downloads if at > now - timedelta(minutes=1)]
        if len(self._downloads) >= self.faults.downloads_a_minute:
            raise ApiError(429, "TOO_MANY_REQUESTS", "You have made too many requests")
        self._downloads.append(now)
        return Response(200, {"Content-Type": "application/zip"}, slice=Slice(job.file, 0, job.file.stat().st_size))

    def _job(self, request: Request) -> _Job:
        job = self._jobs.get(request.parameters[0])
        if job is None:
            raise ApiError(404, "RESOURCE_NOT_FOUND", "the requested resource does not exist")
        return job

    def _fields(self, names: list[str], module: Module) -> list[Field]:
        if len(names) > _MOST_FIELDS:
            raise limit_exceeded("fields", _MOST_FIELDS)
        fields = [Field("id", "id")]
        for name in names:
            found = module.field(name)
            if found is None:
                raise ApiError(400, "FIELD_NOT_AVAILABLE", "the field is not available", {"field": name})
            if found.kind in ("subform", *ARRAYS) or f"{module.name}.{name}" in self.faults.not_in_bulk:
                raise ApiError(400, "FIELD_NOT_SUPPORTED", "the field is not supported", {"field": name})
            if name != "id":
                fields.append(found)
        return fields

    def _written(self, number: str, module: Module, fields: list[Field], where: str, page: int) -> _Job:
        """Write a job's file: what is approved, by id."""
        columns = ", ".join(_cell(each) for each in fields)
        first, most = (page - 1) * self.faults.bulk_rows, self.faults.bulk_rows
        hidden = 'coalesce("_approved", true)'
        sql = f"select {columns} from {self.state.table(module.name)} where {where} and {hidden} order by id"
        rows = self.state.cursor().execute(f"{sql} limit {most + 1} offset {first}").fetchall()
        kept = rows[:most]
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(["Id", *(each.name for each in fields[1:])])
        writer.writerows(kept)
        file = self._folder / f"{number}.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{number}.csv", written.getvalue())
        return _Job(module.name, page, file, len(kept), len(rows) > most, "ADDED")


def _cell(field: Field) -> str:
    column = quoted(field.name)
    if field.value_kind == "datetime":
        form = text(f"%Y-%m-%dT%H:%M:%S{OFFSET}")
        return f"coalesce(strftime({column} + interval {OFFSET_MINUTES} minute, {form}), '')"
    if field.value_kind in LOOKUPS:
        return f"coalesce({column}, '')"
    return f"coalesce({column}::varchar, '')"
