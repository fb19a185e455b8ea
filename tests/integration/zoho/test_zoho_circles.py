"""Pages that lead round in a circle: each promises more, and none ends."""

from __future__ import annotations

from typing import Any

import pytest

from sources.errors import TransientSourceError
from sources.lake import Lake
from tests.integration.zoho.organization import Organization

# then the answers end by themselves, so that a reader that goes round does
_MOST = 30


@pytest.mark.parametrize(
    ("table", "place"), [("leads", "/Leads?"), ("users", "/users?"), ("accounts", "GET /crm/bulk/")]
)
def test_case_20_pages_whose_tokens_lead_round_in_a_circle_are_an_error(
    organization: Organization, lake: Lake, table: str, place: str
) -> None:
    """Of a module, of what has an endpoint of its own, and of bulk jobs: no token is the one before."""
    organization.faults.page_rows = organization.faults.bulk_rows = 1
    organization.names(3)
    organization.records.insert("Users", {"full_name": "Ann", "status": "active"})
    organization.records.insert_many("Leads", [{"Last_Name": str(number)} for number in range(3)])
    asked: list[str] = []
    tokens: list[str] = []

    def circling(request: str, document: Any) -> Any:
        result = document["data"][0].get("result") if "bulk" in request and "data" in document else None
        info = result or document.get("info")
        if place not in request or not info or len(asked) == _MOST:
            return document
        asked.append(request)
        if token := info.get("next_page_token"):
            tokens.append(token)
        else:
            token = tokens[0] if tokens else "AB"[len(asked) % 2]
        info |= {"more_records": True, "next_page_token": token}
        return document

    organization.rewrite(circling)
    (result,) = organization.night(lake, organization.connector(bulk_above_rows=0), table)
    assert isinstance(result.error, TransientSourceError) and "leads to none" in str(result.error)
    assert len(asked) < 8
