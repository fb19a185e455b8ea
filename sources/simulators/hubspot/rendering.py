"""Records as HubSpot writes them: every value a text, times in ISO with milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sources.simulators.http import quoted
from sources.simulators.hubspot.schema import RECORD, ObjectType

# what a record comes with where no property is asked for, beside its stamps
_DEFAULT = {
    "companies": "name domain",
    "contacts": "firstname lastname email",
    "deals": "dealname amount closedate pipeline dealstage",
    "line_items": "quantity amount price",
    "products": "name description price",
    "tickets": "content hs_pipeline hs_pipeline_stage hs_ticket_category hs_ticket_priority subject",
}


def iso(moment: datetime | None) -> str | None:
    """A time with milliseconds; what is finer is cut off."""
    return None if moment is None else moment.isoformat(timespec="milliseconds") + "Z"


def columns_of(found: ObjectType, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the properties answered: those asked for that there are, or else the default ones; the stamps always."""
    chosen = asked or _DEFAULT.get(found.name, "").split()
    return tuple(dict.fromkeys(name for name in (*chosen, *_stamps(found)) if name in found.properties))


def selected(found: ObjectType, names: Sequence[str]) -> str:
    """Return the select list that ``record`` takes the rows of."""
    own = [name for name in names if name not in _stamps(found)]
    return ", ".join([*RECORD, *map(quoted, own)])


def record(found: ObjectType, names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """Return one record of a row that ``selected`` chose."""
    identifier, created, updated, archived, archived_at, *values = row
    stamps = _stamps(found)
    own = dict(zip([name for name in names if name not in stamps], values, strict=True))
    known = {found.created: iso(created), found.modified: iso(updated), "hs_object_id": identifier}
    document: dict[str, Any] = {
        "id": identifier,
        "properties": {name: known[name] if name in stamps else own[name] for name in names},
        "createdAt": iso(created),
        "updatedAt": iso(updated),
        "archived": archived,
    }
    return document | ({"archivedAt": iso(archived_at)} if archived else {})


def _stamps(found: ObjectType) -> tuple[str, ...]:
    return (found.created, found.modified, "hs_object_id")
