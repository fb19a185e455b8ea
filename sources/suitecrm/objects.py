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
_DELETED = '"deleted" = 1'


def _table(
    name: str, declared: Sequence[Column] = (), *, is_always: bool = False, unread: Sequence[str] = ()
) -> DatabaseObject:
    """Return a table with an ``id``, a ``date_modified``, and a flag of deleted rows that SQL may move too."""
    return database_object(
        name,
        "id",
        (*declared, *columns(number="deleted", moment=_MODIFIED)),
        cursor=_MODIFIED,
        deleted_when=_DELETED,
        watched=["deleted"],
        is_always=is_always,
        unread=unread,
    )


def _module(name: str, *, is_always: bool = False, unread: Sequence[str] = (), **kinds: str) -> DatabaseObject:
    """Return a module's table; ``kinds`` as ``columns`` takes them, beside those that every module has."""
    common = columns(text=f"name {_BY}", moment="date_entered")
    own = columns(**kinds)
    named = {each.name for each in own}
    declared = (*own, *(each for each in common if each.name not in named))
    return _table(name, declared, is_always=is_always, unread=unread)


def _relation(name: str, linked: str) -> DatabaseObject:
    """Return a relation table: it changes without the records it links, and has its own date."""
    return _table(name, columns(text=linked))


def _custom_fields(module: str) -> DatabaseObject:
    """Return the table of a module's custom fields, which its records date: it has no date of its own."""
    dated_by = DatedBy("id_c", module, "id")
    return database_object(f"{module}_cstm", "id_c", cursor=_MODIFIED, dated_by=dated_by)


def _audit(module: str) -> DatabaseObject:
    """Return the table of the changes of a module's audited fields: rows that are added, and stay as they are."""
    told = "parent_id created_by field_name data_type before_value_string after_value_string"
    return database_object(f"{module}_audit", "id", columns(text=told), cursor="date_created")


def custom_module(name: str) -> DatabaseObject:
    """Return a table that only this installation has: a module's custom fields or audit, or a module of its own."""
    if name.endswith("_cstm"):
        return _custom_fields(name.removesuffix("_cstm"))
    return _audit(name.removesuffix("_audit")) if name.endswith("_audit") else _module(name)


def _address(kind: str) -> str:
    return " ".join(f"{kind}_address_{part}" for part in ("street", "city", "state", "postalcode", "country"))


_PERSON = (
    "salutation first_name last_name title department phone_home phone_mobile phone_work phone_other phone_fax "
    f"lawful_basis lawful_basis_source lead_source campaign_id {_address('primary')} {_address('alt')}"
)
_ABOUT = "parent_type parent_id"
_TOTALS = "total_amt discount_amount subtotal_amount tax_amount shipping_amount shipping_tax_amt total_amount"
_BILLED = "billing_account_id billing_contact_id currency_id"

_PARTIES = (
    _module(
        "accounts",
        text=f"account_type industry annual_revenue employees phone_office phone_alternate website parent_id "
        f"campaign_id {_address('billing')} {_address('shipping')}",
        is_always=True,
    ),
    _module(
        "contacts", text=f"{_PERSON} reports_to_id", number="do_not_call", day="birthdate date_reviewed", is_always=True
    ),
    _module(
        "leads",
        text=f"{_PERSON} refered_by lead_source_description status status_description account_name account_description "
        "contact_id account_id opportunity_id opportunity_name opportunity_amount website",
        number="converted do_not_call",
        day="birthdate date_reviewed",
        is_always=True,
    ),
    _module("prospects", text=f"{_PERSON} account_name lead_id", number="do_not_call", day="birthdate"),
    _module("users", text="user_name first_name last_name status employee_status reports_to_id title department",
            number="is_admin", is_always=True, unread=["user_hash"]),
    _table("email_addresses", columns(text="email_address email_address_caps confirm_opt_in",
                                      number="invalid_email opt_out", moment="confirm_opt_in_date date_created")),
    _table("email_addr_bean_rel", columns(text="email_address_id bean_id bean_module",
                                          number="primary_address reply_to_address", moment="date_created")),
    _module("securitygroups"),
    _relation("securitygroups_users", "securitygroup_id user_id"),
    _relation("securitygroups_records", "securitygroup_id record_id module"),
)  # fmt: skip

_SALES = (
    _module("opportunities", text="opportunity_type campaign_id lead_source currency_id next_step sales_stage",
            money="amount amount_usdollar probability", day="date_closed", is_always=True),
    _relation("accounts_contacts", "contact_id account_id"),
    _relation("accounts_opportunities", "opportunity_id account_id"),
    _relation("opportunities_contacts", "contact_id opportunity_id contact_role"),
    _module("aos_product_categories", text="parent_category_id"),
    _module("aos_products", text="part_number category aos_product_category_id type currency_id", money="cost price"),
    _module("aos_quotes", text=f"{_BILLED} opportunity_id term stage approval_status invoice_status",
            number="number", money=_TOTALS, day="expiration"),
    _module("aos_invoices", text=f"{_BILLED} status", number="number quote_number", money=_TOTALS,
            day="quote_date invoice_date due_date"),
    _module("aos_contracts", text="contract_account_id opportunity_id status currency_id",
            money="total_contract_value", day="start_date end_date"),
    _module("aos_products_quotes", text=f"{_ABOUT} product_id group_id discount vat", number="number",
            money="product_qty product_cost_price product_list_price product_discount product_discount_amount "
            "product_unit_price vat_amt product_total_price"),
    _module("aos_line_item_groups", text=f"{_ABOUT} currency_id", number="number", money="total_amount"),
    _relation("aos_quotes_aos_invoices_c", ""),
    _table("currencies", columns(text="name symbol iso4217 status created_by", money="conversion_rate",
                                 moment="date_entered")),
)  # fmt: skip

_ACTIVITIES = (
    _module("calls", text=f"status direction {_ABOUT}", number="duration_hours duration_minutes",
            moment="date_start date_end"),
    _module("meetings", text=f"status type location {_ABOUT}", number="duration_hours duration_minutes",
            moment="date_start date_end"),
    _module("tasks", text=f"status priority contact_id {_ABOUT}", moment="date_due date_start"),
    _module("notes", text=f"contact_id filename file_mime_type {_ABOUT}"),
    # older versions call the time date_sent
    _module("emails", text=f"message_id type status intent mailbox_id {_ABOUT}", moment="date_sent_received date_sent"),
    database_object("emails_text", "email_id", columns(text="from_addr to_addrs description", number="deleted"),
                    cursor=_MODIFIED, dated_by=DatedBy("email_id", "emails", "id"), deleted_when=_DELETED,
                    watched=["deleted"]),
    _relation("emails_beans", "email_id bean_id bean_module"),
    # it has no date at all
    database_object("emails_email_addr_rel", "id", columns(text="email_id address_type email_address_id",
                                                           number="deleted"), deleted_when=_DELETED),
    *(_relation(f"{each}s_{whom}s", f"{each}_id {whom}_id accept_status")
      for each in ("call", "meeting") for whom in ("contact", "lead", "user")),
    _module("cases", text="type status priority resolution account_id state contact_created_by_id",
            number="case_number"),
    _relation("contacts_cases", "contact_id case_id contact_role"),
)  # fmt: skip

_MARKETING = (
    _module("campaigns", text="status currency_id campaign_type objective tracker_key", number="impressions",
            money="budget expected_cost actual_cost expected_revenue", day="start_date end_date"),
    _table("campaign_log", columns(text="campaign_id target_tracker_key target_id target_type activity_type related_id "
                                   "related_type list_id marketing_id", number="archived hits",
                                   moment="activity_date")),
    _module("prospect_lists", text="list_type"),
    _relation("prospect_list_campaigns", "prospect_list_id campaign_id"),
    _relation("prospect_lists_prospects", "prospect_list_id related_id related_type"),
    _table("fields_meta_data", columns(text="name custom_module type")),
)  # fmt: skip

_CUSTOMIZED = (
    "accounts contacts leads prospects users opportunities aos_products aos_quotes aos_invoices aos_contracts "
    "aos_products_quotes calls meetings tasks notes cases campaigns"
)
_AUDITED = "accounts contacts leads opportunities cases aos_quotes aos_invoices"

TABLES: tuple[DatabaseObject, ...] = (
    *_PARTIES,
    *_SALES,
    *_ACTIVITIES,
    *_MARKETING,
    *(_custom_fields(each) for each in _CUSTOMIZED.split()),
    *(_audit(each) for each in _AUDITED.split()),
)

OBJECTS: tuple[SourceObject, ...] = tuple(each.object for each in TABLES)
