"""REST ``query`` and ``queryAll``: pages of JSON records behind locators; and one record by its id."""

from __future__ import annotations

import itertools
import json
from collections import OrderedDict
from pathlib import Path

from sources.simulators.http import Request, Response, Spooled, as_json, spool
from sources.simulators.salesforce.describe import Describer
from sources.simulators.salesforce.errors import ApiError, malformed, not_found
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.rendering import json_sql
from sources.simulators.salesforce.soql import Translated, translate
from sources.simulators.salesforce.state import OrgState

OPEN_CURSORS = 10
JSON = "application/json;charset=UTF-8"


class RestQuery:
    """Runs queries and keeps the ten cursors a user may have open; the oldest is dropped for an eleventh."""

    def __init__(self, state: OrgState, describer: Describer, faults: Faults, folder: Path) -> None:
        self.state, self.describer, self.faults, self.folder = state, describer, faults, folder
        self._cursors: OrderedDict[str, Spooled] = OrderedDict()
        self._numbers = itertools.count(1)

    def query(self, request: Request) -> Response:
        """Answer ``GET …/query?q=`` or ``…/queryAll?q=``."""
        (operation,) = request.parameters
        if not (soql := request.query.get("q", "")):
            raise malformed("unexpected token: '<EOF>'")
        query = translate(soql, self.describer.visible, self.state, include_deleted=operation == "queryAll")
        if not query.is_simulated:
            raise malformed(f"{query.aggregate} is not simulated")
        if query.is_count:
            return self._count(query)
        number = next(self._numbers)
        result = spool(self.state.cursor(), json_sql(query, request.base), self.folder / f"query_{number}.json")
        return self._page(result, f"01g5g{number:0>10}EAA", 0, request, operation)

    def more(self, request: Request) -> Response:
        """Answer ``GET …/query/<locator>-<first row>``."""
        operation, locator = request.parameters
        key, _, first = locator.partition("-")
        with self.state.lock:
            result = self._cursors.get(key)
        if result is None or not first.isdigit() or int(first) >= result.rows:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(result, key, int(first), request, operation)

    def record(self, request: Request) -> Response:
        """Answer ``GET …/sobjects/<name>/<id>?fields=``: those fields, or all."""
        name, identifier = request.parameters
        sobject = self.describer.visible(name)
        if sobject is None:
            raise not_found()
        fields = request.query.get("fields") or ",".join(field.name for field in sobject.fields)
        soql = f"SELECT {fields} FROM {sobject.name} WHERE Id = '{identifier}'"
        query = translate(soql, self.describer.visible, self.state, include_deleted=False)
        if query.aggregate:
            raise ApiError(400, "INVALID_FIELD", f"No such column '{query.aggregate}' on entity '{sobject.name}'.")
        row = self.state.cursor().execute(json_sql(query, request.base)).fetchone()
        if row is None:
            raise not_found()
        return Response(200, {"Content-Type": JSON}, row[0].removesuffix(",").encode())

    def _count(self, query: Translated) -> Response:
        row = self.state.cursor().execute(f"select count(*) from (select 1 {query.source})").fetchone()
        return as_json({"totalSize": row[0] if row else 0, "done": True, "records": []})

    def _page(self, result: Spooled, key: str, first: int, request: Request, operation: str) -> Response:
        page, rows = result.page(first, self._page_rows(request))
        next_row = first + rows
        envelope: dict[str, object] = {"totalSize": result.rows, "done": next_row >= result.rows}
        if next_row < result.rows:
            envelope["nextRecordsUrl"] = f"{request.base}/{operation}/{key}-{next_row}"
            self._keep(key, result)
        prefix = json.dumps(envelope)[:-1].encode() + b', "records": ['
        if first == 0 and next_row >= result.rows:  # nothing will ask again
            records = page.path.read_bytes()[:-1]
            result.discard()
            return Response(200, {"Content-Type": JSON}, prefix + records, suffix=b"]}")
        page = page if rows == 0 else type(page)(page.path, page.start, page.end - 1)  # without the last comma
        return Response(200, {"Content-Type": JSON}, prefix, page, b"]}")

    def _page_rows(self, request: Request) -> int:
        """The page size: the server's, or fewer where Sforce-Query-Options asks for 200 to 2,000."""
        _, _, wanted = request.headers.get("sforce-query-options", "").partition("batchSize=")
        if wanted.isdigit():
            return min(max(int(wanted), 200), self.faults.rest_page_rows)
        return self.faults.rest_page_rows

    def _keep(self, key: str, result: Spooled) -> None:
        with self.state.lock:
            self._cursors[key] = result
            while len(self._cursors) > OPEN_CURSORS:
                self._cursors.popitem(last=False)[1].discard()
