"""What a Dynamics 365 source takes in crm_sources.yaml."""

from __future__ import annotations

from sources.config import Option
from sources.reconciling import RECONCILE, SHRINK_LIMIT

OPTIONS: tuple[Option, ...] = (
    Option("url", "the environment's URL", required=True, example="https://acme.crm4.dynamics.com"),
    Option(
        "tenant_id", "the Microsoft Entra tenant of the application", required=True, example="${DYNAMICS_TENANT_ID}"
    ),
    Option("client_id", "the application's id", required=True, example="${DYNAMICS_CLIENT_ID}"),
    Option("client_secret", "the application's secret", required=True, secret=True),
    Option("authority_url", "where tokens come from", default="https://login.microsoftonline.com"),
    Option("skip_objects", "tables not to read, by logical name", type=list, example=["activityparty"], default=None),
    Option(
        "extra_objects", "further tables to read, by logical name", type=list, example=["new_project"], default=None
    ),
    RECONCILE,
    SHRINK_LIMIT,
    Option("page_rows", "rows asked for in one page, at most 5000", type=int, default=5_000),
)
