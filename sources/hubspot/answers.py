"""What HubSpot's answers mean: categories, rate-limit policies, and the edge servers in front of the API."""

from __future__ import annotations

import json
from typing import Any

import httpx

from sources.http import Refusal, judge_by_status

_SIGN_IN = "Check the token of the private app, or client_id, client_secret and refresh_token."
_REMEDIES = {
    "INVALID_AUTHENTICATION": _SIGN_IN,
    "EXPIRED_AUTHENTICATION": _SIGN_IN,
    "BAD_REFRESH_TOKEN": "Authorize the app again and configure the new refresh_token.",
    "BAD_CLIENT_ID": "Check client_id and client_secret.",
}
# 423 the account is locked for a moment, 477 it moves to another data centre, 521 and up the edge had no answer
_TRY_AGAIN = frozenset({423, 477, 521, 522, 523, 524, 525})
_WAITS = {423: 2.0, 477: 10.0}
_POLICY_WAITS = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}


def judge(response: httpx.Response) -> Refusal | None:
    """Return what an answer means; None for a success, 207 included. The body must have been read if it is none."""
    if response.is_success:
        return None
    body, status = _body(response), response.status_code
    if status in _TRY_AGAIN:
        return Refusal(
            "retry", f"HTTP {status}: {body.get('message') or ''}".rstrip(": "), None, "", _WAITS.get(status)
        )
    if "message" not in body:
        return judge_by_status(response)
    code = str(body.get("category") or body.get("errorType") or body.get("status"))
    text = f"{code}: {body['message']}"
    if status == 429:
        return _limited(text, str(body.get("policyName") or ""))
    if status == 401:
        return Refusal("sign_in", text, code, _SIGN_IN)
    if code == "MISSING_SCOPES":
        scopes = _scopes(body)
        remedy = f"Give the app the scope{'s' if len(scopes) > 1 else ''} {', '.join(scopes)}" if scopes else "Grant it"
        return Refusal("error", text, code, f"{remedy}, or name the object in skip_objects.")
    by_status = judge_by_status(response)
    return Refusal(by_status.kind if by_status else "error", text, code, _REMEDIES.get(code, ""))


def _limited(text: str, policy: str) -> Refusal:
    """A limit of seconds is waited for; that of the day ends the reading until midnight in the account's time zone."""
    if policy == "DAILY" or (not policy and "daily" in text):
        return Refusal("quota", text, policy, "It is free again at midnight, account time. What was committed is kept.")
    return Refusal("retry", text, policy, "", _POLICY_WAITS.get(policy))


def _scopes(body: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for error in body.get("errors") or []:
        found += (error.get("context") or {}).get("requiredGranularScopes") or []
    return found


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
