"""What Salesforce's answers mean: its error codes, its limits, its session expiry."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

from sources.http import Refusal, judge_by_status

GRANT_READ = "Give the integration user's permission set Read and View All on the object."
_REMEDIES = {
    "INVALID_TYPE": f"The org has no such object, or the integration user may not see it. {GRANT_READ}",
    "NOT_FOUND": f"The org has no such object, or the integration user may not see it. {GRANT_READ}",
    "INSUFFICIENT_ACCESS": GRANT_READ,
    "API_DISABLED_FOR_ORG": "Give the integration user the permission 'API Enabled'.",
    "INVALID_FIELD": "A field vanished while it was read; run again.",
    "invalid_client_id": "Check client_id: the consumer key of the External Client App.",
    "invalid_client": "Check client_secret: the consumer secret of the External Client App.",
    "invalid_grant": "Check the user that the app runs as, its approval for the app, and for JWT the audience.",
    "inactive_user": "Activate the integration user.",
}
QUOTA_REMEDY = "The limit rolls over 24 hours. What was committed is kept; the next run continues."
# the share of one app, per-app-api-usage, stands beside that of the org
_USAGE = re.compile(r"(?<!-)\bapi-usage=(\d+)/(\d+)")


def judge(response: httpx.Response) -> Refusal | None:
    """Return what an answer of Salesforce means; None for a success. The body must have been read if it is none."""
    if response.is_success or response.status_code == 304:
        return None
    code, message = _first_error(response)
    if code is None:
        return judge_by_status(response)
    text = f"{code}: {message}" if message else code
    if code == "REQUEST_LIMIT_EXCEEDED":
        # only the limit on requests under way at once passes while one waits
        waiting_helps = "concurrent" in message.lower()
        return Refusal("retry", text, code) if waiting_helps else Refusal("quota", text, code, QUOTA_REMEDY)
    if code == "INVALID_SESSION_ID" or response.status_code == 401:
        return Refusal("sign_in", text, code, _REMEDIES.get(code, "Check the app's session policies."))
    if "login rate exceeded" in message.lower() or code in ("SERVER_UNAVAILABLE", "UNABLE_TO_LOCK_ROW"):
        return Refusal("retry", text, code)
    if code == "QUERY_TIMEOUT":
        # the same query would take as long again: the reader asks for less instead
        return Refusal("error", text, code)
    by_status = judge_by_status(response)
    kind = by_status.kind if by_status else "error"
    return Refusal(kind, text, code, _REMEDIES.get(code, ""))


def _first_error(response: httpx.Response) -> tuple[str | None, str]:
    """Return the code and message: API errors are a list of objects, token errors one object of another shape."""
    try:
        body: Any = json.loads(response.content)
    except ValueError:
        return None, ""
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return None, ""
    code = first.get("errorCode") or first.get("error")
    return (str(code) if code else None), str(first.get("message") or first.get("error_description") or "")


def api_usage(headers: httpx.Headers) -> tuple[int, int] | None:
    """Return the org's API requests of the last 24 hours and its limit, or None where the answer does not say."""
    found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
    return (int(found[1]), int(found[2])) if found else None
