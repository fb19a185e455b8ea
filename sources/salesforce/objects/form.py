"""How an object is written down in the object table: its kinds of fields, and the name of its lake table.

Declared fields exist in the lake whatever the org has; custom and further standard fields are added from describe.
"""

from __future__ import annotations

import re

from sources.contract import Column, SourceObject

ID = "Id"
STAMPED = "CreatedDate LastModifiedDate SystemModstamp"
BY = "CreatedById LastModifiedById"

# cursors in order of preference, for an org that hides the first
CURSORS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")


def sobject(name: str, *, cursor: str | None = "SystemModstamp", deletes: bool = True, **fields: str) -> SourceObject:
    """Return an object. Each keyword is a DuckDB type (``decimal_18_2`` is DECIMAL(18,2)), its value field names.

    Without a ``cursor`` every read is a snapshot; without ``deletes`` there is neither delete flag nor delete feed.
    """
    columns = [Column(ID, "VARCHAR")]
    for kind, names in fields.items():
        columns += [Column(field, _type(kind)) for field in names.split()]
    if deletes:
        columns += [Column("IsDeleted", "BOOLEAN"), Column("CurrencyIsoCode", "VARCHAR")]
    merges = "MasterRecordId" if any(column.name == "MasterRecordId" for column in columns) else None
    return SourceObject(
        name,
        table_name(name),
        (ID,),
        tuple(columns),
        cursor,
        '"IsDeleted"' if deletes else None,
        merges if deletes else None,
        deletes_by=_deletes_by(cursor, deletes=deletes),
    )


def _deletes_by(cursor: str | None, *, deletes: bool) -> str:
    if deletes:
        return "IsDeleted, getDeleted, absence from a complete read"
    return "absence from a complete read" if cursor else "absence from each read"


def table_name(name: str) -> str:
    """Return the lake table of an object: words joined by ``_``; a custom object keeps its own, since

    ``Foo_Bar__c`` and ``FooBar__c`` are two objects.
    """
    return name.lower() if "__" in name else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _type(keyword: str) -> str:
    kind, *size = keyword.split("_")
    return kind.upper() + (f"({','.join(size)})" if size else "")
