"""What Dataverse's answers mean, and those of Microsoft's sign-in: error codes, throttling, expired delta tokens."""

from __future__ import annotations

import json
from typing import Any

import httpx

from sources.http import Refusal, judge_by_status

GRANT_READ = "Give the application user a security role with Read on the table, for the whole organization."
_THROTTLED = ("0x80072322", "0x80072321", "0x80072326")
_REMEDIES = {
    "0x80072560": "Make the application a user of this environment: Power Platform admin center, Application users.",
    "0x80040220": GRANT_READ,
    "invalid_client": "Check client_secret: it may have expired.",
    "unauthorized_client": "Check client_id and tenant_id.",
    "invalid_request": "Check tenant_id.",
    "invalid_scope": "Check url: it must be that of the environment, without a path.",
}
# no code is documented for it, so the words count
_EXPIRED = ("version stamp", "full sync")


def judge(response: httpx.Response) -> Refusal | None:
    """Return what an answer means; None for a success. The body must have been read if it is none."""
    if response.is_success:
        return None
    code, message = _error(response)
    if code is None:
        return judge_by_status(response)
    text = f"{code}: {message}" if message else code
    if response.status_code == 429 or code in _THROTTLED:
        return Refusal("retry", text, code)
    if response.status_code == 401 and "error_codes" not in response.text:
        return Refusal("sign_in", text, code, "Check the application's secret and its conditional access.")
    by_status = judge_by_status(response)
    kind = by_status.kind if by_status else "error"
    return Refusal("error" if kind == "sign_in" else kind, text, code, _REMEDIES.get(code, ""))


def is_expired(message: str) -> bool:
    """Whether a refusal says that a delta token is older than the changes kept."""
    lowered = message.lower()
    return any(words in lowered for words in _EXPIRED)


def _error(response: httpx.Response) -> tuple[str | None, str]:
    """Return code and message: the API's errors are an object in an object, those of the sign-in a flat one."""
    try:
        body: Any = json.loads(response.content)
    except ValueError:
        return None, ""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return str(error.get("code") or response.status_code), str(error.get("message") or "")
    if isinstance(error, str):
        return error, str(body.get("error_description") or "").splitlines()[0] if body.get("error_description") else ""
    return None, ""
