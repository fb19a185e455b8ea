"""Reading records: whole, filtered, page by page, and the changes since a delta token."""

from __future__ import annotations

import itertools
import json
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from sources.simulators.dynamics.errors import bad_query, expired_version, no_privilege, unknown_record, unknown_segment
from sources.simulators.dynamics.faults import Faults
from sources.simulators.dynamics.filters import order_sql, where_sql
from sources.simulators.dynamics.navigation import ROW
from sources.simulators.dynamics.rendering import Writer
from sources.simulators.dynamics.schema import Table
from sources.simulators.dynamics.state import LOG, EnvironmentState
from sources.simulators.http import Fault, Request, Response, Spooled, quoted, spool, text

JSON = "application/json; odata.metadata=minimal"
_OPEN_READS = 50
_TOKEN_TIME = "%m/%d/%Y %H:%M:%S"
_OPTIONS = {"$select", "$filter", "$orderby", "$expand", "$top", "$count", "$deltatoken", "$skiptoken"}
_MOST_COUNTED = 5_000
_NO_VALUE = "A literal of the filter is no value of its property's type."
_NOT_TRACKED = {"$filter", "$orderby", "$expand", "$top", "$count"}


@dataclass(frozen=True)
class _Reading:
    """A result being paged: the rows, what follows the last page, and what the pages' links repeat."""

    result: Spooled
    table: Table
    delta_token: str | None
    options: str
    count: int | None = None


class Records:
    """Answers the collection of an entity set."""

    def __init__(self, state: EnvironmentState, faults: Faults, folder: Path) -> None:
        self.state, self.faults, self.folder = state, faults, folder
        self._open: OrderedDict[str, _Reading] = OrderedDict()
        self._numbers = itertools.count(1)

    def table(self, set_name: str) -> Table:
        """Return the table of a set. Raises ApiError where there is none, or none that may be read."""
        table = self.state.by_set(set_name)
        if table is None:
            raise unknown_segment(set_name)
        if table.name in self.faults.unreadable:
            raise no_privilege(table.name.capitalize())
        return table

    def collection(self, request: Request, fault: Fault | None) -> Response:
        """Answer ``GET <set>`` with any of the query options."""
        table = self.table(request.parameters[0])
        if unknown := {name for name in request.query if name.startswith("$")} - _OPTIONS:
            raise bad_query(f"The query parameter {sorted(unknown)[0]} is not supported.")
        if token := request.query.get("$skiptoken"):
            return self._more(request, token, fault)
        reading = self._changes(request, table) if "$deltatoken" in request.query else self._first(request, table)
        return self._page(request, reading, 0, fault)

    def record(self, request: Request) -> Response:
        """Answer ``GET <set>(<id>)``."""
        table, key = self.table(request.parameters[0]), request.parameters[1].lower()
        if unknown := {name for name in request.query if name.startswith("$")} - {"$select", "$expand"}:
            raise bad_query(f"The query parameter {sorted(unknown)[0]} is not supported.")
        source = f"{self.state.table(table.name)} as {ROW} where {ROW}.{quoted(table.primary_id)} = {text(key)}"
        found = self.state.cursor().execute(f"select {self._record(request, table)} from {source}").fetchone()
        if found is None:
            raise unknown_record(key, table.name)
        context = json.dumps(f"{request.base}/$metadata#{table.set_name}/$entity")
        body = f'{{"@odata.context":{context},{found[0][1:-1]}'
        return Response(200, {"Content-Type": JSON, "OData-Version": "4.0"}, body.encode())

    def count(self, request: Request) -> Response:
        """Answer ``GET <set>/$count``, of all records up to 5,000 or of the changes since a token."""
        table = self.table(request.parameters[0])
        if "$deltatoken" in request.query:
            counted = self._changes(request, table).result.rows
        else:
            counted = self._counted(self._source(request, table))
        return Response(200, {"Content-Type": "text/plain"}, str(counted).encode())

    def _first(self, request: Request, table: Table) -> _Reading:
        """Begin a read; with odata.track-changes it ends in a delta link for what is committed by now."""
        tracked = "odata.track-changes" in request.headers.get("prefer", "")
        if tracked and not self.state.is_tracked(table):
            raise bad_query(f"Change tracking is not enabled for the entity '{table.name}'.")
        if tracked and (refused := sorted(_NOT_TRACKED & set(request.query))):
            raise bad_query(f"The query parameter {refused[0]} is not supported with change tracking.")
        source = self._source(request, table)
        order = order_sql(request.query.get("$orderby") or table.primary_id, table, self.state)
        sql = f"select {self._record(request, table)} from {source} order by {order}"
        if (top := request.query.get("$top", "")).isdigit():
            sql += f" limit {top}"
        with self.state.lock:
            token = self._token() if tracked else None
            count = self._counted(source) if request.query.get("$count") == "true" else None
            return replace(self._reading(request, table, sql, token), count=count)

    def _source(self, request: Request, table: Table) -> str:
        """The rows of a table that ``$filter`` keeps."""
        source = f"{self.state.table(table.name)} as {ROW}"
        if filter_text := request.query.get("$filter"):
            source += f" where {where_sql(filter_text, table, self.state, request.query)}"
        return source

    def _record(self, request: Request, table: Table) -> str:
        writer = Writer(self.state, request.headers.get("prefer", ""))
        return writer.record(table, request.query.get("$select", ""), request.query.get("$expand", ""))

    def _counted(self, source: str) -> int:
        try:
            row = self.state.cursor().execute(f"select count(*) from {source}").fetchone()
        except duckdb.ConversionException:
            raise bad_query(_NO_VALUE) from None
        return min(_MOST_COUNTED, row[0] if row else 0)

    def _changes(self, request: Request, table: Table) -> _Reading:
        """Begin a delta: rows new and changed by version, then deletes."""
        version, since = _parsed(request.query["$deltatoken"])
        if since < self.state.now() - self.faults.change_retention:
            raise expired_version()
        record = self._record(request, table)
        context = f"{request.base}/$metadata#{table.set_name}/$deletedEntity"
        deleted = f"""'{{"@odata.context":"{context}","id":"' || id || '","reason":"deleted"}},'"""
        changed = (
            f"select {record} as row, 0 as part, versionnumber as version from {self.state.table(table.name)} as {ROW}"
        )
        sql = (
            f"select row from ({changed} where versionnumber > {version}"
            f" union all select {deleted}, 1, version from {self.state.table(LOG)}"
            f" where table_name = {text(table.name)} and version > {version}) order by part, version"
        )
        with self.state.lock:
            return self._reading(request, table, sql, self._token())

    def _reading(self, request: Request, table: Table, sql: str, token: str | None) -> _Reading:
        path = self.folder / f"read_{next(self._numbers)}.json"
        select = request.query.get("$select")
        options = f"$select={select}&" if select else ""
        try:
            return _Reading(spool(self.state.cursor(), sql, path), table, token, options)
        except duckdb.ConversionException:
            raise bad_query(_NO_VALUE) from None

    def _more(self, request: Request, token: str, fault: Fault | None) -> Response:
        key, _, first = token.partition("-")
        with self.state.lock:
            reading = self._open.get(key)
        if reading is None or not first.isdigit():
            raise bad_query("The paging cookie is not valid.")
        return self._page(request, reading, int(first), fault, key)

    def _page(
        self, request: Request, reading: _Reading, first: int, fault: Fault | None, key: str | None = None
    ) -> Response:
        page, rows = reading.result.page(first, self._page_rows(request))
        envelope: dict[str, Any] = {"@odata.context": f"{request.base}/$metadata#{reading.table.set_name}"}
        link, after = f"{request.base}/{reading.table.set_name}?{reading.options}", first + rows
        kind = fault.kind if fault else ""
        if reading.count is not None:
            envelope["@odata.count"] = reading.count
        if after < reading.result.rows:
            key = key or self._keep(reading)
            next_row = first if kind == "same_next_link" else after
            envelope["@odata.nextLink"] = f"{link}$skiptoken={key}-{next_row}"
        elif reading.delta_token and kind != "no_delta_link":
            token = self._token() if self.faults.late_token else reading.delta_token
            envelope["@odata.deltaLink"] = f"{link}$deltatoken={quote(token, safe='')}"
        prefix = json.dumps(envelope)[:-1].encode() + b', "value": ['
        if rows:
            page = type(page)(page.path, page.start, page.end - 1)  # without the last comma
        headers = {"Content-Type": JSON, "OData-Version": "4.0"}
        if prefer := request.headers.get("prefer"):
            headers["Preference-Applied"] = prefer
        return Response(200, headers, prefix, page, b"]}")

    def _page_rows(self, request: Request) -> int:
        """The rows of a page: as many as odata.maxpagesize asks for, at most the environment's."""
        _, _, wanted = request.headers.get("prefer", "").partition("odata.maxpagesize=")
        digits = "".join(itertools.takewhile(str.isdigit, wanted))
        return min(int(digits), self.faults.page_rows) if digits else self.faults.page_rows

    def _keep(self, reading: _Reading) -> str:
        with self.state.lock:
            key = str(next(self._numbers))
            self._open[key] = reading
            while len(self._open) > _OPEN_READS:
                self._open.popitem(last=False)[1].result.discard()
        return key

    def _token(self) -> str:
        return f"{self.state.version}!{self.state.now().strftime(_TOKEN_TIME)}"


def _parsed(token: str) -> tuple[int, datetime]:
    version, _, moment = token.partition("!")
    try:
        return int(version), datetime.strptime(moment, _TOKEN_TIME)
    except ValueError:
        raise bad_query("The delta token is not valid.") from None
