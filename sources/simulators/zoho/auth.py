"""Who may call: the token endpoint of Zoho Accounts and the tokens it has given out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sources.simulators.http import BearerSessions, same
from sources.simulators.zoho.errors import TokenError, authentication_failure, invalid_token, too_many_tokens
from sources.simulators.zoho.faults import Faults
from sources.simulators.zoho.state import OrganizationState

_SCOPE = (
    "ZohoCRM.modules.READ ZohoCRM.settings.READ ZohoCRM.coql.READ ZohoCRM.bulk.READ ZohoCRM.users.READ ZohoCRM.org.READ"
)


@dataclass(frozen=True)
class Client:
    """The registered client of one data centre and the refresh token a user has granted it."""

    client_id: str
    client_secret: str
    refresh_token: str


class Tokens(BearerSessions):
    """Gives out access tokens for a refresh token and tells whether one is still good. Safe among threads."""

    schemes: ClassVar[tuple[str, ...]] = ("Zoho-oauthtoken",)

    def __init__(self, client: Client, state: OrganizationState, faults: Faults) -> None:
        super().__init__(state)
        self.client, self.faults = client, faults
        self._given: list[datetime] = []

    def grant(self, form: dict[str, str], url: str) -> dict[str, object]:
        """Return the token answer. Raises TokenError in Zoho's words."""
        if form.get("grant_type") != "refresh_token":
            raise TokenError("unsupported_grant_type")
        # a client of another data centre is none here
        if not same(form.get("client_id"), self.client.client_id):
            raise TokenError("invalid_client")
        if not same(form.get("client_secret"), self.client.client_secret):
            raise TokenError("invalid_client_secret")
        if not same(form.get("refresh_token"), self.client.refresh_token):
            raise TokenError("invalid_code")
        now = self.state.now()
        self._given = [at for at in self._given if at > now - timedelta(minutes=10)]
        if len(self._given) >= self.faults.tokens_in_ten_minutes:
            raise too_many_tokens()
        self._given.append(now)
        token, seconds = f"1000.{secrets.token_hex(32)}", int(self.faults.token_lifetime.total_seconds())
        self.open(token, self.faults.token_lifetime, self.faults.token_requests)
        return {
            "access_token": token,
            "scope": _SCOPE,
            "api_domain": url,
            "token_type": "Bearer",
            "expires_in": seconds,
        }

    def admit(self, authorization: str) -> None:
        """Count one request against its token. Raises ApiError 401 when there is none or it is over."""
        if not authorization.strip():
            raise authentication_failure()
        if not self.admits(authorization):
            raise invalid_token()
