"""Who belongs to whom, the stages of deals, and what is listed whole: none of it moves a stamp of a record."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sources.lake import Lake
from tests.integration.hubspot.account import START, Account, current, succeeded

LIVING = ("upsert", None, None)
GONE = ("delete", "purged", None)
PRIMARY = "HUBSPOT_DEFINED"


def _deal_with(account: Account, *companies: str) -> str:
    deal = account.records.insert("deals", {"dealname": "deal"})
    for number, company in enumerate(companies):
        label = "Primary" if number == 0 else None
        account.records.associate([("deals", deal), ("companies", company)], label=label, type_ids=(5 + number, 6))
    return deal


def test_an_association_is_known_by_both_ends_and_its_kind(account: Account, lake: Lake) -> None:
    one, two = account.named(2)
    deal = _deal_with(account, one, two)
    connector = account.connector()
    succeeded(account.night(lake, connector, "deals", "deals_to_companies"))
    assert current(lake, "deals_to_companies", "from_id", "to_id", "type_id", "label") == {
        f"{deal}|{one}|{PRIMARY}|5": (*LIVING, deal, one, "5", "Primary"),
        f"{deal}|{two}|{PRIMARY}|6": (*LIVING, deal, two, "6", None),
    }


def test_associations_of_a_record_that_changed_are_read_again_and_lost_ones_are_gone(
    account: Account, lake: Lake
) -> None:
    one, two = account.named(2)
    deal, quiet = _deal_with(account, one), _deal_with(account, one)
    connector = account.connector()
    tables = ("deals", "deals_to_companies")
    succeeded(account.night(lake, connector, *tables))
    account.pass_time(hours=24)
    account.records.dissociate([("deals", deal), ("companies", one)])
    account.records.associate([("deals", deal), ("companies", two)], type_ids=(341, 342))
    account.records.update("deals", deal, {"dealname": "changed"})
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, *tables))
    assert current(lake, "deals_to_companies") == {
        f"{deal}|{one}|{PRIMARY}|5": GONE,
        f"{deal}|{two}|{PRIMARY}|341": LIVING,
        f"{quiet}|{one}|{PRIMARY}|5": LIVING,
    }


def test_an_association_changed_without_its_records_comes_with_the_weekly_whole_read(
    account: Account, lake: Lake
) -> None:
    one, two = account.named(2)
    deals = [_deal_with(account, one) for _ in range(3)]
    connector = account.connector()
    tables = ("deals", "deals_to_companies")
    succeeded(account.night(lake, connector, *tables))
    account.records.dissociate([("deals", deals[0]), ("companies", one)])
    account.records.associate([("deals", deals[1]), ("companies", two)])
    account.pass_time(hours=24)
    requests = account.requests_of(lambda: succeeded(account.night(lake, connector, *tables)))
    assert not [each for each in requests if "associations" in each]
    account.pass_time(days=7)
    succeeded(account.night(lake, connector, *tables))
    seen = current(lake, "deals_to_companies")
    assert (seen[f"{deals[0]}|{one}|{PRIMARY}|5"], seen[f"{deals[1]}|{two}|{PRIMARY}|279"]) == (GONE, LIVING)


def test_a_record_committed_while_its_associations_failed_is_asked_about_the_next_night(
    account: Account, lake: Lake
) -> None:
    (company,) = account.named(1)
    _deal_with(account, company)
    connector = account.connector()
    tables = ("deals", "deals_to_companies")
    succeeded(account.night(lake, connector, *tables))
    account.pass_time(hours=24)
    new = _deal_with(account, company)
    account.pass_time(minutes=10)
    account.faults.add("missing_scopes", "associations", times=None)
    deals, pairs = account.night(lake, connector, *tables)
    assert deals.error is None and "crm.objects.companies.read" in str(pairs.error)
    account.faults.clear()
    account.pass_time(hours=24)
    succeeded(account.night(lake, connector, *tables))
    assert f"{new}|{company}|{PRIMARY}|5" in current(lake, "deals_to_companies")


def test_the_associations_of_an_archived_record_go_with_it_and_return_with_it(account: Account, lake: Lake) -> None:
    (company,) = account.named(1)
    deal, other = _deal_with(account, company), _deal_with(account, company)
    connector, states = account.connector(), []
    for act in (None, account.records.archive, account.records.restore):
        if act:
            act("deals", deal)
        succeeded(account.night(lake, connector, "deals", "deals_to_companies"))
        states.append(current(lake, "deals_to_companies")[f"{deal}|{company}|{PRIMARY}|5"])
        account.pass_time(hours=24)
    assert states == [LIVING, GONE, LIVING]
    assert current(lake, "deals_to_companies")[f"{other}|{company}|{PRIMARY}|5"] == LIVING


def test_a_record_with_more_associations_than_a_page_gives_all_of_them(account: Account, lake: Lake) -> None:
    account.faults.association_rows = 3
    companies = account.named(8)
    deal = _deal_with(account, *companies)
    succeeded(account.night(lake, account.connector(), "deals", "deals_to_companies"))
    assert {key.split("|")[1] for key in current(lake, "deals_to_companies")} == set(companies)
    assert {key.split("|")[0] for key in current(lake, "deals_to_companies")} == {deal}


def test_case_31_an_association_batch_answered_in_part_is_asked_again_or_fails(account: Account, lake: Lake) -> None:
    (company,) = account.named(1)
    deals = [_deal_with(account, company) for _ in range(3)]
    connector = account.connector()
    account.faults.add("partial", "associations", times=2)
    succeeded(account.night(lake, connector, "deals", "deals_to_companies"))
    assert {key.split("|")[0] for key in current(lake, "deals_to_companies")} == set(deals)
    account.faults.add("partial", "associations", times=None)
    (result,) = account.night(lake, connector, "deals_to_companies", full=True)
    assert "answered in part" in str(result.error) and "deals_to_companies" in str(result.error)
    assert set(current(lake, "deals_to_companies").values()) == {LIVING}


def test_every_stage_of_a_deal_is_kept_with_its_time(account: Account, lake: Lake) -> None:
    deal = account.records.insert("deals", {"dealname": "deal", "dealstage": "first"})
    account.records.insert("deals", {"dealname": "without a stage"})
    account.pass_time(hours=1)
    account.records.update("deals", deal, {"dealstage": "second"})
    connector = account.connector()
    succeeded(account.night(lake, connector, "deals", "deal_stage_history"))
    account.pass_time(hours=24)
    account.records.update("deals", deal, {"dealstage": "first"})
    account.pass_time(minutes=10)
    succeeded(account.night(lake, connector, "deals", "deal_stage_history"))
    rows = lake.connection.execute(
        "select deal_id, value, timestamp, _op from lake.hubspot.deal_stage_history order by timestamp"
    ).fetchall()
    assert rows == [
        (deal, "first", START, "upsert"),
        (deal, "second", datetime(2024, 3, 4, 13), "upsert"),
        (deal, "first", datetime(2024, 3, 5, 13), "upsert"),
    ]


def _fill_settings(account: Account) -> None:
    document = account.records.document
    stages = [
        {"id": "s1", "label": "Meeting", "displayOrder": 0, "metadata": {"probability": "0.2", "isClosed": "false"}},
        {"id": "won", "label": "Won", "displayOrder": 1, "metadata": {"probability": "1.0", "isClosed": "true"}},
    ]
    document("pipeline:deals", "default", {"id": "default", "label": "Sales", "stages": stages})
    person = {"email": "ann@acme.example", "firstName": "Ann", "lastName": "Owner", "teams": []}
    document("owner", "7", {"id": "7", **person, "archived": False})
    document("owner", "8", {"id": "8", **person, "archived": True}, archived=True)
    document("owner", "7", {"id": "7", **person, "archived": True}, archived=True)
    document("campaign", "c1", {"id": "c1", "properties": {"hs_name": "Spring", "hs_spend_items_sum_amount": "12.50"}})
    document("company_currency", "1", {"currencyCode": "EUR", "id": "1"})
    rate = {"fromCurrencyCode": "CHF", "toCurrencyCode": "EUR", "effectiveAt": "2024-01-01T00:00:00Z"}
    document("exchange_rate", "r1", {"id": "r1", "conversionRate": 1.0525, **rate})


def test_pipelines_owners_campaigns_and_currencies_are_listed_whole(account: Account, lake: Lake) -> None:
    _fill_settings(account)
    account.faults.page_rows = 1
    tables = ("deal_stages", "owners", "campaigns", "company_currency", "exchange_rates")
    succeeded(account.night(lake, account.connector(), *tables))
    assert current(lake, "deal_stages", "label", "probability", "is_closed", "display_order") == {
        "default|s1": (*LIVING, "Meeting", "0.2", "false", 0),
        "default|won": (*LIVING, "Won", "1.0", "true", 1),
    }
    assert current(lake, "owners", "lastName") == {"7": (*LIVING, "Owner"), "8": ("delete", "soft", None, "Owner")}
    assert current(lake, "campaigns", "hs_name", "hs_spend_items_sum_amount") == {
        "c1": (*LIVING, "Spring", Decimal("12.5"))
    }
    assert set(current(lake, "company_currency")) == {"EUR"}
    assert current(lake, "exchange_rates", "conversionRate", "effectiveAt") == {
        "r1": (*LIVING, Decimal("1.0525"), datetime(2024, 1, 1))
    }
