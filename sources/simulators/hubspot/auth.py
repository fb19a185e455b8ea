"""Who may call: the static token of a private app, and the OAuth tokens that a refresh token buys."""

from __future__ import annotations

import itertools
import secrets

from sources.simulators.http import BearerSessions, Request, same
from sources.simulators.hubspot.errors import ApiError, bad_refresh_token, bad_request, expired, not_authenticated
from sources.simulators.hubspot.faults import Faults
from sources.simulators.hubspot.state import AccountState


class Tokens(BearerSessions):
    """Tells whether a token is good and answers the token endpoint. Safe among threads."""

    def __init__(
        self, state: AccountState, faults: Faults, private_token: str, client_id: str, client_secret: str, refresh: str
    ) -> None:
        super().__init__(state)
        self.faults = faults
        self.private_token, self.refresh_token = private_token, refresh
        self._client_id, self._client_secret = client_id, client_secret
        self._numbers = itertools.count(2)
        self._given: set[str] = set()

    def grant(self, request: Request) -> dict[str, object]:
        """Return the token answer. Raises ApiError in HubSpot's words."""
        form = request.form()
        if form.get("grant_type") != "refresh_token":
            raise bad_request("missing or unknown grant_type")
        known = same(form.get("client_id"), self._client_id) and same(form.get("client_secret"), self._client_secret)
        if not known:
            error = ApiError(400, "", "missing or invalid client id or client secret")
            error.members = {"status": "BAD_CLIENT_ID"}
            raise error
        if not same(form.get("refresh_token"), self.refresh_token):
            raise bad_refresh_token()
        if self.faults.rotates_refresh_token:
            self.refresh_token = f"rotated-refresh-token-{next(self._numbers)}"
        token = f"CJ{secrets.token_urlsafe(48)}"
        self._given.add(token)
        self.open(token, self.faults.token_lifetime, self.faults.token_requests)
        seconds = int(self.faults.token_lifetime.total_seconds())
        return {
            "token_type": "bearer",
            "refresh_token": self.refresh_token,
            "access_token": token,
            "expires_in": seconds,
        }

    def admit(self, authorization: str) -> None:
        """Count one request against its token. Raises ApiError 401 when it is unknown or over."""
        token = authorization.removeprefix("Bearer ").strip()
        if same(token, self.private_token):
            return
        if not self.admits(authorization):
            raise expired() if token in self._given else not_authenticated()
