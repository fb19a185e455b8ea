"""The replication calls: getDeleted and getUpdated, with their windows, limits and ``latestDateCovered``."""

from __future__ import annotations

from datetime import datetime, timedelta

from sources.simulators.http import Request, Response, as_json, quoted, text
from sources.simulators.salesforce.errors import ApiError, not_found
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.http_parts import moment_of, stamp
from sources.simulators.salesforce.schema import SObject
from sources.simulators.salesforce.state import OrgState

SHORTEST = timedelta(minutes=1)
UPDATED_REACH = timedelta(days=30)


class Replication:
    """Answers which ids were deleted or changed in a window of the org's time."""

    def __init__(self, state: OrgState, faults: Faults) -> None:
        self.state, self.faults = state, faults

    def deleted(self, request: Request) -> Response:
        """Answer ``GET …/sobjects/<name>/deleted/?start=&end=``: ids, hard deletes included, undeleted ones not."""
        sobject, earliest = self._sobject(request), self._earliest(self.faults.deleted_retention)
        start, end = self._window(request, earliest)
        rows = self._rows(self._deleted_sql(sobject), start, end)
        return as_json(
            {
                "deletedRecords": [{"deletedDate": stamp(at), "id": record_id} for record_id, at in rows],
                "earliestDateAvailable": stamp(earliest),
                "latestDateCovered": stamp(self._covered(end)),
            }
        )

    def updated(self, request: Request) -> Response:
        """Answer ``GET …/sobjects/<name>/updated/?start=&end=``: ids of living records created or changed."""
        sobject = self._sobject(request)
        start, end = self._window(request, self._earliest(UPDATED_REACH))
        cursor = "SystemModstamp" if sobject.has("SystemModstamp") else "CreatedDate"
        alive = ' where not coalesce("IsDeleted", false)' if sobject.has("IsDeleted") else ""
        sql = f'select "Id" as id, {quoted(cursor)} as moment from {self.state.table(sobject.name)}{alive}'
        rows = self._rows(sql, start, end)
        return as_json({"ids": [row[0] for row in rows], "latestDateCovered": stamp(self._covered(end))})

    def _sobject(self, request: Request) -> SObject:
        sobject = self.state.sobject(request.parameters[0])
        if sobject is None:
            raise not_found()
        if not sobject.replicateable:
            raise ApiError(400, "INVALID_TYPE", f"sObject type {sobject.name} is not replicable")
        return sobject

    def _earliest(self, reach: timedelta) -> datetime:
        return (self.state.now() - reach).replace(second=0)

    def _window(self, request: Request, earliest: datetime) -> tuple[datetime, datetime]:
        try:
            start, end = moment_of(request.query["start"]), moment_of(request.query["end"])
        except (KeyError, ValueError) as error:
            raise ApiError(400, "INVALID_REPLICATION_DATE", f"invalid or missing date: {error}") from error
        if end - start < SHORTEST:
            raise ApiError(
                400, "INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate"
            )
        if start < earliest:
            raise ApiError(400, "INVALID_REPLICATION_DATE", "startDate before org replication enabled date")
        return start, end

    def _covered(self, end: datetime) -> datetime:
        return min(end, self.state.now() - self.faults.coverage_lag)

    def _deleted_sql(self, sobject: SObject) -> str:
        """Both kinds of delete: logged ones whose record is gone or in the bin, and whatever lies in the bin."""
        table, parts = self.state.table(sobject.name), []
        if sobject.has("IsDeleted"):
            stamped = "SystemModstamp" if sobject.has("SystemModstamp") else "CreatedDate"
            parts.append(
                f'select "Id" as id, {quoted(stamped)} as moment, false as is_logged from {table} where "IsDeleted"'
            )
        if self.state.has_delete_log():
            alive = f'select "Id" from {table}' + (
                ' where not coalesce("IsDeleted", false)' if sobject.has("IsDeleted") else ""
            )
            log = self.state.table("_deleted")
            parts.append(
                f"select id, deleted_date as moment, true as is_logged from {log}"
                f" where object = {text(sobject.name)} and id not in ({alive})"
            )
        if not parts:
            return "select null::varchar as id, null::timestamp as moment where false"
        # the log knows the moment of the delete; the bin's stamp moves on when anything else touches the record
        moment = "coalesce(max(moment) filter (where is_logged), max(moment))"
        return f"select id, {moment} as moment from ({' union all '.join(parts)}) group by id"

    def _rows(self, sql: str, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
        end = min(end, self._covered(end))
        limit = self.faults.replication_ids
        window = f"moment >= timestamp '{start}' and moment <= timestamp '{end}'"
        found = f"select id, moment from ({sql}) where {window} order by moment, id limit {limit + 1}"
        rows: list[tuple[str, datetime]] = self.state.cursor().execute(found).fetchall()
        if len(rows) > limit:
            raise ApiError(
                400, "EXCEEDED_ID_LIMIT", f"More than {limit} ids in the window; narrow the startDate and endDate"
            )
        return rows
