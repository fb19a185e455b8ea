"""Eight customers in three sources, written by hand, and what a person works out about them on paper.

Anna is in all three sources. Peter and Petra share a mailbox, a telephone and a house. Acme is a company, Bob works
there and was a lead once. Karl was merged twice in Salesforce. Two Evas left a hotel's mailbox and a made-up number.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

EMEA, LEGACY, SHOP = "salesforce_emea", "legacy_crm", "web_shop"
AS_OF = "2025-06-30"


def stamp(day: str) -> datetime:
    return datetime.fromisoformat(day)


def salesforce(key: str, changed: str = "2025-02-01", **fields: Any) -> dict[str, Any]:
    dates = {"CreatedDate": stamp("2024-01-01"), "SystemModstamp": stamp(changed)}
    return {"_source": EMEA, "_record_id": key, "Id": key, "_source_modified_at": stamp(changed), **dates, **fields}


def mapped(source: str, key: str, changed: str = "2025-01-15", **fields: Any) -> dict[str, Any]:
    dates = {"created_at": stamp("2023-05-05"), "modified_at": stamp(changed)}
    return {"_source": source, "_record_id": key, "_source_modified_at": stamp(changed), **dates, **fields}


def person(key: str, contact: str, first: str, last: str, **fields: Any) -> dict[str, Any]:
    own = {"Name": f"{first} {last}", "FirstName": first, "LastName": last, "PersonContactId": contact}
    return salesforce(key, IsPersonAccount=True, CurrencyIsoCode="EUR", **own, **fields)


def employee(key: str, account: str, first: str, last: str, **fields: Any) -> dict[str, Any]:
    return salesforce(key, AccountId=account, FirstName=first, LastName=last, **fields)


def legacy(
    key: str, first: str | None, last: str, changed: str = "2025-01-15", *, is_person: bool = True, **fields: Any
) -> dict[str, Any]:
    name = f"{first} {last}" if first else last
    own = {"account_name": name, "first_name": first, "last_name": last if first else None, "is_person": is_person}
    return mapped(LEGACY, key, changed, **own, **fields)


def sale(source: str, key: str, status: str, day: str, currency: str, **owner: Any) -> dict[str, Any]:
    return mapped(source, key, order_status=status, order_date=date.fromisoformat(day), currency_code=currency,
                  order_number=key, **owner)  # fmt: skip


def line(source: str, order: str, number: int, amount: str, currency: str, product: str = "P1") -> dict[str, Any]:
    return mapped(source, f"{order}|{number}", order_record_id=order, line_number=number, quantity=Decimal(1),
                  line_amount=Decimal(amount), currency_code=currency, product_record_id=product)  # fmt: skip


def rate(key: str, currency: str, units: str, start: str, end: str) -> dict[str, Any]:
    return salesforce(key, IsoCode=currency, ConversionRate=Decimal(units),
                      StartDate=date.fromisoformat(start), NextStartDate=date.fromisoformat(end))  # fmt: skip


HOUSE = {"street": "Hauptstr. 5", "postal_code": "10115", "city": "Berlin", "country": "DE"}

FIRST_NIGHT: dict[str, list[dict[str, Any]]] = {
    "salesforce.account": [
        person("001ANNA", "003ANNA", "Anna", "Müller", PersonEmail="Anna.Mueller@web.de", Phone="+49 170 1112223"),
        person("001PETE", "003PETE", "Peter", "Schmidt", PersonEmail="schmidts@web.de", Phone="030 5556667"),
        salesforce("001ACME", Name="Acme GmbH", IsPersonAccount=False, Phone="+49 30 9998887", CurrencyIsoCode="EUR"),
        person("001KARL1", "003K1", "Karl", "Alt", PersonEmail="karl@alt.de", _op="delete", _delete_reason="merged",
               _merged_into="001KARL2", MasterRecordId="001KARL2", IsDeleted=True),
        person("001KARL2", "003K2", "Carlo", "Neu", PersonEmail="carlo@neu.de", _op="delete", _delete_reason="merged",
               _merged_into="001KARL3", MasterRecordId="001KARL3", IsDeleted=True),
        person("001KARL3", "003K3", "K.", "Vogt", PersonEmail="kv@vogt.de"),
    ],
    "salesforce.contact": [
        employee("003ANNA", "001ANNA", "Anna", "Müller", Email="anna.mueller@web.de", MobilePhone="0170/1112223"),
        employee("003PETE", "001PETE", "Peter", "Schmidt", Email="schmidts@web.de"),
        employee("003BOB", "001ACME", "Robert", "Lang", Email="robert.lang@acme.de"),
    ],
    "salesforce.lead": [
        salesforce("00QBOB", FirstName="Bob", LastName="Lang", Company="Acme", IsConverted=True,
                   ConvertedContactId="003BOB", ConvertedAccountId="001ACME"),
    ],
    "salesforce.product2": [salesforce("01tP1", Name="Lamp", ProductCode="SKU-1", Unit_Cost__c=Decimal("40.00"),
                                       CurrencyIsoCode="EUR", IsActive=True)],
    "salesforce.order": [
        salesforce("801A", AccountId="001ANNA", Status="Shipped", StatusCode="Activated",
                   EffectiveDate=date(2025, 3, 1), CurrencyIsoCode="EUR"),
        salesforce("801C", AccountId="001ACME", Status="Activated", EffectiveDate=date(2025, 3, 2),
                   CurrencyIsoCode="EUR"),
        salesforce("801D", AccountId="001ACME", Status="Activated", EffectiveDate=date(2025, 3, 3), _op="delete",
                   _delete_reason="soft", IsDeleted=True, CurrencyIsoCode="EUR"),
        salesforce("801K", AccountId="001KARL1", Status="Draft", EffectiveDate=date(2025, 4, 1),
                   CurrencyIsoCode="EUR"),
        salesforce("801F", AccountId="001KARL3", Status="Draft", EffectiveDate=date(2025, 7, 1),
                   CurrencyIsoCode="EUR"),
    ],
    "salesforce.order_item": [
        salesforce(f"802{order}{number}", OrderId=f"801{order}", Product2Id="01tP1", Quantity=Decimal(1),
                   TotalPrice=Decimal(amount), CurrencyIsoCode="EUR")
        for order, number, amount in [("A", 1, "100.00"), ("A", 2, "50.50"), ("C", 1, "300.00"), ("D", 1, "1000.00"),
                                      ("K", 1, "70.00"), ("F", 1, "5000.00")]
    ],
    "salesforce.currency_type": [
        salesforce("01LEUR", IsoCode="EUR", ConversionRate=Decimal(1), IsCorporate=True, IsActive=True),
        salesforce("01LUSD", IsoCode="USD", ConversionRate=Decimal("9"), IsCorporate=False, IsActive=True),
        salesforce("01LCHF", IsoCode="CHF", ConversionRate=Decimal("2"), IsCorporate=False, IsActive=True),
    ],
    "salesforce.dated_conversion_rate": [
        rate("04wU1", "USD", "1.25", "2025-01-01", "2025-05-01"),
        rate("04wU2", "USD", "1.60", "2025-05-01", "9999-12-31"),
    ],
    "salesforce.task": [
        salesforce("00T1", AccountId="001ANNA", WhoId="003ANNA", TaskSubtype="Call", CallType="Outbound",
                   CompletedDateTime=stamp("2025-06-30T21:30:00"), IsClosed=True, Subject="Hello"),
        salesforce("00T2", AccountId="001ANNA", WhoId="003ANNA", TaskSubtype="Call", CallType="Outbound",
                   CompletedDateTime=stamp("2025-06-30T22:30:00"), IsClosed=True, Subject="Too late in Berlin"),
    ],
    "salesforce.opportunity": [
        salesforce("006A", AccountId="001ACME", Name="More lamps", StageName="Proposal", Amount=Decimal("160.00"),
                   Probability=Decimal(60), CloseDate=date(2025, 8, 1), IsClosed=False, IsWon=False,
                   CurrencyIsoCode="USD"),
    ],
    "mapped.accounts": [
        legacy("L1", "Anna", "Mueller", email="anna.mueller@web.de", phone="0170 1112223"),
        legacy("L2", "Peter", "Schmidt", email="schmidts@web.de", phone="+49 30 5556667", **HOUSE),
        legacy("L3", "Petra", "Schmidt", email="schmidts@web.de", phone="+49 30 5556667", **HOUSE),
        legacy("L4", None, "ACME", is_person=False, phone="030-9998887"),
        legacy("L5", "Eva", "Klein", email="info@hotel.de", phone="0000000"),
        legacy("L6", "Eva", "Gross", email="info@hotel.de", phone="0000000"),
    ],
    "mapped.contacts": [
        mapped(SHOP, "anna.mueller@web.de", "2025-05-20", first_name="Anna", last_name="Müller-Lang",
               email="anna.mueller@web.de", street="Neue Straße 1", postal_code="20095", city="Hamburg"),
    ],
    "mapped.products": [
        mapped(LEGACY, "P1", product_code="sku-1", product_name="Old lamp", unit_cost_amount=Decimal("39"),
               currency_code="EUR", is_active=True),
    ],
    "mapped.orders": [
        sale(LEGACY, "1001", "placed", "2025-04-30", "USD", account_record_id="L1"),
        sale(LEGACY, "1002", "fulfilled", "2025-04-02", "CHF", account_record_id="L2"),
        sale(LEGACY, "1003", "fulfilled", "2025-04-03", "JPY", account_record_id="L3"),
        sale(SHOP, "W1", "fulfilled", "2025-05-20", "EUR", contact_record_id="anna.mueller@web.de"),
        sale(SHOP, "W2", "cancelled", "2025-05-21", "EUR", contact_record_id="anna.mueller@web.de"),
    ],
    "mapped.order_lines": [
        line(LEGACY, "1001", 1, "100.00", "USD"),
        *[line(LEGACY, "1002", number, "0.05", "CHF", "P-unknown") for number in (1, 2, 3)],
        line(LEGACY, "1003", 1, "5000.00", "JPY"),
        line(SHOP, "W1", 1, "20.00", "EUR", "SKU-1"),
        line(SHOP, "W2", 1, "999.00", "EUR", "SKU-1"),
    ],
}  # fmt: skip

# who is who: every record of a line is one customer
CUSTOMERS = {
    "Anna": {"001ANNA", "003ANNA", "L1", "anna.mueller@web.de"},
    "Peter": {"001PETE", "003PETE", "L2"},
    "Petra": {"L3"},
    "Acme": {"001ACME", "L4"},
    "Bob": {"003BOB", "00QBOB"},
    "Karl": {"001KARL1", "001KARL2", "001KARL3"},
    "Eva Klein": {"L5"},
    "Eva Gross": {"L6"},
}

# Anna: 100.00 + 50.50 in euros, 100.00 dollars at 1.25 on 30 April, 20.00 in the shop; the cancelled order is not hers
# Peter: three times 0.05 francs at 2 is 0.025 each, which rounds up to 0.03 a line
# Petra: yen without a rate are not nothing, they are unknown; Acme: the deleted order does not count
# Karl: ordered under the account merged away first; his order of July is after the day of the report
REVENUE = {
    "Anna": Decimal("250.50"),
    "Peter": Decimal("0.09"),
    "Petra": Decimal("0.00"),
    "Acme": Decimal("300.00"),
    "Karl": Decimal("70.00"),
}
