"""From describe to lake columns."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from sources.contract import Column
from sources.salesforce.fields import described, lake_type


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        *[({"type": kind}, "VARCHAR") for kind in ("id", "reference", "string", "picklist", "combobox", "email")],
        *[({"type": kind}, "VARCHAR") for kind in ("phone", "url", "textarea", "encryptedstring", "masterrecord")],
        *[({"type": kind}, "VARCHAR") for kind in ("multipicklist", "datacategorygroupreference", "anyType")],
        ({"type": "something Salesforce invents next year"}, "VARCHAR"),
        ({"type": "boolean"}, "BOOLEAN"),
        ({"type": "int", "digits": 8}, "INTEGER"),
        ({"type": "long"}, "BIGINT"),
        ({"type": "date"}, "DATE"),
        ({"type": "datetime"}, "TIMESTAMP"),
        ({"type": "time"}, "TIME"),
        ({"type": "json"}, "JSON"),
        ({"type": "currency", "precision": 18, "scale": 2}, "DECIMAL(18,2)"),
        ({"type": "percent", "precision": 3, "scale": 0}, "DECIMAL(3,0)"),
        ({"type": "double", "precision": 2, "scale": 4}, "DECIMAL(4,4)"),
        ({"type": "double", "precision": 0, "scale": 0}, "DECIMAL(38,10)"),
        ({"type": "double", "precision": 0, "scale": 4}, "DECIMAL(38,4)"),
        ({"type": "double", "precision": 60, "scale": 12}, "DECIMAL(38,12)"),
        ({"type": "double", "precision": 60, "scale": 50}, "DECIMAL(38,38)"),
    ],
)
def test_a_field_type_has_one_lake_type_that_duckdb_knows(field: dict[str, object], expected: str) -> None:
    assert lake_type(field) == expected
    assert duckdb.execute(f"select null::{expected}").fetchone() == (None,)


def test_compound_binary_and_deprecated_fields_are_not_read() -> None:
    fields = [
        {"name": "Id", "type": "id"},
        {"name": "BillingAddress", "type": "address"},
        {"name": "Place__c", "type": "location"},
        {"name": "Body", "type": "base64"},
        {"name": "Old__c", "type": "string", "deprecatedAndHidden": True},
        {"name": "Score__c", "type": "double", "precision": 18, "scale": 0, "calculated": True},
    ]
    found = described({"name": "Account", "fields": fields, "replicateable": True}, ())
    assert found.names == ("Id", "Score__c")
    assert (found.formulas, found.has_delete_feed) == (("Score__c",), True)


@pytest.mark.parametrize(
    ("precision", "scale", "expected"),
    [(16, 2, "DECIMAL(18,2)"), (17, 1, "DECIMAL(18,2)"), (18, 1, "DECIMAL(18,1)"), (18, 4, "DECIMAL(18,4)")],
)
def test_an_amount_that_fits_its_declared_type_keeps_it(precision: int, scale: int, expected: str) -> None:
    field = {"name": "Amount", "type": "currency", "precision": precision, "scale": scale}
    found = described({"name": "Opportunity", "fields": [field]}, [Column("Amount", "DECIMAL(18,2)")])
    assert found.columns == (Column("Amount", expected),)
    largest = "9" * (precision - scale) + "." + "9" * scale
    assert duckdb.execute(f"select '{largest}'::{expected}").fetchone() == (Decimal(largest),)
