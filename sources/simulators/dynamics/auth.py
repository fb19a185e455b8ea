"""Who may call: the token endpoint of Microsoft's sign-in and the tokens it has given out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sources.simulators.dynamics.errors import TokenError, unauthorized
from sources.simulators.dynamics.faults import Faults
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import BearerSessions, same


@dataclass(frozen=True)
class Application:
    """The registered application: its tenant, id and secret."""

    tenant_id: str
    client_id: str
    client_secret: str


class Tokens(BearerSessions):
    """Gives out access tokens for client credentials and tells whether one is still good. Safe among threads."""

    def __init__(self, application: Application, state: EnvironmentState, faults: Faults) -> None:
        super().__init__(state)
        self.application, self.faults = application, faults

    def grant(self, tenant: str, form: dict[str, str], url: str) -> dict[str, object]:
        """Return the token answer. Raises TokenError in Microsoft's words."""
        if not same(tenant, self.application.tenant_id):
            raise TokenError("invalid_request", 90002, f"Tenant '{tenant}' not found.", 400)
        if form.get("grant_type") != "client_credentials":
            raise TokenError("unsupported_grant_type", 70003, "The app requested an unsupported grant type.", 400)
        if not same(form.get("client_id"), self.application.client_id):
            raise TokenError("unauthorized_client", 700016, "Application was not found in the directory.", 400)
        if not same(form.get("client_secret"), self.application.client_secret):
            raise TokenError("invalid_client", 7000215, "Invalid client secret provided.")
        if form.get("scope") != f"{url}/.default":
            raise TokenError("invalid_scope", 70011, "The provided value for the scope is not valid.", 400)
        token, seconds = f"eyJ{secrets.token_urlsafe(48)}", int(self.faults.token_lifetime.total_seconds())
        self.open(token, self.faults.token_lifetime, self.faults.token_requests)
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}

    def admit(self, authorization: str, url: str) -> None:
        """Count one request against its token. Raises ApiError 401 when it is over."""
        if not self.admits(authorization):
            raise unauthorized(self.application.tenant_id, url)
