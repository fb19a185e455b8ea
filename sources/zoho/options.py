"""What a Zoho CRM source takes in crm_sources.yaml."""

from __future__ import annotations

from sources.config import Option
from sources.reconciling import RECONCILE, SHRINK_LIMIT

OPTIONS: tuple[Option, ...] = (
    Option(
        "accounts_url",
        "the accounts server of the organization's data centre (.com, .eu, .in, .com.au, .jp, .com.cn, .sa)",
        default="https://accounts.zoho.com",
        example="https://accounts.zoho.eu",
    ),
    Option(
        "client_id",
        "the id of a self client made in that data centre's API console",
        required=True,
        example="${ZOHO_CLIENT_ID}",
    ),
    Option("client_secret", "its secret", required=True, secret=True),
    Option("refresh_token", "a refresh token with the scopes of sources/zoho/README.md", required=True, secret=True),
    Option("skip_objects", "objects not to read, by API name", type=list, example=["Stage_History"], default=None),
    Option("extra_objects", "further modules to read, by API name", type=list, example=["Vendors"], default=None),
    RECONCILE,
    SHRINK_LIMIT,
    Option("bulk_above_rows", "whole reads of more records than this go through bulk read", type=int, default=50_000),
    Option(
        "related_records",
        "deals whose stage history is asked for in one run, at one request each; the next run goes on behind them",
        type=int,
        default=5_000,
    ),
)
