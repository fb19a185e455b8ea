"""The error objects Salesforce answers with: an HTTP status and a JSON list, or for tokens a single object.

The words are the vendor's own. Nothing here decides when an error happens.
"""

from __future__ import annotations


class ApiError(Exception):
    """An answer other than success: ``status`` and the list ``[{errorCode, message, fields?}]``."""

    def __init__(self, status: int, code: str, message: str, fields: list[str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.fields = status, code, message, fields

    def body(self) -> list[dict[str, object]]:
        """The JSON list of the answer."""
        entry: dict[str, object] = {"message": self.message, "errorCode": self.code}
        return [entry | {"fields": self.fields} if self.fields else entry]


class TokenError(Exception):
    """A refused grant: HTTP 400 (or 401) with ``{"error", "error_description"}``."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description, self.status = error, description, status

    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        return {"error": self.error, "error_description": self.description}


def session_expired() -> ApiError:
    """The answer to a missing, unknown or expired session."""
    return ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def total_limit() -> ApiError:
    """The answer when the requests of a rolling day are used up."""
    return ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")


def not_found() -> ApiError:
    """The answer to an unknown path, object or job."""
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def malformed(message: str) -> ApiError:
    """The answer to SOQL that does not parse."""
    return ApiError(400, "MALFORMED_QUERY", message)
