"""The tables read from every installation, as data: declared columns, keys, what dates and what deletes a row.

Declared columns exist in the lake whatever the installation has; custom and further standard ones are added.
"""

from __future__ import annotations

from collections.abc import Sequence

from sources.contract import Column, SourceObject
from sources.databases.objects import DatabaseObject, columns, database_object
from sources.databases.table import DatedBy

_MODIFIED = "date_modified"
_BY = "modified_user_id created_by assigned_user_id"


def _module(name: str, declared: Sequence[Column] = (), *, is_always: bool = False) -> DatabaseObject:
    """Return a module's table: keyed by ``id``, dated by ``date_modified``, deleted by a flag that SQL may move too."""
    return database_object(
        name,
        "id",
        (*declared, *columns(number="deleted", moment=f"date_entered {_MODIFIED}")),
        cursor=_MODIFIED,
        deleted_when='"deleted" = 1',
        watched=["deleted"],
        is_always=is_always,
    )


def _custom_fields(module: str) -> DatabaseObject:
    """Return the table of a module's custom fields, which its records date: it has no date of its own."""
    dated_by = DatedBy("id_c", module, "id")
    return database_object(f"{module}_cstm", "id_c", cursor=_MODIFIED, dated_by=dated_by)


def custom_module(name: str) -> DatabaseObject:
    """Return a table that only this installation has: a module's custom fields, or a module of its own."""
    return _custom_fields(name.removesuffix("_cstm")) if name.endswith("_cstm") else _module(name)


TABLES: tuple[DatabaseObject, ...] = (
    _module(
        "accounts",
        columns(
            text="name account_type industry annual_revenue employees phone_office website billing_address_street "
            "billing_address_city billing_address_state billing_address_postalcode billing_address_country parent_id "
            f"campaign_id {_BY}",
        ),
        is_always=True,
    ),
    _custom_fields("accounts"),
)

OBJECTS: tuple[SourceObject, ...] = tuple(each.object for each in TABLES)
