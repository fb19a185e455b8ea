"""What changes and what goes; the numbers are those of the cases that a connector must survive."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sources.lake import Lake
from tests.integration.zoho.organization import Organization, current, succeeded


def test_a_night_takes_new_changed_and_deleted_records(organization: Organization, lake: Lake) -> None:
    gone, purged, changed, kept = organization.names(4)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts"))
    organization.pass_time(hours=1)
    organization.records.delete("Accounts", gone)
    organization.records.delete("Accounts", purged, permanently=True)
    organization.records.update("Accounts", changed, {"Account_Name": "changed"})
    new = organization.records.insert("Accounts", {"Account_Name": "new"})
    organization.pass_time(hours=24)
    succeeded(organization.night(lake, connector, "accounts"))
    assert current(lake, "accounts", "Account_Name") == {
        gone: ("delete", "soft", None, "name 0"),
        purged: ("delete", "purged", None, "name 1"),
        changed: ("upsert", None, None, "changed"),
        kept: ("upsert", None, None, "name 3"),
        new: ("upsert", None, None, "new"),
    }


def test_case_1_more_records_of_one_second_than_any_page_all_arrive(organization: Organization, lake: Lake) -> None:
    """An import stamps 2,500 of them alike: by COQL's keyset, and by the page tokens of a list."""
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts", "leads"))
    organization.pass_time(hours=1)
    accounts = organization.names(2_500)
    leads = organization.records.insert_many("Leads", [{"Last_Name": str(number)} for number in range(2_500)])
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "accounts", "leads"))
    assert set(current(lake, "accounts")) == set(accounts)
    assert set(current(lake, "leads")) == set(leads)


@pytest.mark.parametrize("module", ["Accounts", "Leads"])
def test_case_2_a_record_that_is_committed_late_with_an_older_stamp_is_read(
    organization: Organization, lake: Lake, module: str
) -> None:
    name = "Account_Name" if module == "Accounts" else "Last_Name"
    organization.records.insert(module, {name: "first"})
    connector = organization.connector()
    succeeded(organization.night(lake, connector, module.lower()))
    at = organization.now + timedelta(minutes=12)
    late = organization.records.insert(module, {name: "late"}, visible_at=at)
    for _ in range(4):
        organization.pass_time(minutes=4)
        succeeded(organization.night(lake, connector, module.lower()))
    assert current(lake, module.lower(), name)[late] == ("upsert", None, None, "late")


def test_case_10_the_losers_of_a_chain_of_merges_are_deleted_and_no_survivor_is_invented(
    organization: Organization, lake: Lake
) -> None:
    first, second, third = organization.names(3)
    contact = organization.records.insert("Contacts", {"Last_Name": "Low", "Account_Name": first})
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts", "contacts"))
    for winner, loser in ((second, first), (third, second)):
        organization.pass_time(minutes=20)
        organization.records.merge("Accounts", winner, [loser])
    organization.pass_time(minutes=20)
    succeeded(organization.night(lake, connector, "accounts", "contacts"))
    assert current(lake, "accounts") == {
        first: ("delete", "soft", None),
        second: ("delete", "soft", None),
        third: ("upsert", None, None),
    }
    assert current(lake, "contacts", "Account_Name")[contact][3] == third


@pytest.mark.parametrize("touch", [True, False])
def test_case_11_a_restored_record_lives_again_at_once_or_with_the_weekly_whole_read(
    organization: Organization, lake: Lake, touch: bool
) -> None:
    """Without a new change time nothing but its id in a whole read tells."""
    record, *_ = organization.names(3)
    connector, states = organization.connector(), []
    succeeded(organization.night(lake, connector, "accounts"))
    organization.records.delete("Accounts", record)
    for days in (1, 1, 5):
        organization.pass_time(days=days)
        succeeded(organization.night(lake, connector, "accounts"))
        states.append(current(lake, "accounts")[record][:2])
        if days == 1 and len(states) == 1:
            organization.records.restore("Accounts", record, touch=touch)
    gone, there = ("delete", "soft"), ("upsert", None)
    assert states == [gone, there if touch else gone, there]


def test_a_change_whose_stamp_an_import_set_back_is_read_as_what_the_record_is_now(
    organization: Organization, lake: Lake
) -> None:
    record, _ = organization.names(2)
    connector = organization.connector()
    organization.pass_time(hours=1)
    organization.records.update("Accounts", record, {"Account_Name": "later"})
    organization.pass_time(minutes=6)
    succeeded(organization.night(lake, connector, "accounts"))
    imported = {"Account_Name": "imported", "Modified_Time": organization.now - timedelta(minutes=8)}
    organization.records.update("Accounts", record, imported, touch=False)
    organization.pass_time(minutes=6)
    succeeded(organization.night(lake, connector, "accounts"))
    assert current(lake, "accounts", "Account_Name")[record] == ("upsert", None, None, "imported")


def test_a_restored_record_that_the_list_of_deletes_still_names_lives_again_at_once(
    organization: Organization, lake: Lake
) -> None:
    """Its change time is older than its delete, and asking by id tells."""
    record, *_ = organization.names(3)
    organization.pass_time(hours=1)
    connector, states = organization.connector(), []
    succeeded(organization.night(lake, connector, "accounts"))
    organization.pass_time(hours=1)
    organization.records.delete("Accounts", record)
    deleted_at = organization.now
    for _ in range(2):
        organization.pass_time(minutes=1)
        succeeded(organization.night(lake, connector, "accounts"))
        states.append(current(lake, "accounts")[record][0])
        if len(states) == 1:
            organization.records.restore("Accounts", record)
            entry = ["Accounts", record, "name", "recycle", deleted_at]
            organization.data.execute("insert into _deleted values (?, ?, ?, ?, ?)", entry)
    assert states == ["delete", "upsert"]


def test_a_record_restored_before_it_was_missed_is_never_taken_for_deleted(
    organization: Organization, lake: Lake
) -> None:
    """The list of deletes is older than the restore: asking by id tells."""
    record, *_ = organization.names(3)
    # the record itself is in no later window
    organization.pass_time(hours=1)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts"))
    organization.pass_time(hours=1)
    organization.records.delete("Accounts", record)

    def meanwhile(request: str) -> None:
        if "coql" in request and ("Accounts", record) in organization.records._bin:
            organization.records.restore("Accounts", record)

    organization.meanwhile = meanwhile
    succeeded(organization.night(lake, connector, "accounts"))
    assert current(lake, "accounts")[record] == ("upsert", None, None)


def test_case_12_what_no_list_names_any_more_is_found_by_the_weekly_whole_read(
    organization: Organization, lake: Lake
) -> None:
    purged, *_ = organization.names(3)
    connector, seen = organization.connector(), []
    succeeded(organization.night(lake, connector, "accounts"))
    organization.records.purge("Accounts", purged)
    for days in (1, 6):
        organization.pass_time(days=days)
        succeeded(organization.night(lake, connector, "accounts"))
        seen.append(current(lake, "accounts")[purged][:2])
    assert seen == [("upsert", None), ("delete", "purged")]


@pytest.mark.parametrize("after_days", [70, 1])
def test_a_list_of_deletes_that_does_not_reach_back_or_ends_early_is_replaced_by_a_whole_read(
    organization: Organization, lake: Lake, after_days: int
) -> None:
    gone, *_ = organization.names(5)
    connector = organization.connector(reconcile="never")
    succeeded(organization.night(lake, connector, "accounts"))
    organization.records.delete("Accounts", gone)
    if after_days == 1:
        organization.faults.numbered_rows, organization.faults.page_rows = 2, 1
        for _ in range(3):
            organization.records.delete("Accounts", organization.names(1)[0])
    organization.pass_time(days=after_days)
    succeeded(organization.night(lake, connector, "accounts"))
    assert current(lake, "accounts")[gone][0] == "delete"
    assert sum("actions/count" in each for each in organization.seen) == 2


def test_case_13_a_formula_that_moved_no_stamp_comes_with_the_weekly_whole_read(
    organization: Organization, lake: Lake
) -> None:
    deal = organization.records.insert("Deals", {"Deal_Name": "d", "Margin": Decimal("1.5")})
    organization.pass_time(hours=1)
    connector, seen = organization.connector(), []
    succeeded(organization.night(lake, connector, "deals"))
    organization.records.update("Deals", deal, {"Margin": Decimal("2.5")}, touch=False)
    for days in (1, 6):
        organization.pass_time(days=days)
        succeeded(organization.night(lake, connector, "deals"))
        seen.append(current(lake, "deals", "Margin")[deal][3])
    assert seen == [Decimal("1.5"), Decimal("2.5")]


def test_case_14_a_new_field_is_added_and_a_vanished_one_stays(organization: Organization, lake: Lake) -> None:
    (record,) = organization.names(1)
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "accounts"))
    organization.pass_time(hours=1)
    organization.records.add_field("Accounts", "Tier")
    organization.records.update("Accounts", record, {"Tier": "gold"})
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "accounts"))
    assert current(lake, "accounts", "Tier")[record][3] == "gold"
    organization.records.remove_field("Accounts", "Tier")
    organization.records.update("Accounts", record, {"Account_Name": "later"})
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "accounts"))
    assert current(lake, "accounts", "Account_Name", "Tier")[record][3:] == ("later", None)


def test_the_lines_of_a_changed_quote_replace_those_it_had_and_go_with_it(
    organization: Organization, lake: Lake
) -> None:
    records = organization.records
    quote, other = records.insert_many("Quotes", [{"Subject": "q"}, {"Subject": "other"}])
    first, second = records.set_lines(quote, "Quoted_Items", [{"Quantity": 1}, {"Quantity": 2}])
    (kept,) = records.set_lines(other, "Quoted_Items", [{"Quantity": 9}])
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "quoted_items"))
    organization.pass_time(hours=1)
    records.set_lines(quote, "Quoted_Items", [{"id": second, "Quantity": 3}, {"id": "77", "Quantity": 4}])
    records.update("Quotes", quote, {})
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "quoted_items"))
    seen = current(lake, "quoted_items", "Quantity")
    assert seen == {
        f"{quote}|{first}": ("delete", "purged", None, 1),
        f"{quote}|{second}": ("upsert", None, None, 3),
        f"{quote}|77": ("upsert", None, None, 4),
        f"{other}|{kept}": ("upsert", None, None, 9),
    }
    records.delete("Quotes", quote)
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "quoted_items"))
    living = {record for record, state in current(lake, "quoted_items").items() if state[0] == "upsert"}
    assert living == {f"{other}|{kept}"}


def test_stage_histories_come_with_the_deals_that_changed_so_many_a_run(organization: Organization, lake: Lake) -> None:
    records, deals = organization.records, []
    for number in range(5):
        deals.append(records.insert("Deals", {"Deal_Name": str(number), "Stage": "Open"}))
        records.insert("Stage_History", {"Parent_Id": deals[-1], "Stage": "Open", "Amount": Decimal(number)})
        organization.pass_time(minutes=1)
    connector, seen = organization.connector(related_records=2), []
    for _ in range(4):
        organization.pass_time(minutes=20)
        succeeded(organization.night(lake, connector, "stage_history"))
        seen.append(len(current(lake, "stage_history")))
    assert seen[0] == 2 and seen[-1] == 5 and seen == sorted(seen)
    organization.pass_time(minutes=20)
    records.insert("Stage_History", {"Parent_Id": deals[0], "Stage": "Won"})
    records.update("Deals", deals[0], {"Stage": "Won"})
    organization.pass_time(minutes=20)
    succeeded(organization.night(lake, connector, "stage_history"))
    stages = current(lake, "stage_history", "Parent_Id", "Stage").values()
    assert sorted(state[4] for state in stages if state[3] == deals[0]) == ["Open", "Won"]


def test_a_member_of_a_campaign_comes_and_goes_with_its_change_or_with_the_weekly_read(
    organization: Organization, lake: Lake
) -> None:
    add = organization.records.insert
    campaign = add("Campaigns", {"Campaign_Name": "c"})
    lead, person = add("Leads", {"Last_Name": "Low"}), add("Contacts", {"Last_Name": "High"})
    member: dict[str, Any] = {"Parent_Id": campaign, "Member": lead, "Module": "Leads", "Member_Status": "Sent"}
    one, _ = (
        add("Campaign_Members", member),
        add("Campaign_Members", {**member, "Member": person, "Module": "Contacts"}),
    )
    connector = organization.connector()
    succeeded(organization.night(lake, connector, "campaign_members"))
    keys = (f"{campaign}|Leads|{lead}", f"{campaign}|Contacts|{person}")
    seen = current(lake, "campaign_members", "Member_Status")
    assert seen == dict.fromkeys(keys, ("upsert", None, None, "Sent"))
    organization.pass_time(hours=1)
    organization.records.update("Campaign_Members", one, {"Member_Status": "Replied"})
    organization.records.update("Campaigns", campaign, {})
    organization.pass_time(hours=1)
    succeeded(organization.night(lake, connector, "campaign_members"))
    assert current(lake, "campaign_members", "Member_Status")[keys[0]][3] == "Replied"
    organization.data.execute("delete from Campaign_Members where id = ?", [one])
    organization.pass_time(days=7)
    succeeded(organization.night(lake, connector, "campaign_members"))
    assert [current(lake, "campaign_members")[key][0] for key in keys] == ["delete", "upsert"]
