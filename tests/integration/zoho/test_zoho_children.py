"""Lines and members of records: all of them come, and none is taken for deleted because its parent did not show it."""

from __future__ import annotations

from typing import Any

import pytest

from sources.lake import Lake
from sources.simulators.http import as_json
from tests.integration.zoho.organization import Organization, current, succeeded


def _quotes(organization: Organization, count: int = 2) -> list[str]:
    """Make quotes of one line each and return them."""
    quotes: list[str] = organization.records.insert_many("Quotes", [{"Subject": str(n)} for n in range(count)])
    for quote in quotes:
        organization.records.set_lines(quote, "Quoted_Items", [{"Quantity": 1}])
    return quotes


def _campaign(organization: Organization, members: int) -> str:
    """Make a campaign of so many leads and return it."""
    campaign: str = organization.records.insert("Campaigns", {"Campaign_Name": "c"})
    leads = organization.records.insert_many("Leads", [{"Last_Name": str(number)} for number in range(members)])
    member = {"Parent_Id": campaign, "Module": "Leads", "Member_Status": "Sent"}
    organization.records.insert_many("Campaign_Members", [member | {"Member": lead} for lead in leads])
    return campaign


def _operations(lake: Lake, table: str) -> list[str]:
    return sorted(state[0] for state in current(lake, table).values())


def test_a_campaign_has_more_members_than_numbered_pages_show(organization: Organization, lake: Lake) -> None:
    """DISCRETE_PAGINATION_LIMIT_EXCEEDED is the answer to the page after 2,000 records without a token."""
    organization.faults.numbered_rows, organization.faults.page_rows = 4, 2
    _campaign(organization, 11)
    succeeded(organization.night(lake, organization.connector(), "campaign_members"))
    assert _operations(lake, "campaign_members") == ["upsert"] * 11


@pytest.mark.parametrize("table", ["quoted_items", "campaign_members"])
def test_what_belongs_to_a_record_that_waits_for_approval_again_is_not_deleted(
    organization: Organization, lake: Lake, table: str
) -> None:
    """No query finds such a record."""
    _quotes(organization, 3)
    for _ in range(3):
        _campaign(organization, 1)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, table))
    for module in ("Quotes", "Campaigns"):
        record = organization.data.execute(f"select min(id) from {module}").fetchone()
        assert record is not None
        organization.records.update(module, record[0], {"_approved": False})
    organization.pass_time(days=8)
    succeeded(organization.night(lake, connector, table))
    assert _operations(lake, table) == ["upsert"] * 3


def test_lines_that_the_user_may_not_see_any_more_are_missed_and_not_deleted(
    organization: Organization, lake: Lake
) -> None:
    quote, _ = _quotes(organization)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "quoted_items"))
    organization.pass_time(hours=1)
    organization.faults.hidden_fields.add("Quotes.Quoted_Items")
    organization.records.update("Quotes", quote, {})
    organization.pass_time(hours=1)
    (result,) = organization.night(lake, connector, "quoted_items")
    assert "Quotes show no Quoted_Items" in str(result.error)
    assert _operations(lake, "quoted_items") == ["upsert"] * 2


def test_a_related_list_that_is_refused_is_an_error_unless_its_record_is_gone(
    organization: Organization, lake: Lake
) -> None:
    """INVALID_DATA is the answer for both."""
    campaign, other = _campaign(organization, 1), _campaign(organization, 1)
    words = "the relation name given seems to be invalid"
    refused = as_json({"code": "INVALID_DATA", "details": {}, "message": words, "status": "error"}, 400)
    is_gone = False

    def refuse(request: str, document: Any) -> Any:
        if f"/Campaigns/{campaign}/Leads" not in request:
            return document
        if is_gone:
            organization.records.delete("Campaigns", campaign)
        return refused

    organization.rewrite(refuse)
    connector = organization.connector()
    (result,) = organization.night(lake, connector, "campaign_members")
    assert words in str(result.error)
    is_gone = True
    succeeded(organization.night(lake, connector, "campaign_members"))
    assert {key.split("|")[0] for key in current(lake, "campaign_members")} == {other}


def test_lines_of_fewer_parents_than_are_counted_are_no_snapshot(organization: Organization, lake: Lake) -> None:
    _quotes(organization, 5)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "quoted_items"))
    organization.pass_time(days=8)

    def short(request: str, document: Any) -> Any:
        if "coql" in request:
            document["data"].pop()
            document["info"]["count"] -= 1
        return document

    organization.rewrite(short)
    (result,) = organization.night(lake, connector, "quoted_items")
    assert "4 records of Quotes came where Zoho counts 5" in str(result.error)
    assert _operations(lake, "quoted_items") == ["upsert"] * 5


def test_lines_of_parents_that_wait_for_approval_count_among_all(organization: Organization, lake: Lake) -> None:
    """Zoho may count a record that no query finds."""
    waiting, *_ = _quotes(organization, 3)
    organization.records.update("Quotes", waiting, {"_approved": False})

    def counted(request: str, document: Any) -> Any:
        return {"count": 3} if "actions/count" in request else document

    organization.rewrite(counted)
    succeeded(organization.night(lake, organization.connector(), "quoted_items"))
    assert _operations(lake, "quoted_items") == ["upsert"] * 3
