"""What is read from every account, as data: object types, associations, histories and settings.

Tables have HubSpot's plural names. Declared properties exist in the lake whatever the account has; custom and further
standard ones are added from its metadata.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sources.contract import Column, SourceObject

# what HubSpot calculates is a binary float: seventeen digits, most of them places
NUMBER = "DECIMAL(38,18)"
MODIFIED = "hs_lastmodifieddate"
MERGED = "hs_merged_object_ids"
# members of a record that are no properties; a property of such a name is kept as <name>__property
RECORD_COLUMNS = (Column("id", "VARCHAR"), Column("archived", "BOOLEAN"), Column("archivedAt", "TIMESTAMP"))
_TYPES = {"text": "VARCHAR", "number": NUMBER, "flag": "BOOLEAN", "moment": "TIMESTAMP", "day": "DATE"}
_LAG = timedelta(minutes=5)
# a change reaches the search late; whatever took less than this is read by the next window
_INDEX_LAG = timedelta(hours=6)
_OWNED = "hs_object_id hubspot_owner_id"
_NEW = "hs_createdate hs_lastmodifieddate"
_MADE = "createdate hs_lastmodifieddate"


@dataclass(frozen=True)
class Pair:
    """Associations of one object type's records with those of another; read from the side that comes later."""

    one: str
    two: str

    @property
    def table(self) -> str:
        """The lake table, which is the object's name too."""
        return f"{self.one}_to_{self.two}"


def record_type(name: str, *, cursor: str = MODIFIED, **columns: str) -> SourceObject:
    """Return an object type; each keyword is a kind of ``_TYPES``, its value property names."""
    declared: dict[str, str] = {}
    for kind, names in columns.items():
        declared |= dict.fromkeys(names.split(), _TYPES[kind])
    declared |= {cursor: "TIMESTAMP"}
    return SourceObject(
        name,
        name,
        ("id",),
        (*RECORD_COLUMNS, *(Column(each, kind) for each, kind in declared.items())),
        cursor,
        deleted_when='"archived"',
        lag=_LAG,
        lookback=_INDEX_LAG,
        deletes_by="the archived records, hs_merged_object_ids, absence from a complete read",
    )


def _listed(name: str, key: str, **columns: str) -> SourceObject:
    """Return what is read whole each time."""
    declared = {each: _TYPES[kind] for kind, names in columns.items() for each in names.split()}
    archives = "archived" in declared
    listed = tuple(Column(each, kind) for each, kind in declared.items())
    deleted_when = '"archived"' if archives else None
    return SourceObject(
        name, name, tuple(key.split()), listed, deleted_when=deleted_when, deletes_by="absence from each read"
    )


def _stages(name: str) -> SourceObject:
    text = "pipeline_id pipeline_label stage_id label probability is_closed ticket_state metadata"
    return _listed(name, "pipeline_id stage_id", text=text, number="display_order", flag="archived")


def _pair(pair: Pair) -> SourceObject:
    text = "from_id to_id category type_id label"
    return _listed(pair.table, "from_id to_id category type_id", text=text)


# as in a path: types that came later are documented under their objectTypeId or their singular
PATHS = {"leads": "0-136", "orders": "0-123", "subscriptions": "0-69"}
RECORDS: tuple[SourceObject, ...] = (
    record_type(
        "companies",
        text="name domain website phone address city state zip country industry lifecyclestage type hs_lead_status"
        f" hs_parent_company_id hs_analytics_source {MERGED} {_OWNED}",
        number="annualrevenue numberofemployees",
        moment=_MADE,
    ),
    record_type(
        "contacts",
        cursor="lastmodifieddate",
        text="email hs_additional_emails firstname lastname phone mobilephone jobtitle company associatedcompanyid"
        " address city state zip country lifecyclestage hs_lead_status hs_analytics_source hs_marketable_status"
        f" {MERGED} {_OWNED}",
        flag="hs_email_optout",
        day="date_of_birth",
        moment="createdate hs_lifecyclestage_lead_date hs_lifecyclestage_marketingqualifiedlead_date"
        " hs_lifecyclestage_salesqualifiedlead_date hs_lifecyclestage_opportunity_date"
        " hs_lifecyclestage_customer_date",
    ),
    record_type(
        "leads",
        text="hs_lead_name hs_lead_type hs_lead_label hs_pipeline hs_pipeline_stage hs_primary_contact_id"
        f" hs_associated_company {MERGED} {_OWNED}",
        moment=_NEW,
    ),
    record_type(
        "deals",
        text="dealname pipeline dealstage dealtype deal_currency_code hs_manual_forecast_category closed_lost_reason"
        f" closed_won_reason hs_analytics_source {MERGED} {_OWNED}",
        number="amount amount_in_home_currency hs_exchange_rate hs_deal_stage_probability hs_forecast_amount"
        " hs_projected_amount",
        flag="hs_is_closed hs_is_closed_won hs_is_closed_lost",
        moment=f"closedate {_MADE}",
    ),
    record_type(
        "products",
        text="name hs_sku hs_product_type hs_object_id",
        number="price hs_cost_of_goods_sold",
        moment=_MADE,
    ),
    record_type(
        "line_items",
        text="hs_product_id name hs_sku hs_line_item_currency_code recurringbillingfrequency"
        " hs_recurring_billing_period hs_object_id",
        number="quantity price discount hs_discount_percentage amount hs_position_on_quote",
        moment=_MADE,
    ),
    record_type(
        "orders",
        text="hs_order_name hs_external_order_id hs_external_order_status hs_fulfillment_status hs_currency_code"
        f" hs_source_store hs_pipeline hs_pipeline_stage {_OWNED}",
        number="hs_total_price hs_subtotal_price",
        moment=f"hs_external_created_date {_NEW}",
    ),
    record_type(
        "subscriptions",
        text="hs_name hs_status hs_currency_code hs_recurring_billing_frequency hs_object_id",
        number="hs_recurring_revenue",
        day="hs_recurring_billing_start_date hs_recurring_billing_end_date",
        moment=_NEW,
    ),
    record_type(
        "tickets",
        text="subject content hs_pipeline hs_pipeline_stage hs_ticket_priority hs_ticket_category source_type"
        f" {MERGED} {_OWNED}",
        moment=f"closed_date {_MADE}",
    ),
    record_type(
        "calls",
        text=f"hs_call_title hs_call_direction hs_call_disposition hs_call_status {_OWNED}",
        number="hs_call_duration",
        moment=f"hs_timestamp {_NEW}",
    ),
    record_type(
        "emails",
        text=f"hs_email_subject hs_email_direction hs_email_status {_OWNED}",
        moment=f"hs_timestamp {_NEW}",
    ),
    record_type(
        "meetings",
        text=f"hs_meeting_title hs_meeting_outcome {_OWNED}",
        moment=f"hs_timestamp hs_meeting_start_time hs_meeting_end_time {_NEW}",
    ),
    record_type(
        "tasks",
        text=f"hs_task_subject hs_task_status hs_task_type hs_task_priority {_OWNED}",
        moment=f"hs_timestamp hs_task_completion_date {_NEW}",
    ),
)
PAIRS = (
    Pair("contacts", "companies"),
    Pair("deals", "companies"),
    Pair("deals", "contacts"),
    Pair("line_items", "deals"),
    Pair("line_items", "orders"),
    Pair("orders", "companies"),
    Pair("orders", "contacts"),
    Pair("orders", "deals"),
    Pair("subscriptions", "companies"),
    Pair("subscriptions", "contacts"),
    Pair("line_items", "subscriptions"),
    Pair("tickets", "companies"),
    Pair("tickets", "contacts"),
    *(Pair(one, two) for one in ("calls", "emails", "meetings", "tasks") for two in ("companies", "contacts", "deals")),
)
HISTORY = SourceObject(
    "deal_stage_history",
    "deal_stage_history",
    ("deal_id", "timestamp", "value"),
    tuple(
        Column(name, "TIMESTAMP" if name == "timestamp" else "VARCHAR")
        for name in ("deal_id", "timestamp", "value", "sourceType", "sourceId", "sourceLabel", "updatedByUserId")
    ),
    cursor="timestamp",
    deletes_by="not found: what a deal's stages were stays true",
)
STAGES = {"deal_stages": "deals", "lead_stages": "leads", "order_stages": "orders", "ticket_stages": "tickets"}
_SETTINGS = (
    _listed("owners", "id", text="id email type firstName lastName userId userIdIncludingInactive teams",
            moment="createdAt updatedAt", flag="archived"),
    _listed("campaigns", "id", text="id hs_name hs_campaign_status hs_currency_code hs_owner hs_utm",
            number="hs_budget_items_sum_amount hs_spend_items_sum_amount", day="hs_start_date hs_end_date",
            moment="createdAt updatedAt"),
    _listed("company_currency", "currencyCode", text="currencyCode"),
    _listed("exchange_rates", "id", text="id fromCurrencyCode toCurrencyCode", number="conversionRate",
            moment="effectiveAt createdAt updatedAt", flag="visibleInUI"),
)  # fmt: skip
OBJECTS: tuple[SourceObject, ...] = (
    *RECORDS,
    *(_pair(each) for each in PAIRS),
    HISTORY,
    *(_stages(name) for name in STAGES),
    *_SETTINGS,
)
