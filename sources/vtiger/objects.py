"""The tables read from every installation, as data: declared columns, keys, what dates and what deletes a row.

Every record is a row of ``vtiger_crmentity``, which holds its dates, owner and deleted flag, and of its module's
tables. These are read with those four columns, so that each of their rows says by itself when it changed and whether
it lives. Declared columns exist in the lake whatever the installation has; custom and further ones are added.
"""

from __future__ import annotations

from collections.abc import Sequence

from sources.contract import Column, SourceObject
from sources.databases.objects import DatabaseObject, columns, database_object
from sources.databases.table import DatedBy

_MODIFIED = "modifiedtime"
_HEAD = (_MODIFIED, "createdtime", "deleted", "smownerid")
_OF_HEAD = columns(moment=f"{_MODIFIED} createdtime", number="deleted smownerid")


def _module(name: str, key: str, declared: Sequence[Column] = ()) -> DatabaseObject:
    """Return a table of a module, keyed by the record's id. Restoring a record may move the flag without a date."""
    return database_object(
        name,
        key,
        (*columns(number=key), *declared, *_OF_HEAD),
        cursor=_MODIFIED,
        dated_by=DatedBy(key, "vtiger_crmentity", "crmid", brings=_HEAD, is_head=True),
        deleted_when='"deleted" = 1',
        watched=["deleted"],
    )


def _part(name: str, key: str, declared: Sequence[Column] = ()) -> DatabaseObject:
    """Return a further table of a record, such as its address or its custom fields: saved and purged with it."""
    dated_by = DatedBy(key, "vtiger_crmentity", "crmid", brings=(_MODIFIED,), is_head=True)
    return database_object(name, key, (*columns(number=key), *declared), cursor=_MODIFIED, dated_by=dated_by)


def _whole(name: str, key: str, declared: Sequence[Column] = ()) -> DatabaseObject:
    """Return a table without dates, keyed by numbers: it is read whole and compared."""
    return database_object(name, key.split(), (*columns(number=key), *declared))


def custom_table(name: str) -> DatabaseObject:
    """Return a table that some installations have, ``vtiger_<module>`` or its custom fields ``vtiger_<module>cf``."""
    key = f"{name.removeprefix('vtiger_').removesuffix('cf')}id"
    return _part(name, key) if name.endswith("cf") else _module(name, key)


def _address(prefix: str) -> tuple[Column, ...]:
    return columns(
        text=" ".join(f"{prefix}_{part}" for part in ("street", "city", "code", "state", "country", "pobox"))
    )


_TOTALS = columns(
    text="subject taxtype",
    number="accountid contactid currency_id",
    money="subtotal total adjustment discount_percent discount_amount s_h_amount conversion_rate",
)

_PARTIES = (
    _module(
        "vtiger_account",
        "accountid",
        columns(
            text="account_no accountname account_type industry phone email1 website emailoptout",
            number="parentid employees",
            money="annualrevenue",
        ),
    ),
    _part("vtiger_accountbillads", "accountaddressid", _address("bill")),
    _part("vtiger_accountshipads", "accountaddressid", _address("ship")),
    _part("vtiger_accountscf", "accountid"),
    _module(
        "vtiger_contactdetails",
        "contactid",
        columns(
            text="contact_no salutation firstname lastname email secondaryemail phone mobile title department donotcall"
            " emailoptout",
            number="accountid",
        ),
    ),
    _part(
        "vtiger_contactaddress",
        "contactaddressid",
        columns(text="mailingstreet mailingcity mailingstate mailingzip mailingcountry"),
    ),
    _part(
        "vtiger_contactsubdetails",
        "contactsubscriptionid",
        columns(text="homephone otherphone leadsource", day="birthday"),
    ),
    _part("vtiger_customerdetails", "customerid", columns(text="portal", day="support_start_date support_end_date")),
    _part("vtiger_contactscf", "contactid"),
    _module(
        "vtiger_leaddetails",
        "leadid",
        columns(
            text="lead_no email firstname salutation lastname company industry rating leadstatus leadsource"
            " designation",
            number="converted",
        ),
    ),
    _part("vtiger_leadaddress", "leadaddressid", columns(text="lane city code state country phone mobile")),
    _part("vtiger_leadsubdetails", "leadsubscriptionid", columns(text="website")),
    _part("vtiger_leadscf", "leadid"),
)

_SALES = (
    _module(
        "vtiger_potential",
        "potentialid",
        columns(
            text="potential_no potentialname sales_stage potentialtype leadsource",
            number="related_to contact_id campaignid",
            money="amount probability",
            day="closingdate",
        ),
    ),
    _part("vtiger_potentialscf", "potentialid"),
    # written once, when a stage is left: the amounts and dates are those it was left with
    database_object(
        "vtiger_potstagehistory",
        "historyid",
        columns(number="historyid potentialid", text="stage", money="amount probability", day="closedate"),
        cursor="lastmodified",
    ),
    _whole("vtiger_contpotentialrel", "contactid potentialid"),
    _whole("vtiger_seproductsrel", "crmid productid", columns(text="setype")),
    _module(
        "vtiger_quotes",
        "quoteid",
        (*_TOTALS, *columns(text="quote_no quotestage", number="potentialid", day="validtill")),
    ),
    _part("vtiger_quotescf", "quoteid"),
    _part("vtiger_quotesbillads", "quotebilladdressid", _address("bill")),
    _part("vtiger_quotesshipads", "quoteshipaddressid", _address("ship")),
    _module(
        "vtiger_salesorder",
        "salesorderid",
        (*_TOTALS, *columns(text="salesorder_no sostatus", number="quoteid potentialid", day="duedate")),
    ),
    _part("vtiger_salesordercf", "salesorderid"),
    _part("vtiger_sobillads", "sobilladdressid", _address("bill")),
    _part("vtiger_soshipads", "soshipaddressid", _address("ship")),
    _module(
        "vtiger_invoice",
        "invoiceid",
        (
            *_TOTALS,
            *columns(
                text="invoice_no invoicestatus",
                number="salesorderid",
                money="received balance",
                day="invoicedate duedate",
            ),
        ),
    ),
    _part("vtiger_invoicecf", "invoiceid"),
    _part("vtiger_invoicebillads", "invoicebilladdressid", _address("bill")),
    _part("vtiger_invoiceshipads", "invoiceshipaddressid", _address("ship")),
    # saving a document deletes its lines and inserts them again, each with another lineitem_id: without that number,
    # and without the document's date, a line that says the same as before is the same
    database_object(
        "vtiger_inventoryproductrel",
        ["id", "sequence_no"],
        columns(
            number="id sequence_no productid deleted",
            money="quantity listprice discount_percent discount_amount",
            text="setype",
        ),
        dated_by=DatedBy("id", "vtiger_crmentity", "crmid", brings=("setype", "deleted"), is_head=True),
        deleted_when='"deleted" = 1',
        unread=["lineitem_id"],
    ),
)

_CATALOGUE = (
    _module(
        "vtiger_products",
        "productid",
        columns(
            text="product_no productname productcode productcategory",
            number="discontinued currency_id",
            money="unit_price purchase_cost",
        ),
    ),
    _part("vtiger_productcf", "productid"),
    _module(
        "vtiger_service",
        "serviceid",
        columns(
            text="service_no servicename servicecategory",
            number="discontinued currency_id",
            money="unit_price purchase_cost",
        ),
    ),
    _part("vtiger_servicecf", "serviceid"),
    _module("vtiger_pricebook", "pricebookid", columns(text="bookname", number="active currency_id")),
    _part("vtiger_pricebookcf", "pricebookid"),
    _whole("vtiger_pricebookproductrel", "pricebookid productid", columns(number="usedcurrency", money="listprice")),
    database_object(
        "vtiger_currency_info",
        "id",
        columns(
            number="id defaultid deleted", text="currency_name currency_code currency_status", money="conversion_rate"
        ),
        deleted_when='"deleted" = 1',
    ),
)

_SERVICE = (
    _module(
        "vtiger_activity",
        "activityid",
        columns(
            text="subject activitytype time_start time_end duration_hours duration_minutes status eventstatus priority"
            " location",
            day="date_start due_date",
        ),
    ),
    _part("vtiger_activitycf", "activityid"),
    _whole("vtiger_seactivityrel", "crmid activityid"),
    _whole("vtiger_cntactivityrel", "contactid activityid"),
    _part("vtiger_emaildetails", "emailid", columns(text="from_email to_email cc_email bcc_email idlists email_flag")),
    _module("vtiger_modcomments", "modcommentsid", columns(text="commentcontent", number="related_to parent_comments")),
    _module(
        "vtiger_troubletickets",
        "ticketid",
        columns(text="ticket_no priority severity status category title", number="parent_id product_id contact_id"),
    ),
    _part("vtiger_ticketcf", "ticketid"),
    _module(
        "vtiger_campaign",
        "campaignid",
        columns(
            text="campaign_no campaignname campaigntype campaignstatus",
            number="product_id",
            money="expectedrevenue budgetcost actualcost",
            day="closingdate",
        ),
    ),
    _part("vtiger_campaignscf", "campaignid"),
    _whole("vtiger_campaignaccountrel", "campaignid accountid", columns(number="campaignrelstatusid")),
    _whole("vtiger_campaigncontrel", "campaignid contactid", columns(number="campaignrelstatusid")),
    _whole("vtiger_campaignleadrel", "campaignid leadid", columns(number="campaignrelstatusid")),
    _whole("vtiger_campaignrelstatus", "campaignrelstatusid", columns(text="campaignrelstatus")),
)

_SYSTEM = (
    database_object(
        "vtiger_crmentity",
        "crmid",
        (
            *columns(number="crmid smcreatorid modifiedby", text="setype description", moment="viewedtime"),
            *_OF_HEAD,
        ),
        cursor=_MODIFIED,
        deleted_when='"deleted" = 1',
        watched=["deleted"],
        is_always=True,
    ),
    database_object(
        "vtiger_users",
        "id",
        columns(
            number="id deleted reports_to_id",
            text="user_name first_name last_name email1 status time_zone",
            moment="date_entered date_modified",
        ),
        deleted_when='"deleted" = 1',
        unread=["user_password", "confirm_password", "user_hash", "crypt_type", "accesskey"],
    ),
    _whole("vtiger_groups", "groupid", columns(text="groupname")),
    _whole("vtiger_users2group", "groupid userid"),
    _whole("vtiger_crmentityrel", "crmid relcrmid", columns(text="module relmodule")),
    _whole("vtiger_tab", "tabid", columns(text="name")),
    _whole(
        "vtiger_field",
        "fieldid",
        columns(number="tabid", text="columnname tablename uitype fieldname fieldlabel typeofdata"),
    ),
    # what changed, where the module that tracks it is switched on: written once
    database_object(
        "vtiger_modtracker_basic",
        "id",
        columns(number="id crmid whodid status", text="module"),
        cursor="changedon",
        sweep=False,
    ),
    database_object(
        "vtiger_modtracker_detail",
        ["id", "fieldname"],
        columns(number="id", text="fieldname prevalue postvalue"),
        cursor="changedon",
        dated_by=DatedBy("id", "vtiger_modtracker_basic", "id"),
        sweep=False,
    ),
    database_object(
        "vtiger_modtracker_relations",
        ["id", "targetid"],
        columns(number="id targetid", text="targetmodule"),
        cursor="changedon",
        sweep=False,
    ),
)

TABLES: tuple[DatabaseObject, ...] = (*_PARTIES, *_SALES, *_CATALOGUE, *_SERVICE, *_SYSTEM)

OBJECTS: tuple[SourceObject, ...] = tuple(each.object for each in TABLES)
