"""The error objects HubSpot answers with. Nothing here decides when an error happens."""

from __future__ import annotations

CORRELATION = "00000000-0000-4000-8000-000000000000"


class ApiError(Exception):
    """An answer other than success: ``status``, HubSpot's category and message, and further members of the body."""

    def __init__(self, status: int, category: str, message: str, **members: object) -> None:
        super().__init__(f"{status} {category}: {message}")
        self.status, self.category, self.message, self.members = status, category, message, members
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        document = {"status": "error", "message": self.message, "correlationId": CORRELATION}
        return document | ({"category": self.category} if self.category else {}) | self.members


def bad_request(message: str) -> ApiError:
    """The answer to a request that cannot be understood or goes beyond a limit."""
    return ApiError(400, "VALIDATION_ERROR", message)


def unknown_type(name: str) -> ApiError:
    """The answer to an object type that the account does not have."""
    return ApiError(400, "VALIDATION_ERROR", f"Unable to infer object type from: {name}")


def not_found(identifier: str) -> ApiError:
    """The answer to one record that does not exist."""
    return ApiError(404, "OBJECT_NOT_FOUND", f"Object not found. objectId are usually numeric: {identifier}")


def no_route() -> ApiError:
    """The answer to a path that is none."""
    return ApiError(404, "", "resource not found")


def not_authenticated() -> ApiError:
    """The answer to a missing or unknown token."""
    message = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more"
        " details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    )
    return ApiError(401, "INVALID_AUTHENTICATION", message)


def expired() -> ApiError:
    """The answer to an OAuth token whose half hour is over."""
    message = "The OAuth token used to make this call expired 0 second(s) ago."
    return ApiError(401, "EXPIRED_AUTHENTICATION", message, context={"expire time": ["2024-03-04T12:00:00Z"]})


def missing_scopes(*scopes: str) -> ApiError:
    """The answer to an app without the scope of an endpoint."""
    message = "This app hasn't been granted all required scopes to make this call."
    error = {"message": message, "context": {"requiredGranularScopes": list(scopes)}}
    return ApiError(403, "MISSING_SCOPES", message, errors=[error])


def rate_limited(policy: str) -> ApiError:
    """The answer beyond a limit: policy TEN_SECONDLY_ROLLING, SECONDLY or DAILY."""
    words = {"DAILY": "daily", "SECONDLY": "secondly", "TEN_SECONDLY_ROLLING": "ten_secondly_rolling"}[policy]
    message = f"You have reached your {words} limit."
    return ApiError(429, "RATE_LIMITS", message, errorType="RATE_LIMIT", policyName=policy)


def migrating(seconds: int) -> ApiError:
    """The answer while the account moves to another data centre."""
    error = ApiError(477, "", "The account is being migrated.")
    error.headers = {"Retry-After": str(seconds)}
    return error


def bad_refresh_token() -> ApiError:
    """The answer of the token endpoint to a refresh token that is none."""
    error = ApiError(400, "", "missing or invalid refresh token")
    error.members = {"status": "BAD_REFRESH_TOKEN"}
    return error
