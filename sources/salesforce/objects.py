"""The objects read from every Salesforce org, as data: declared fields, cursor, deletes.

Declared fields exist in the lake whatever the org has; custom and further standard fields are added from describe.
"""

from __future__ import annotations

from sources.contract import Column, SourceObject

_ID = "Id"
_STAMPED = "CreatedDate LastModifiedDate SystemModstamp"
_BY = "CreatedById LastModifiedById"

# cursors in order of preference, for an org that hides the first
CURSORS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")

# objects that only exist in orgs with the feature: multiple currencies, advanced currency management, forecasts
OPTIONAL = frozenset({"CurrencyType", "DatedConversionRate", "ForecastingQuota"})


def _object(
    name: str, table: str, *, cursor: str | None = "SystemModstamp", deletes: bool = True, **fields: str
) -> SourceObject:
    """Return an object. Each keyword is a DuckDB type (``decimal_18_2`` is DECIMAL(18,2)), its value field names."""
    columns = [Column(_ID, "VARCHAR")]
    for kind, names in fields.items():
        columns += [Column(field, _type(kind)) for field in names.split()]
    if deletes:
        columns += [Column("IsDeleted", "BOOLEAN"), Column("CurrencyIsoCode", "VARCHAR")]
    merges = "MasterRecordId" if any(column.name == "MasterRecordId" for column in columns) else None
    return SourceObject(
        name,
        table,
        (_ID,),
        tuple(columns),
        cursor,
        '"IsDeleted"' if deletes else None,
        merges if deletes else None,
        deletes_by="IsDeleted, getDeleted, absence from a complete read" if deletes else "absence from each read",
    )


def _type(keyword: str) -> str:
    kind, *size = keyword.split("_")
    return kind.upper() + (f"({','.join(size)})" if size else "")


OBJECTS: tuple[SourceObject, ...] = (
    _object(
        "Account",
        "account",
        varchar="MasterRecordId Name Type ParentId Phone Fax Website AccountNumber Sic Industry Ownership Rating "
        "BillingStreet BillingCity BillingState BillingPostalCode BillingCountry "
        "ShippingStreet ShippingCity ShippingState ShippingPostalCode ShippingCountry "
        f"OwnerId RecordTypeId AccountSource PersonContactId FirstName LastName PersonEmail {_BY}",
        boolean="IsPersonAccount",
        integer="NumberOfEmployees",
        decimal_18_0="AnnualRevenue",
        decimal_18_15="BillingLatitude BillingLongitude ShippingLatitude ShippingLongitude",
        date="LastActivityDate",
        timestamp=_STAMPED,
    ),
    _object(
        "Contact",
        "contact",
        varchar="MasterRecordId AccountId LastName FirstName Salutation Name "
        "OtherStreet OtherCity OtherState OtherPostalCode OtherCountry "
        "MailingStreet MailingCity MailingState MailingPostalCode MailingCountry "
        "Phone Fax MobilePhone HomePhone OtherPhone ReportsToId Email Title Department LeadSource OwnerId "
        f"EmailBouncedReason IndividualId {_BY}",
        boolean="HasOptedOutOfEmail DoNotCall",
        decimal_18_15="OtherLatitude OtherLongitude MailingLatitude MailingLongitude",
        date="Birthdate",
        timestamp=f"EmailBouncedDate {_STAMPED}",
    ),
    _object(
        "Lead",
        "lead",
        varchar="MasterRecordId LastName FirstName Title Company Street City State PostalCode Country Phone "
        "MobilePhone Email LeadSource Status Industry Rating OwnerId "
        f"ConvertedAccountId ConvertedContactId ConvertedOpportunityId {_BY}",
        boolean="IsConverted",
        integer="NumberOfEmployees",
        decimal_18_0="AnnualRevenue",
        decimal_18_15="Latitude Longitude",
        date="ConvertedDate",
        timestamp=_STAMPED,
    ),
    _object(
        "Opportunity",
        "opportunity",
        varchar="AccountId Name StageName Type NextStep LeadSource ForecastCategory ForecastCategoryName CampaignId "
        "Pricebook2Id OwnerId ContactId SyncedQuoteId LastAmountChangedHistoryId LastCloseDateChangedHistoryId "
        f"{_BY}",
        boolean="IsClosed IsWon HasOpportunityLineItem",
        integer="FiscalQuarter FiscalYear",
        decimal_18_2="Amount ExpectedRevenue TotalOpportunityQuantity",
        decimal_3_0="Probability",
        date="CloseDate",
        timestamp=f"LastStageChangeDate {_STAMPED}",
    ),
    _object(
        "OpportunityLineItem",
        "opportunity_line_item",
        varchar=f"OpportunityId PricebookEntryId Product2Id ProductCode Name {_BY}",
        integer="SortOrder",
        decimal_10_2="Quantity",
        decimal_5_2="Discount",
        decimal_18_2="Subtotal TotalPrice UnitPrice ListPrice",
        date="ServiceDate",
        timestamp=_STAMPED,
    ),
    # a history row never changes, so its creation is its cursor
    _object(
        "OpportunityHistory",
        "opportunity_history",
        cursor="CreatedDate",
        varchar="OpportunityId StageName ForecastCategory FromForecastCategory FromOpportunityStageName CreatedById",
        decimal_18_2="Amount PrevAmount ExpectedRevenue",
        decimal_3_0="Probability",
        date="CloseDate PrevCloseDate",
        timestamp="CreatedDate",
    ),
    _object(
        "Product2",
        "product2",
        varchar=f"Name ProductCode Family QuantityUnitOfMeasure StockKeepingUnit {_BY}",
        boolean="IsActive IsArchived",
        timestamp=_STAMPED,
    ),
    _object(
        "Order",
        "order",
        varchar="ContractId AccountId Pricebook2Id OriginalOrderId OpportunityId QuoteId Status StatusCode "
        f"OrderNumber {_BY}",
        boolean="IsReductionOrder",
        decimal_18_2="TotalAmount",
        date="EffectiveDate EndDate",
        timestamp=f"ActivatedDate {_STAMPED}",
    ),
    _object(
        "OrderItem",
        "order_item",
        varchar=f"OrderId PricebookEntryId Product2Id {_BY}",
        decimal_18_2="Quantity UnitPrice TotalPrice",
        date="ServiceDate EndDate",
        timestamp=_STAMPED,
    ),
    _object(
        "Task",
        "task",
        varchar="WhoId WhatId Subject Status Priority OwnerId AccountId CallType CallDisposition CallObject "
        f"TaskSubtype {_BY}",
        boolean="IsClosed IsArchived IsRecurrence",
        integer="CallDurationInSeconds",
        date="ActivityDate",
        timestamp=f"CompletedDateTime {_STAMPED}",
    ),
    _object(
        "Event",
        "event",
        varchar=f"WhoId WhatId Subject Location AccountId OwnerId ShowAs EventSubtype {_BY}",
        boolean="IsAllDayEvent IsChild IsGroupEvent IsArchived IsRecurrence",
        integer="DurationInMinutes",
        date="ActivityDate",
        timestamp=f"ActivityDateTime StartDateTime EndDateTime {_STAMPED}",
    ),
    _object(
        "Case",
        "case",
        varchar="MasterRecordId CaseNumber ContactId AccountId AssetId ProductId ParentId SuppliedEmail Type Status "
        f"Reason Origin Subject Priority Description OwnerId {_BY}",
        boolean="IsClosed IsEscalated",
        timestamp=f"ClosedDate {_STAMPED}",
    ),
    _object(
        "Campaign",
        "campaign",
        varchar=f"Name ParentId Type Status {_BY}",
        boolean="IsActive",
        decimal_18_0="ExpectedRevenue NumberSent",
        decimal_18_2="BudgetedCost ActualCost",
        decimal_10_2="ExpectedResponse",
        date="StartDate EndDate",
        timestamp=_STAMPED,
    ),
    _object(
        "CampaignMember",
        "campaign_member",
        varchar=f"CampaignId LeadId ContactId LeadOrContactId Status {_BY}",
        boolean="HasResponded",
        date="FirstRespondedDate",
        timestamp=_STAMPED,
    ),
    # a user is deactivated, never deleted
    _object(
        "User",
        "user",
        deletes=False,
        varchar="Username Name Email TimeZoneSidKey UserRoleId ProfileId UserType ManagerId DefaultCurrencyIsoCode "
        f"CurrencyIsoCode {_BY}",
        boolean="IsActive",
        timestamp=_STAMPED,
    ),
    # rates have no delete flag and no delete feed, and are few: every read is a snapshot
    _object(
        "CurrencyType",
        "currency_type",
        cursor=None,
        deletes=False,
        varchar=f"IsoCode {_BY}",
        boolean="IsActive IsCorporate",
        integer="DecimalPlaces",
        decimal_18_6="ConversionRate",
        timestamp=_STAMPED,
    ),
    _object(
        "DatedConversionRate",
        "dated_conversion_rate",
        cursor=None,
        deletes=False,
        varchar=f"IsoCode {_BY}",
        decimal_18_6="ConversionRate",
        date="StartDate NextStartDate",
        timestamp=_STAMPED,
    ),
    # quotas have no delete flag either
    _object(
        "ForecastingQuota",
        "forecasting_quota",
        cursor=None,
        deletes=False,
        varchar=f"QuotaOwnerId CurrencyIsoCode {_BY}",
        boolean="IsAmount IsQuantity",
        decimal_18_2="QuotaAmount QuotaQuantity",
        date="StartDate",
        timestamp=_STAMPED,
    ),
)
