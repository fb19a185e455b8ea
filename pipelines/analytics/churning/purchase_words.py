"""What is told of a customer who may stop buying: features by theme, their words, and the rule where no model is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.analytics.scoring.drivers import counted, in_words
from pipelines.analytics.scoring.encoding import Floats

if TYPE_CHECKING:
    import pandas as pd

# features of one theme move together, so that their effect is measured together
THEMES = {
    "rhythm": (
        "recency_days",
        "usual_gap_days",
        "longest_gap_days",
        "last_gap_days",
        "gap_variation",
        "silence_in_gaps",
        "silence_in_longest_gaps",
        "no_purchase_rate",
    ),
    "frequency": ("purchase_count", "purchase_count_90_days", "purchase_count_365_days", "tenure_days", "known_days"),
    "money": ("average_amount", "last_amount", "amount_365_days", "amount_before", "amount_trend"),
    "contact": (
        "contact_recency_days",
        "contact_count_90_days",
        "contact_count_365_days",
        "inbound_count_365_days",
    ),
    "promotions": ("promotion_recency_days", "promotion_count_365_days", "response_count_365_days"),
    "service": ("case_recency_days", "case_count_365_days", "open_case_count"),
    "deals": ("open_deal_count", "deal_recency_days"),
    "returns": ("return_count",),
    "channels": ("channel_count", "last_channel"),
    "sources": ("known_to",),
    "type": ("customer_type",),
}

_USUAL = "cast(round(usual_gap_days) as integer)"
_WORDS = {
    "rhythm": f"""
        case
            when recency_days = 0 then 'bought on the last day'
            else 'no order for ' || {counted("recency_days", "day")}
        end
        || case
            when usual_gap_days is null then ', after a single one'
            else ', usually every ' || {counted(_USUAL, "day")}
        end""",
    "frequency": f"""
        {counted("purchase_count_365_days", "day with an order", "days with an order")}
        || ' in the last year, ' || purchase_count || ' since the first one '
        || {counted("tenure_days", "day")} || ' ago'""",
    "money": """
        'bought for ' || cast(amount_365_days as decimal(18, 2)) || ' in the last year'
        || case
            when tenure_days > 365 then ', for ' || cast(amount_before as decimal(18, 2)) || ' the year before'
            else ''
        end""",
    "contact": f"""
        case
            when contact_recency_days is null then 'never in contact'
            else 'last in contact ' || {counted("contact_recency_days", "day")} || ' ago'
        end""",
    "promotions": f"""
        case
            when promotion_recency_days is null then 'never in a promotion'
            else 'last in a promotion ' || {counted("promotion_recency_days", "day")} || ' ago'
        end""",
    "service": f"""
        case
            when open_case_count > 0 then {counted("open_case_count", "open service case")}
            when case_recency_days is null then 'no service case ever'
            else 'last service case ' || {counted("case_recency_days", "day")} || ' ago'
        end""",
    "deals": f"""
        case
            when open_deal_count > 0 then {counted("open_deal_count", "open opportunity", "open opportunities")}
            when deal_recency_days is null then 'never an opportunity'
            else 'no open opportunity'
        end""",
    "returns": counted("return_count", "returned order"),
    "channels": f"""
        'bought through ' || {counted("channel_count", "channel")} || coalesce(', last ' || last_channel, '')""",
    "sources": "'known to ' || known_to",
    "type": "'is ' || case customer_type when 'organization' then 'an organization' else 'a person' end",
}

# SQL over the features and drivers of a row
REASONS = in_words(_WORDS, "Raised by", "Lowered by")


def by_rule(table: pd.DataFrame) -> Floats:
    """Return rule-of-thumb rates: by how long the silence is, in the customer's own usual gaps where there are any.

    Up to one usual gap 0.3, up to two 0.6, beyond 0.9. After a single order 0.6 for half a year, then 0.9.
    """
    silence = table["silence_in_gaps"].to_numpy(dtype=np.float64, na_value=np.nan)
    recency = table["recency_days"].to_numpy(dtype=np.float64)
    of_repeaters = np.select([silence <= 1, silence <= 2], [0.3, 0.6], 0.9)
    return np.where(np.isnan(silence), np.where(recency <= 180, 0.6, 0.9), of_repeaters)
