"""What a Salesforce source takes in crm_sources.yaml."""

from __future__ import annotations

from sources.config import Option
from sources.reconciling import RECONCILE, SHRINK_LIMIT

AUTH = Option("auth", "how to sign in", default="client_credentials", choices=("client_credentials", "jwt"))

OPTIONS: tuple[Option, ...] = (
    Option(
        "login_url",
        "the org's My Domain; with auth jwt also https://login.salesforce.com",
        required=True,
        unless="export",
        example="https://acme.my.salesforce.com",
    ),
    AUTH,
    Option(
        "client_id",
        "consumer key of the External Client App",
        required=True,
        unless="export",
        example="${SALESFORCE_CLIENT_ID}",
    ),
    Option(
        "client_secret",
        "consumer secret of the app",
        secret=True,
        required_if=("auth", "client_credentials"),
        unless="export",
    ),
    Option("username", "the integration user", required_if=("auth", "jwt"), example="warehouse@acme.com"),
    Option("private_key", "RSA key of the app's certificate, PEM text, for auth jwt", secret=True),
    Option("private_key_file", "the same key as a file, read if given", example="salesforce.pem"),
    Option("jwt_audience", "the audience of the JWT, if it is not login_url", example="https://login.salesforce.com"),
    Option("currency", "the currency of an org without multiple currencies: its amounts do not say it", example="EUR"),
    Option("api_version", "version of the API", default="60.0"),
    Option("skip_objects", "objects not to read", type=list, example=["Event"], default=None),
    Option(
        "extra_objects",
        "further objects to read, by API name; `sources check` lists the custom ones",
        type=list,
        example=["Invoice__c"],
        default=None,
    ),
    Option("export", "weekly Data Export to read instead of the API", example="exports/*/WE_*.ZIP"),
    Option("export_encoding", "the encoding that was chosen for it in the org", default="utf-8"),
    RECONCILE,
    SHRINK_LIMIT,
    Option("bulk_above_rows", "reads of more rows than this go through the Bulk API", type=int, default=10_000),
    Option("bulk_page_rows", "rows in one page of a Bulk API result", type=int, default=100_000),
    Option("api_usage_limit", "share (0-1) of the org's daily API requests to stop at", type=float, default=1.0),
)
