"""What Dataverse's answers mean, and those of Microsoft's sign-in: error codes, throttling, refused delta links."""

from __future__ import annotations

import json
from typing import Any

import httpx

from sources.http import ApiError, Refusal, judge_by_status

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


def judge(response: httpx.Response) -> Refusal | None:
    """Return what an answer means; None for a success. The body must have been read if it is none."""
    if response.is_success:
        return None
    try:
        document: Any = json.loads(response.content)
    except ValueError:
        document = None
    code, message = _error(document)
    if code is None:
        return judge_by_status(response)
    code = code or str(response.status_code)
    text = f"{code}: {message}" if message else code
    if response.status_code == 429 or code in _THROTTLED:
        return Refusal("retry", text, code)
    if response.status_code == 401 and "error_codes" not in response.text:
        return Refusal("sign_in", text, code, "Check the application's secret and its conditional access.")
    by_status = judge_by_status(response)
    kind = by_status.kind if by_status else "error"
    return Refusal("error" if kind == "sign_in" else kind, text, code, _REMEDIES.get(code, ""))


def judge_json(document: Any) -> Refusal | None:
    """Return what the JSON of a successful answer means: an error that began after its status comes with HTTP 200."""
    if not isinstance(document, dict) or not document or not isinstance(document.get("value", []), list):
        return Refusal("retry", "the answer is no JSON object with records")
    code, message = _error(document)
    if code is None:
        return None
    return Refusal("error", f"{code or 'error'}: {message}", code, _REMEDIES.get(code, ""))


def refuses_link(error: ApiError) -> bool:
    """Whether a refused delta link may be too old, or no longer one: no status and no code of that is documented.

    What refuses the user rather than the link refuses a whole read as well.
    """
    return error.status not in (401, 403)


def _error(document: Any) -> tuple[str | None, str]:
    """Return code and message: the API's errors are an object in an object, those of the sign-in a flat one."""
    error = document.get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        return str(error.get("code") or ""), str(error.get("message") or "")
    if isinstance(error, str):
        words = str(document.get("error_description") or "").splitlines()
        return error, words[0] if words else ""
    return None, ""
