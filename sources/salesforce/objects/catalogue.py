"""What can be sold and in which money: products, prices, currencies."""

from __future__ import annotations

from sources.contract import SourceObject
from sources.salesforce.objects.form import BY, STAMPED, sobject

CATALOGUE: tuple[SourceObject, ...] = (
    sobject(
        "Product2",
        varchar=f"Name ProductCode Family QuantityUnitOfMeasure StockKeepingUnit {BY}",
        boolean="IsActive IsArchived",
        timestamp=STAMPED,
    ),
    sobject(
        "Pricebook2",
        varchar=f"Name Description {BY}",
        boolean="IsActive IsArchived IsStandard",
        timestamp=STAMPED,
    ),
    # entries that are no longer active still say what was sold
    sobject(
        "PricebookEntry",
        varchar=f"Name ProductCode Pricebook2Id Product2Id {BY}",
        boolean="IsActive IsArchived UseStandardPrice",
        decimal_18_2="UnitPrice",
        timestamp=STAMPED,
    ),
    # rates have no delete flag and no delete feed, and are few: every read is a snapshot
    sobject(
        "CurrencyType",
        cursor=None,
        deletes=False,
        varchar=f"IsoCode {BY}",
        boolean="IsActive IsCorporate",
        integer="DecimalPlaces",
        decimal_18_6="ConversionRate",
        timestamp=STAMPED,
    ),
    sobject(
        "DatedConversionRate",
        cursor=None,
        deletes=False,
        varchar=f"IsoCode {BY}",
        decimal_18_6="ConversionRate",
        date="StartDate NextStartDate",
        timestamp=STAMPED,
    ),
)
