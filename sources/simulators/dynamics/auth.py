"""Who may call: the token endpoint of Microsoft's sign-in and the tokens it has given out."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime

from sources.simulators.dynamics.errors import TokenError, unauthorized
from sources.simulators.dynamics.faults import Faults
from sources.simulators.dynamics.state import EnvironmentState


@dataclass(frozen=True)
class Application:
    """The registered application: its tenant, id and secret."""

    tenant_id: str
    client_id: str
    client_secret: str


@dataclass
class _Token:
    expires_at: datetime
    requests_left: int | None


class Tokens:
    """Gives out access tokens for client credentials and tells whether one is still good. Safe among threads."""

    def __init__(self, application: Application, state: EnvironmentState, faults: Faults) -> None:
        self.application, self.state, self.faults = application, state, faults
        self._open: dict[str, _Token] = {}
        self._lock = threading.Lock()

    def grant(self, tenant: str, form: dict[str, str], url: str) -> dict[str, object]:
        """Return the token answer. Raises TokenError in Microsoft's words."""
        if not _same(tenant, self.application.tenant_id):
            raise TokenError("invalid_request", 90002, f"Tenant '{tenant}' not found.", 400)
        if form.get("grant_type") != "client_credentials":
            raise TokenError("unsupported_grant_type", 70003, "The app requested an unsupported grant type.", 400)
        if not _same(form.get("client_id"), self.application.client_id):
            raise TokenError("unauthorized_client", 700016, "Application was not found in the directory.", 400)
        if not _same(form.get("client_secret"), self.application.client_secret):
            raise TokenError("invalid_client", 7000215, "Invalid client secret provided.")
        if form.get("scope") != f"{url}/.default":
            raise TokenError("invalid_scope", 70011, "The provided value for the scope is not valid.", 400)
        token, seconds = f"eyJ{secrets.token_urlsafe(48)}", int(self.faults.token_lifetime.total_seconds())
        with self._lock:
            expires_at = self.state.now() + self.faults.token_lifetime
            self._open[token] = _Token(expires_at, self.faults.token_requests)
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}

    def admit(self, authorization: str) -> None:
        """Count one request against its token. Raises ApiError 401 when it is over."""
        scheme, _, value = authorization.partition(" ")
        with self._lock:
            token = self._open.get(value.strip()) if scheme == "Bearer" else None
            if token is None or token.expires_at <= self.state.now() or token.requests_left == 0:
                self._open.pop(value.strip(), None)
                raise unauthorized()
            if token.requests_left is not None:
                token.requests_left -= 1

    def revoke_all(self) -> None:
        """End every token."""
        with self._lock:
            self._open.clear()


def _same(given: str | None, expected: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())
