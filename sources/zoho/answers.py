"""What Zoho's answers mean: error objects of any HTTP status, 200 included, throttling, refused tokens."""

from __future__ import annotations

import json
from typing import Any

import httpx

from sources.http import ApiError, Refusal, judge_by_status

SCOPES = "Make a refresh token with every scope that sources/zoho/README.md lists."
GRANT_READ = (
    "Give the user whose refresh token it is a profile with View on the module, and a role that sees all records."
)
_DATA_CENTRE = "Check client_id and accounts_url: each data centre has clients and tokens of its own."
_REMEDIES = {
    "OAUTH_SCOPE_MISMATCH": SCOPES,
    "NO_PERMISSION": GRANT_READ,
    "INVALID_MODULE": GRANT_READ,
    "invalid_client": _DATA_CENTRE,
    "invalid_code": f"Check refresh_token: it may have been revoked. {_DATA_CENTRE}",
    "invalid_client_secret": "Check client_secret.",
}
_NOT_SIGNED_IN = ("INVALID_TOKEN", "AUTHENTICATION_FAILURE")
_PASSING = ("INTERNAL_ERROR", "TOO_MANY_REQUESTS", "Access Denied")
# Zoho counts calls by the minute and names no time to wait
_THROTTLED_SECONDS = 60.0


def judge(response: httpx.Response) -> Refusal | None:
    """Return what an answer means by its status; None for a success, for no content and for not modified."""
    if response.is_success or response.status_code == 304:
        return None
    try:
        document: Any = json.loads(response.content)
    except ValueError:
        document = None
    found = _error(document)
    if found is None:
        return judge_by_status(response)
    refusal = _refusal(*found)
    if refusal.kind == "error" and (by_status := judge_by_status(response)) and by_status.kind == "retry":
        return Refusal("retry", refusal.message, refusal.code, wait_seconds=_pause(response.status_code))
    return refusal


def judge_json(document: Any) -> Refusal | None:
    """Return what the JSON of a successful answer means: errors and pages that lack rows come with HTTP 200 too."""
    if not isinstance(document, dict):
        return Refusal("retry", "the answer is no JSON object")
    if (found := _error(document)) is not None:
        return _refusal(*found)
    # the records are under data, users under users
    info, lists = document.get("info"), [each for each in document.values() if isinstance(each, list)]
    promised = info.get("count") if isinstance(info, dict) else None
    if len(lists) == 1 and promised is not None and int(promised) != len(lists[0]):
        return Refusal("retry", f"a page holds {len(lists[0])} records where its info counts {promised}")
    return None


def is_gone(error: ApiError) -> bool:
    """Whether an error says that a list of a module does not exist, rather than that it may not be read."""
    return error.code in ("INVALID_MODULE", "INVALID_URL_PATTERN", "FEATURE_NOT_SUPPORTED", "INVALID_REQUEST_METHOD")


def _error(document: Any) -> tuple[str, str] | None:
    """Return code and message of an error, of the API's shape or of the accounts server's; None for no error."""
    if not isinstance(document, dict):
        return None
    if document.get("status") == "error" and document.get("code"):
        details = document.get("details") or ""
        words = str(document.get("message") or "")
        return str(document["code"]), f"{words} {json.dumps(details, default=str)}" if details else words
    if isinstance(document.get("error"), str):
        return str(document["error"]), str(document.get("error_description") or "")
    return None


def _refusal(code: str, message: str) -> Refusal:
    text = f"{code}: {message}" if message else code
    if code in _PASSING:
        return Refusal("retry", text, code, wait_seconds=None if code == "INTERNAL_ERROR" else _THROTTLED_SECONDS)
    if code in _NOT_SIGNED_IN:
        return Refusal("sign_in", text, code, SCOPES)
    return Refusal("error", text, code, _REMEDIES.get(code, ""))


def _pause(status: int) -> float | None:
    return _THROTTLED_SECONDS if status == 429 else None
