"""The error bodies Zoho answers with. Nothing here decides when an error happens."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer other than success: ``{"code", "details", "message", "status": "error"}``."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.details = status, code, message, details or {}

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        return {"code": self.code, "details": self.details, "message": self.message, "status": "error"}


class TokenError(Exception):
    """A refused grant: ``{"error": …}``, which Zoho sends with HTTP 200."""

    def __init__(self, error: str, status: int = 200, description: str = "") -> None:
        super().__init__(error)
        self.error, self.status, self.description = error, status, description

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        if not self.description:
            return {"error": self.error}
        return {"error_description": self.description, "error": self.error, "status": "failure"}


def too_many_tokens() -> TokenError:
    """The answer beyond ten access tokens in ten minutes."""
    words = "You have made too many requests continuously. Please try again after some time."
    return TokenError("Access Denied", 400, words)


def invalid_token() -> ApiError:
    """The answer to an unknown or expired token."""
    return ApiError(401, "INVALID_TOKEN", "invalid oauth token")


def authentication_failure() -> ApiError:
    """The answer to a request without a token."""
    return ApiError(401, "AUTHENTICATION_FAILURE", "Authentication failed")


def no_permission(what: str) -> ApiError:
    """The answer where the user's profile lacks a permission."""
    return ApiError(403, "NO_PERMISSION", "permission denied", {"permissions": [f"Crm_Implied_View_{what}"]})


def invalid_module() -> ApiError:
    """The answer to a module that does not exist."""
    return ApiError(400, "INVALID_MODULE", "the module name given seems to be invalid")


def missing(parameter: str) -> ApiError:
    """The answer to a request without a parameter it needs."""
    words = "One of the expected parameter is missing"
    return ApiError(400, "REQUIRED_PARAM_MISSING", words, {"param_name": parameter})


def invalid_data(message: str, **details: Any) -> ApiError:
    """The answer to a parameter with a value that cannot be."""
    return ApiError(400, "INVALID_DATA", message, details)


def unknown_id() -> ApiError:
    """The answer to the id of a record that does not exist."""
    return invalid_data("the id given seems to be invalid", resource_path_index=1)


def limit_exceeded(parameter: str, limit: int) -> ApiError:
    """The answer to more of something than a request may have."""
    return ApiError(400, "LIMIT_EXCEEDED", "The limit has exceeded", {"param_name": parameter, "limit": limit})


def page_range_exceeded(pages: int) -> ApiError:
    """The answer to a bulk read job for a page beyond the last that can be read."""
    return ApiError(400, "PAGE_RANGE_EXCEEDED", "the page is beyond the range", {"max_limit": pages})


def discrete_limit(limit: int) -> ApiError:
    """The answer to a page beyond those that have numbers."""
    words = f"You can only get the first {limit} records without using page_token param"
    return ApiError(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", words, {"limit": limit})


def invalid_query(message: str, **details: Any) -> ApiError:
    """The answer to a COQL query that cannot be run."""
    return ApiError(400, "INVALID_QUERY", message, details)


def invalid_operator(operator: str, column: str) -> ApiError:
    """The answer to a COQL condition with an operator that the type of its field does not take."""
    details = {"reason": "invalid operator found", "column_name": column, "operator": operator}
    return invalid_query("Invalid query formed", **details)


def duplicate_column(name: str, clause: str) -> ApiError:
    """The answer to a COQL query that names one field twice in a clause."""
    return ApiError(400, "DUPLICATE_DATA", f"duplicate {clause} column", {"column_name": name})


def syntax_error(near: str) -> ApiError:
    """The answer to a COQL query that cannot be parsed."""
    return ApiError(400, "SYNTAX_ERROR", "error occured while parsing the query", {"near": near})


def missing_clause(clause: str) -> ApiError:
    """The answer to a COQL query without a clause it needs."""
    return ApiError(400, "SYNTAX_ERROR", "missing clause", {"clause": clause})


def unknown_operator(operator: str) -> ApiError:
    """The answer to a COQL condition with what is no operator."""
    return ApiError(400, "SYNTAX_ERROR", "operator not supported", {"operator": operator})


def mandatory_not_found(key: str) -> ApiError:
    """The answer to a body without a key it needs."""
    return ApiError(400, "MANDATORY_NOT_FOUND", "mandatory key not found", {"api_name": key})
