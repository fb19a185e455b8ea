"""What is expected of Salesforce records in the lake.

Who refers to whom is tested by dbt on the staged models; here is the shape of what the org sent.
"""

from __future__ import annotations

from datetime import date, timedelta

from quality.rules import Rule, Suite, Table, between, filled, matching, never, tolerated, warning
from quality.suites.landing import amount, currency, email, landed, stamped, volumes

_EIGHTEEN = r"^[a-zA-Z0-9]{15}[A-Z0-5]{3}$"
_YEARS = timedelta(days=3650)


def suite(as_of: date) -> Suite:
    """Return the suite for the day ``as_of``."""
    tables = (volumes("salesforce"), *_parties(as_of), *_sales(as_of), *_catalogue(as_of), *_contact_history(as_of))
    return Suite("landing_salesforce", tables)


def _table(
    name: str, as_of: date, *rules: Rule, cursor: str = "SystemModstamp", iso: str | None = "CurrencyIsoCode"
) -> Table:
    of_all = (matching("_record_id", _EIGHTEEN, "ids of 18 characters"), stamped(cursor, as_of))
    return landed("salesforce", name, *of_all, *([currency(iso)] if iso else []), *rules)


def _parties(as_of: date) -> tuple[Table, ...]:
    staff = warning(between("NumberOfEmployees", 0, None))
    return (
        _table("account", as_of, tolerated(filled("Name")), email("PersonEmail"), staff),
        _table(
            "contact", as_of, tolerated(filled("LastName")), email("Email"), stamped("Birthdate", as_of, first=1900)
        ),
        _table("lead", as_of, tolerated(filled("LastName")), tolerated(filled("Status")), email("Email")),
        _table("account_contact_relation", as_of, tolerated(filled("AccountId")), tolerated(filled("ContactId"))),
        _table("user", as_of, email("Email")),
        _table("group_member", as_of, tolerated(filled("GroupId")), tolerated(filled("UserOrGroupId")), iso=None),
        _table("organization", as_of, filled("Name"), iso="DefaultCurrencyIsoCode"),
    )


def _sales(as_of: date) -> tuple[Table, ...]:
    return (
        _table(
            "opportunity",
            as_of,
            tolerated(filled("StageName")),
            amount("Amount"),
            tolerated(between("Probability", 0, 100)),
            stamped("CloseDate", as_of, ahead=_YEARS),
            warning(never("no won opportunity to be open", "IsWon and not IsClosed", "IsWon", "IsClosed")),
        ),
        _table("opportunity_line_item", as_of, tolerated(filled("OpportunityId")), amount("TotalPrice")),
        _table("opportunity_history", as_of, tolerated(filled("OpportunityId")), cursor="CreatedDate"),
        _table(
            "order",
            as_of,
            tolerated(filled("Status")),
            amount("TotalAmount"),
            tolerated(filled("EffectiveDate")),
            stamped("EffectiveDate", as_of, ahead=timedelta(days=400)),
        ),
        _table(
            "order_item",
            as_of,
            tolerated(filled("OrderId")),
            amount("TotalPrice"),
            tolerated(between("Quantity", -(10**6), 10**6)),
        ),
        _table(
            "contract",
            as_of,
            tolerated(filled("AccountId")),
            tolerated(filled("Status")),
            warning(never("no contract to end before it starts", "EndDate < StartDate", "EndDate", "StartDate")),
        ),
    )


def _catalogue(as_of: date) -> tuple[Table, ...]:
    return (
        _table("product2", as_of, tolerated(filled("Name")), tolerated(between("Unit_Cost__c", 0, 10**9))),
        _table(
            "currency_type", as_of, tolerated(filled("IsoCode")), between("ConversionRate", 0, 10**9), iso="IsoCode"
        ),
        _table(
            "dated_conversion_rate",
            as_of,
            tolerated(filled("IsoCode")),
            never("no rate of zero or less", "ConversionRate <= 0", "ConversionRate"),
            never("no rate to end before it starts", "NextStartDate <= StartDate", "NextStartDate", "StartDate"),
            iso="IsoCode",
        ),
        _table(
            "forecasting_quota",
            as_of,
            tolerated(filled("QuotaOwnerId")),
            tolerated(filled("StartDate")),
            tolerated(between("QuotaAmount", 0, 10**12)),
        ),
    )


def _contact_history(as_of: date) -> tuple[Table, ...]:
    closed = never("no case closed before it was opened", "ClosedDate < CreatedDate", "ClosedDate", "CreatedDate")
    ended = never("no campaign to end before it starts", "EndDate < StartDate", "EndDate", "StartDate")
    activity = stamped("ActivityDate", as_of, ahead=_YEARS)
    return (
        _table("task", as_of, activity, warning(between("CallDurationInSeconds", 0, 86400))),
        _table("event", as_of, activity, warning(between("DurationInMinutes", 0, 20160))),
        _table("case", as_of, tolerated(filled("Status")), warning(closed)),
        _table("campaign", as_of, tolerated(filled("Name")), amount("ActualCost"), warning(ended)),
        _table("campaign_member", as_of, tolerated(filled("CampaignId"))),
        _table("email_message", as_of, stamped("MessageDate", as_of, ahead=_YEARS)),
    )
