"""What a search's ``query`` looks through: the properties that are searchable by default."""

from __future__ import annotations

from sources.simulators.http import quoted, text
from sources.simulators.hubspot.errors import bad_request
from sources.simulators.hubspot.schema import ObjectType

_LONGEST = 3_000
_SEARCHABLE = {
    "calls": "hs_call_title hs_body_preview",
    "companies": "website phone name domain",
    "contacts": "firstname lastname email phone hs_additional_emails fax mobilephone company",
    "deals": "dealname pipeline dealstage description dealtype",
    "emails": "hs_email_subject hs_body_preview",
    "meetings": "hs_meeting_title hs_meeting_body",
    "notes": "hs_note_body",
    "products": "name description price hs_sku",
    "tasks": "hs_task_body hs_task_subject",
    "tickets": "subject content hs_pipeline_stage hs_ticket_category hs_ticket_id",
}


def contains_query(found: ObjectType, query: object) -> str:
    """Return the SQL condition that a searchable property, or else any text property, holds the text in any case."""
    wanted = str(query or "")
    if len(wanted) > _LONGEST:
        raise bad_request(f"The query must not exceed {_LONGEST} characters")
    if not wanted:
        return "true"
    texts = [name for name, kind in found.properties.items() if kind == "string"]
    names = _SEARCHABLE[found.name].split() if found.name in _SEARCHABLE else texts
    held = [f"contains(lower({quoted(name)}), lower({text(wanted)}))" for name in names if name in found.properties]
    return f"coalesce(greatest({', '.join(held)}), false)" if held else "false"
