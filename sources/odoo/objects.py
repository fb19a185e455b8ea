"""The tables read from every installation, as data: declared columns, keys, what dates a row, what moves without date.

Declared columns are those of all versions together: they exist in the lake whatever the installation has, a renamed one
under both names. A text that is translated, or differs by company, is jsonb in newer versions and lands as its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sources.contract import Column, SourceObject
from sources.databases.objects import DatabaseObject, columns, database_object

#: ``write_date`` is when the transaction began, and imports and scheduled jobs run for hours.
LOOKBACK = timedelta(hours=6)
#: What users and portal links log in with.
UNREAD = (
    "password", "password_crypt", "new_password", "totp_secret", "signup_token", "access_token", "oauth_access_token",
    "google_calendar_rtoken", "google_calendar_token", "microsoft_calendar_rtoken", "microsoft_calendar_token",
)  # fmt: skip


def model(name: str, declared: Sequence[Column] = (), *, moved: str = "", is_always: bool = False) -> DatabaseObject:
    """Return a model's table: keyed by ``id``, dated by ``write_date``, deleted without trace.

    ``moved`` names what points to a partner: a merge of partners moves it by SQL, past every ``write_date``.
    """
    return database_object(
        name,
        "id",
        (*declared, *columns(number="id create_uid write_uid", moment="create_date")),
        cursor="write_date",
        lookback=LOOKBACK,
        watched=moved.split(),
        is_always=is_always,
        unread=UNREAD,
    )


def _relation(name: str, *key: str) -> DatabaseObject:
    """Return the table of a many-to-many field: two ids and no date, so it is read whole."""
    return database_object(name, key, columns(number=" ".join(key)))


_ADDRESS = "street street2 city zip"
_UTM = "campaign_id medium_id source_id"

_PARTIES = (
    model(
        "res_partner",
        columns(
            text=f"name complete_name type ref lang vat company_registry email email_normalized phone mobile website "
            f"function title {_ADDRESS}",
            number="parent_id state_id country_id user_id team_id company_id industry_id commercial_partner_id "
            "customer_rank supplier_rank",
            flag="is_company active partner_share customer supplier opt_out",
            day="birthdate_date",
        ),
        moved="parent_id commercial_partner_id",
        is_always=True,
    ),
    model("res_partner_category", columns(text="name", number="parent_id", flag="active")),
    _relation("res_partner_res_partner_category_rel", "partner_id", "category_id"),
    model("res_partner_industry", columns(text="name full_name", flag="active")),
    model("res_country", columns(text="name code"), is_always=True),
    model("res_country_state", columns(text="name code", number="country_id"), is_always=True),
    model(
        "res_users",
        columns(text="login", number="partner_id company_id sale_team_id", flag="active share"),
        moved="partner_id",
        is_always=True,
    ),
    model("res_company", columns(text="name", number="partner_id currency_id"), moved="partner_id", is_always=True),
    model("mail_blacklist", columns(text="email", flag="active")),
)

_LEADS = (
    model(
        "crm_lead",
        columns(
            text=f"type name partner_name contact_name email_from email_normalized phone mobile function website "
            f"{_ADDRESS} priority referred won_status",
            number="partner_id stage_id user_id team_id company_id state_id country_id lost_reason_id lost_reason "
            f"{_UTM}",
            money="expected_revenue planned_revenue prorated_revenue recurring_revenue",
            real="probability automated_probability",
            flag="active",
            moment="date_open date_closed date_conversion date_last_stage_update",
            day="date_deadline",
        ),
        moved="partner_id",
    ),
    model("crm_stage", columns(text="name", number="sequence team_id", real="probability", flag="is_won fold")),
    model("crm_team", columns(text="name", number="user_id company_id", flag="active")),
    model("crm_lost_reason", columns(text="name", flag="active")),
    model("crm_recurring_plan", columns(text="name", number="number_of_months")),
    model("crm_tag", columns(text="name")),
    _relation("crm_tag_rel", "lead_id", "tag_id"),
    model("crm_lead_tag", columns(text="name")),
    _relation("crm_lead_tag_rel", "lead_id", "tag_id"),
)

_CONTACT_HISTORY = (
    model(
        "mail_message",
        columns(
            text="model message_type subject",
            number="res_id author_id subtype_id mail_activity_type_id",
            flag="is_internal",
            moment="date",
        ),
        moved="author_id res_id",
    ),
    model("mail_message_subtype", columns(text="name", flag="internal")),
    model(
        "mail_tracking_value",
        columns(
            text="field old_value_char new_value_char",
            number="mail_message_id field_id old_value_integer new_value_integer",
        ),
    ),
    model(
        "mail_activity",
        columns(
            text="res_model summary",
            number="res_id activity_type_id user_id",
            flag="active",
            day="date_deadline",
        ),
        moved="res_id",
    ),
    model("mail_activity_type", columns(text="name category", flag="active")),
    model(
        "calendar_event",
        columns(
            text="name res_model",
            number="user_id opportunity_id res_id",
            real="duration",
            flag="allday active",
            moment="start stop",
            day="start_date stop_date",
        ),
        moved="res_id",
    ),
    _relation("calendar_event_res_partner_rel", "calendar_event_id", "res_partner_id"),
)

_SALES = (
    model(
        "sale_order",
        columns(
            text="name state origin client_order_ref invoice_status delivery_status",
            number="partner_id partner_invoice_id partner_shipping_id user_id team_id company_id opportunity_id "
            f"pricelist_id currency_id {_UTM}",
            money="currency_rate amount_untaxed amount_tax amount_total",
            flag="locked",
            moment="date_order commitment_date effective_date",
            day="validity_date",
        ),
        moved="partner_id partner_invoice_id partner_shipping_id",
    ),
    model(
        "sale_order_line",
        columns(
            text="name display_type state",
            number="order_id product_id sequence currency_id order_partner_id",
            money="product_uom_qty qty_delivered qty_invoiced price_unit discount price_subtotal price_tax price_total",
        ),
        moved="order_partner_id",
    ),
    _relation("sale_order_line_invoice_rel", "order_line_id", "invoice_line_id"),
    model(
        "account_move",
        columns(
            text="name move_type type state payment_state",
            number="partner_id commercial_partner_id invoice_user_id team_id currency_id reversed_entry_id company_id",
            money="amount_untaxed amount_total amount_residual amount_untaxed_signed amount_total_signed",
            day="invoice_date date invoice_date_due",
        ),
        moved="partner_id commercial_partner_id",
    ),
    model(
        "account_move_line",
        columns(
            text="display_type",
            number="move_id product_id partner_id",
            money="quantity price_unit discount price_subtotal balance",
        ),
        moved="partner_id",
    ),
    model(
        "account_invoice",
        columns(
            text="number type state",
            number="partner_id commercial_partner_id user_id team_id currency_id refund_invoice_id company_id",
            money="amount_untaxed amount_total residual",
            day="date_invoice date_due",
        ),
        moved="partner_id commercial_partner_id",
    ),
    model(
        "account_invoice_line",
        columns(number="invoice_id product_id partner_id", money="quantity price_unit discount price_subtotal"),
        moved="partner_id",
    ),
)

_CATALOGUE = (
    model(
        "product_template",
        columns(text="name type", number="categ_id company_id", money="list_price", flag="sale_ok active"),
    ),
    model(
        "product_product",
        columns(text="default_code barcode standard_price", number="product_tmpl_id", flag="active"),
    ),
    model("product_category", columns(text="name complete_name", number="parent_id")),
    model("product_pricelist", columns(text="name", number="currency_id company_id", flag="active")),
    model(
        "product_pricelist_item",
        columns(
            text="compute_price applied_on",
            number="pricelist_id product_tmpl_id product_id",
            money="fixed_price percent_price min_quantity",
        ),
    ),
    model("res_currency", columns(text="name", flag="active"), is_always=True),
    model(
        "res_currency_rate",
        columns(number="currency_id company_id", money="rate", day="name"),
        is_always=True,
    ),
)

_MARKETING = (
    model("utm_campaign", columns(text="name title", number="user_id stage_id", flag="active")),
    model("utm_medium", columns(text="name", flag="active")),
    model("utm_source", columns(text="name")),
    model("utm_stage", columns(text="name")),
    model("mailing_mailing", columns(text="subject state mailing_type", number=_UTM, moment="sent_date")),
    model("mailing_contact", columns(text="name company_name email email_normalized")),
    model(
        "mailing_trace",
        columns(
            text="model email trace_status state",
            number="res_id campaign_id mass_mailing_id",
            moment="sent_datetime open_datetime reply_datetime links_click_datetime sent opened replied clicked",
        ),
        moved="res_id",
    ),
)

# what the installation says of its own fields, and company-dependent values of older versions
_FIELDS = (
    model("ir_model", columns(text="model name")),
    model(
        "ir_model_fields",
        columns(text="model name ttype relation state", flag="store company_dependent"),
    ),
    model("ir_model_fields_selection", columns(text="value name", number="field_id")),
    model(
        "ir_property",
        columns(
            text="name type res_id value_text value_reference", number="company_id value_integer", real="value_float"
        ),
    ),
)

TABLES: tuple[DatabaseObject, ...] = (
    *_PARTIES, *_LEADS, *_CONTACT_HISTORY, *_SALES, *_CATALOGUE, *_MARKETING, *_FIELDS,
)  # fmt: skip

OBJECTS: tuple[SourceObject, ...] = tuple(each.object for each in TABLES)
