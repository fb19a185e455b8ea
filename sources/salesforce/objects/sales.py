"""What is sold and how it came about: deals, quotes, orders, contracts, assets, quotas."""

from __future__ import annotations

from sources.contract import SourceObject
from sources.salesforce.objects.form import BY, STAMPED, sobject

SALES: tuple[SourceObject, ...] = (
    sobject(
        "Opportunity",
        varchar="AccountId Name StageName Type NextStep LeadSource ForecastCategory ForecastCategoryName CampaignId "
        "Pricebook2Id OwnerId ContactId SyncedQuoteId LastAmountChangedHistoryId LastCloseDateChangedHistoryId "
        f"{BY}",
        boolean="IsClosed IsWon HasOpportunityLineItem",
        integer="FiscalQuarter FiscalYear",
        decimal_18_2="Amount ExpectedRevenue TotalOpportunityQuantity",
        decimal_3_0="Probability",
        date="CloseDate",
        timestamp=f"LastStageChangeDate {STAMPED}",
    ),
    sobject(
        "OpportunityLineItem",
        varchar=f"OpportunityId PricebookEntryId Product2Id ProductCode Name {BY}",
        integer="SortOrder",
        decimal_10_2="Quantity",
        decimal_5_2="Discount",
        decimal_18_2="Subtotal TotalPrice UnitPrice ListPrice",
        date="ServiceDate",
        timestamp=STAMPED,
    ),
    # a history row never changes, so its creation is its cursor
    sobject(
        "OpportunityHistory",
        cursor="CreatedDate",
        varchar="OpportunityId StageName ForecastCategory FromForecastCategory FromOpportunityStageName CreatedById",
        decimal_18_2="Amount PrevAmount ExpectedRevenue",
        decimal_3_0="Probability",
        date="CloseDate PrevCloseDate",
        timestamp="CreatedDate",
    ),
    # field histories are kept for 18 to 24 months only; the lake keeps what it has read
    sobject(
        "OpportunityFieldHistory",
        cursor="CreatedDate",
        varchar="OpportunityId Field DataType OldValue NewValue CreatedById",
        timestamp="CreatedDate",
    ),
    sobject(
        "OpportunityContactRole",
        varchar=f"OpportunityId ContactId Role {BY}",
        boolean="IsPrimary",
        timestamp=STAMPED,
    ),
    sobject(
        "OpportunityStage",
        cursor=None,
        deletes=False,
        varchar="MasterLabel ApiName ForecastCategory ForecastCategoryName Description",
        boolean="IsActive IsClosed IsWon",
        integer="SortOrder",
        decimal_3_0="DefaultProbability",
        timestamp=STAMPED,
    ),
    sobject(
        "Quote",
        varchar=f"QuoteNumber Name OpportunityId AccountId ContactId Pricebook2Id ContractId Status {BY}",
        boolean="IsSyncing",
        decimal_18_2="Subtotal TotalPrice GrandTotal Tax ShippingHandling",
        date="ExpirationDate",
        timestamp=STAMPED,
    ),
    sobject(
        "QuoteLineItem",
        varchar=f"QuoteId PricebookEntryId Product2Id OpportunityLineItemId {BY}",
        integer="SortOrder",
        decimal_10_2="Quantity",
        decimal_5_2="Discount",
        decimal_18_2="Subtotal TotalPrice UnitPrice ListPrice",
        date="ServiceDate",
        timestamp=STAMPED,
    ),
    sobject(
        "Order",
        varchar="ContractId AccountId Pricebook2Id OriginalOrderId OpportunityId QuoteId Status StatusCode "
        f"OrderNumber {BY}",
        boolean="IsReductionOrder",
        decimal_18_2="TotalAmount",
        date="EffectiveDate EndDate",
        timestamp=f"ActivatedDate {STAMPED}",
    ),
    sobject(
        "OrderItem",
        varchar=f"OrderId PricebookEntryId Product2Id {BY}",
        decimal_18_2="Quantity UnitPrice TotalPrice",
        date="ServiceDate EndDate",
        timestamp=STAMPED,
    ),
    sobject(
        "Contract",
        varchar=f"AccountId ContractNumber Pricebook2Id Status StatusCode OwnerId {BY}",
        integer="ContractTerm",
        date="StartDate EndDate",
        timestamp=f"ActivatedDate {STAMPED}",
    ),
    sobject(
        "Asset",
        varchar=f"Name AccountId ContactId Product2Id ParentId RootAssetId SerialNumber Status OwnerId {BY}",
        boolean="IsCompetitorProduct",
        decimal_10_2="Quantity",
        decimal_18_2="Price",
        date="PurchaseDate InstallDate UsageEndDate",
        timestamp=STAMPED,
    ),
    # quotas have no delete flag and are few: every read is a snapshot
    sobject(
        "ForecastingQuota",
        cursor=None,
        deletes=False,
        varchar=f"QuotaOwnerId CurrencyIsoCode {BY}",
        boolean="IsAmount IsQuantity",
        decimal_18_2="QuotaAmount QuotaQuantity",
        date="StartDate",
        timestamp=STAMPED,
    ),
)
