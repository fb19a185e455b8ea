"""What a HubSpot source takes in crm_sources.yaml."""

from __future__ import annotations

from sources.config import Option
from sources.reconciling import RECONCILE, SHRINK_LIMIT

AUTH = Option("auth", "how to sign in", default="private_app", choices=("private_app", "oauth"))

OPTIONS: tuple[Option, ...] = (
    AUTH,
    Option("private_app_token", "access token of a private app", secret=True, required_if=("auth", "private_app")),
    Option(
        "client_id",
        "client id of the app, for auth oauth",
        required_if=("auth", "oauth"),
        example="${HUBSPOT_CLIENT_ID}",
    ),
    Option("client_secret", "client secret of the app, for auth oauth", secret=True, required_if=("auth", "oauth")),
    Option("refresh_token", "the refresh token, for auth oauth", secret=True, required_if=("auth", "oauth")),
    Option("api_url", "where the API is", default="https://api.hubapi.com"),
    Option("skip_objects", "objects not to read, by lake table", type=list, example=["subscriptions"], default=None),
    Option(
        "extra_objects",
        "further objects to read: invoices, quotes, notes, or a custom one by its qualified name",
        type=list,
        example=["p1234_machines"],
        default=None,
    ),
    RECONCILE,
    SHRINK_LIMIT,
)
