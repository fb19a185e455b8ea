"""The error objects Dataverse and Microsoft's sign-in answer with. Nothing here decides when an error happens."""

from __future__ import annotations


class ApiError(Exception):
    """An answer other than success: ``status`` and ``{"error": {"code", "message"}}``, with further headers."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.headers = status, code, message, headers or {}

    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        return {"error": {"code": self.code, "message": self.message}}


class TokenError(Exception):
    """A refused grant, as login.microsoftonline.com words it. ``number`` is that of the AADSTS code."""

    def __init__(self, error: str, number: int, description: str, status: int = 401) -> None:
        super().__init__(f"{error}: AADSTS{number}")
        self.error, self.number, self.description, self.status = error, number, description, status
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        return {
            "error": self.error,
            "error_description": f"AADSTS{self.number}: {self.description}",
            "error_codes": [self.number],
            "timestamp": "2024-01-01 00:00:00Z",
            "trace_id": "00000000-0000-0000-0000-000000000000",
            "correlation_id": "00000000-0000-0000-0000-000000000000",
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }


def unauthorized(tenant: str, url: str) -> ApiError:
    """The answer to a missing, unknown or expired token: where to sign in, and to what."""
    authority = f"https://login.microsoftonline.com/{tenant}/oauth2/authorize"
    challenge = f'Bearer authorization_uri="{authority}", resource_id="{url}/"'
    return ApiError(401, "0x80040220", "The token is not valid or has expired.", {"WWW-Authenticate": challenge})


def not_a_member() -> ApiError:
    """The answer to a valid token of an application that is no user of the environment."""
    return ApiError(403, "0x80072560", "The user is not a member of the organization.")


def no_privilege(table: str) -> ApiError:
    """The answer where the application user's roles lack Read on a table."""
    return ApiError(403, "0x80040220", f"Principal user is missing prvRead{table} privilege")


def unknown_segment(name: str) -> ApiError:
    """The answer to an entity set that does not exist."""
    return ApiError(404, "0x8006088a", f"Resource not found for the segment '{name}'.")


def unknown_record(identifier: str, table: str) -> ApiError:
    """The answer to the id of a row that does not exist."""
    return ApiError(404, "0x80040217", f"Entity '{table}' With Id = {identifier} Does Not Exist")


def unknown_property(name: str, table: str) -> ApiError:
    """The answer to a column that the table does not have."""
    kind = f"Microsoft.Dynamics.CRM.{table}"
    return ApiError(400, "0x80060888", f"Could not find a property named '{name}' on type '{kind}'.")


def bad_query(message: str) -> ApiError:
    """The answer to a query option that cannot be understood or combined."""
    return ApiError(400, "0x80060888", message)


def expired_version() -> ApiError:
    """The answer to a delta token older than the environment keeps changes."""
    message = "Version stamp associated with the client has expired. Please perform a full sync."
    return ApiError(400, "0x80044352", message)


def throttled(seconds: int, code: str = "0x80072322") -> ApiError:
    """The answer beyond the requests, the execution time or the concurrent requests that five minutes allow."""
    messages = {
        "0x80072322": "Number of requests exceeded the limit of 6000 over time window of 300 seconds.",
        "0x80072321": "Combined execution time of incoming requests exceeded limit of 1,200,000 milliseconds over"
        " time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try"
        " again later.",
        "0x80072326": "Number of concurrent requests exceeded the limit of 52.",
    }
    return ApiError(429, code, messages[code], {"Retry-After": str(seconds)})
