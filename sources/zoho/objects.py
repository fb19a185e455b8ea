"""The objects read from every organization, as data: declared columns, keys, and what is the child of what.

Declared columns exist in the lake whatever the organization has; custom and further standard ones are added from its
metadata. A module's table is its API name in lower case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from sources.contract import Column, SourceObject
from sources.zoho.fields import KEY, STAMP

_STAMPED = f"Created_Time {STAMP}"
_BY = "Owner Created_By Modified_By"
_TYPES = {
    "text": "VARCHAR",
    "number": "DECIMAL(38,10)",
    "whole": "INTEGER",
    "big": "BIGINT",
    "flag": "BOOLEAN",
    "moment": "TIMESTAMP",
    "day": "DATE",
}
_MONEY = {"text": "Currency", "number": "Exchange_Rate"}


@dataclass(frozen=True)
class Child:
    """What belongs to the records of a module and comes with them: the lines of a subform, or a related list.

    Attributes:
        parent: the parent's module.
        lists: the subform, or the related lists.
        is_subform: whether it is a subform of the parent's record.
        fields: the fields asked for of a related list.
        is_capped: whether one read asks for so many parents only, and its window ends before the next one.
    """

    parent: str
    lists: tuple[str, ...]
    is_subform: bool = True
    fields: tuple[str, ...] = ()
    is_capped: bool = False


def _columns(kinds: dict[str, str]) -> tuple[Column, ...]:
    declared = {name: _TYPES[kind] for kind, names in kinds.items() for name in names.split()}
    return tuple(Column(name, kind) for name, kind in declared.items())


def _module(name: str, *, money: bool = False, **kinds: str) -> SourceObject:
    """Return a module; each keyword is a kind of ``_TYPES``, its value field names."""
    own = {"text": f"{KEY} {kinds.pop('text', '')} {_BY} Tag", "moment": f"{kinds.pop('moment', '')} {_STAMPED}"}
    if money:
        own["text"] += f" {_MONEY['text']}"
        kinds["number"] = f"{kinds.get('number', '')} {_MONEY['number']}"
    deletes_by = "the list of deleted records, absence from a complete read"
    return SourceObject(name, table_of(name), (KEY,), _columns(own | kinds), STAMP, deletes_by=deletes_by)


def _child(name: str, key: str, **kinds: str) -> SourceObject:
    deletes_by = "absence from what its parent has" if "Parent_Id" in key else "absence from each read"
    return SourceObject(name, table_of(name), tuple(key.split()), _columns(kinds), deletes_by=deletes_by)


def _capped(obj: SourceObject) -> SourceObject:
    """Return an object whose windows may end early. They must not overlap: each could end up at the same parents.

    What is committed late comes by a longer lag instead.
    """
    return replace(obj, lag=obj.lag + obj.lookback, lookback=timedelta(0))


def _lines(name: str) -> SourceObject:
    text = "Parent_Id id Product_Name Description"
    number = "Quantity List_Price Total Discount Tax Net_Total"
    return _child(name, "Parent_Id id", text=text, number=number, whole="Sequence_Number", moment=_STAMPED)


def table_of(module: str) -> str:
    """Return the lake table of a module: its name in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", module).lower()


def custom_module(name: str) -> SourceObject:
    """Return a module that is not declared."""
    return _module(name)


_DOCUMENT = "Subject Deal_Name Account_Name Contact_Name"
_TOTALS = "Sub_Total Discount Tax Adjustment Grand_Total"
_STAGE_FIELDS = (
    "Stage",
    "Amount",
    "Probability",
    "Expected_Revenue",
    "Closing_Date",
    STAMP,
    "Duration_Days",
    "Modified_By",
)

CHILDREN: dict[str, Child] = {
    "Quoted_Items": Child("Quotes", ("Quoted_Items",)),
    "Ordered_Items": Child("Sales_Orders", ("Ordered_Items",)),
    "Invoiced_Items": Child("Invoices", ("Invoiced_Items",)),
    "Stage_History": Child("Deals", ("Stage_History",), is_subform=False, fields=_STAGE_FIELDS, is_capped=True),
    "Campaign_Members": Child("Campaigns", ("Leads", "Contacts"), is_subform=False, fields=("id", "Member_Status")),
}
# COQL may leave out converted leads, so leads are listed
LISTED = frozenset({"Leads"})
# what the metadata does not describe, read whole each time: object → path, member of the answer, parameters
OWN: dict[str, tuple[str, str, dict[str, str | int]]] = {
    "users": ("/users", "users", {"type": "AllUsers"}),
    "org": ("/org", "org", {}),
    "currencies": ("/org/currencies", "currencies", {}),
}

OBJECTS: tuple[SourceObject, ...] = (
    _module(
        "Accounts",
        money=True,
        text="Account_Name Account_Number Parent_Account Account_Type Ownership Industry Phone Fax Website SIC_Code "
        "Billing_Street Billing_City Billing_State Billing_Code Billing_Country",
        number="Annual_Revenue",
        whole="Employees",
    ),
    _module(
        "Contacts",
        text="First_Name Last_Name Full_Name Account_Name Email Secondary_Email Phone Mobile Home_Phone Title "
        "Department Reporting_To Lead_Source Mailing_Street Mailing_City Mailing_State Mailing_Zip Mailing_Country",
        flag="Email_Opt_Out",
        day="Date_of_Birth",
    ),
    _module(
        "Leads",
        text="First_Name Last_Name Full_Name Company Designation Email Phone Mobile Lead_Source Lead_Status Industry "
        "Rating Street City State Zip_Code Country Converted_Account Converted_Contact Converted_Deal "
        "Unsubscribed_Mode",
        flag="Email_Opt_Out Converted__s",
        moment="Converted_Date_Time Unsubscribed_Time",
    ),
    _module(
        "Deals",
        money=True,
        text="Deal_Name Account_Name Contact_Name Campaign_Source Stage Pipeline Type Lead_Source Next_Step "
        "Reason_For_Loss__s",
        number="Amount Expected_Revenue",
        whole="Probability",
        day="Closing_Date",
        moment="Stage_Modified_Time",
    ),
    _capped(
        _child(
            "Stage_History",
            "Parent_Id id",
            text="Parent_Id id Stage Modified_By",
            number="Amount Expected_Revenue",
            whole="Probability Duration_Days",
            day="Closing_Date",
            moment=STAMP,
        )
    ),
    _module(
        "Campaigns",
        money=True,
        text="Campaign_Name Type Status",
        number="Budgeted_Cost Actual_Cost Expected_Revenue",
        big="Expected_Response Num_sent",
        day="Start_Date End_Date",
    ),
    _child("Campaign_Members", "Parent_Id Module id", text="Parent_Id Module id Member_Status"),
    _module(
        "Cases",
        text="Case_Number Subject Status Priority Case_Origin Type Account_Name Related_To Deal_Name Product_Name",
    ),
    _module("Tasks", text="Subject Status Priority Who_Id What_Id", day="Due_Date", moment="Closed_Time"),
    _module("Events", text="Event_Title Who_Id What_Id", flag="All_day", moment="Start_DateTime End_DateTime"),
    _module(
        "Calls",
        text="Subject Call_Type Call_Duration Call_Result Call_Purpose Who_Id What_Id",
        whole="Call_Duration_in_seconds",
        moment="Call_Start_Time",
    ),
    _module(
        "Products",
        money=True,
        text="Product_Name Product_Code Product_Category Manufacturer",
        number="Unit_Price Qty_in_Stock",
        flag="Product_Active",
    ),
    _module("Quotes", money=True, text=f"Quote_Number Quote_Stage {_DOCUMENT}", number=_TOTALS, day="Valid_Till"),
    _lines("Quoted_Items"),
    _module(
        "Sales_Orders", money=True, text=f"SO_Number Status Quote_Name {_DOCUMENT}", number=_TOTALS, day="Due_Date"
    ),
    _lines("Ordered_Items"),
    _module(
        "Invoices",
        money=True,
        text=f"Invoice_Number Status Sales_Order {_DOCUMENT}",
        number=_TOTALS,
        day="Invoice_Date Due_Date",
    ),
    _lines("Invoiced_Items"),
    _child(
        "users",
        KEY,
        text="id full_name first_name last_name email status time_zone role profile Reporting_To",
        moment="created_time",
    ),
    _child("org", KEY, text="id company_name currency iso_code time_zone", flag="mc_status"),
    _child(
        "currencies",
        KEY,
        text="id name iso_code symbol",
        number="exchange_rate",
        flag="is_base is_active",
        moment="modified_time",
    ),
)
