"""Who may call: the OAuth token endpoint and the sessions it opens.

Grants: client credentials, refresh token and the legacy password (the client in the body or as HTTP Basic), and JWT
bearer (RS256). The expiry of an assertion is
measured on the machine's own clock, which is the one its signer has; everything else follows the org's clock.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import itertools
import secrets
from dataclasses import dataclass
from datetime import datetime

import jwt

from sources.simulators.http import BearerSessions, same
from sources.simulators.salesforce.errors import TokenError, session_expired
from sources.simulators.salesforce.faults import Faults
from sources.simulators.salesforce.ids import long_id
from sources.simulators.salesforce.state import OrgState

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
LONGEST_ASSERTION = 300  # seconds; the documented three minutes and some for clocks that differ
ORG_ID, USER_ID = long_id("00D5g0000000Sim"), long_id("0055g0000000Sim")


@dataclass(frozen=True)
class ConnectedApp:
    """What the org knows of the client: its key and secret, the user it acts as, the certificate's public key.

    ``password`` is the user's with the security token behind it; None is an org that allows no sign-in by it.
    """

    client_id: str
    client_secret: str
    username: str
    public_key: str | None = None
    password: str | None = None


class Sessions(BearerSessions):
    """Opens sessions for valid grants and refuses what is none in the vendor's words."""

    schemes = ("Bearer", "OAuth")

    def __init__(self, app: ConnectedApp, state: OrgState, faults: Faults, refresh_token: str) -> None:
        super().__init__(state)
        self.app, self.faults, self.refresh_token = app, faults, refresh_token
        self._numbers = itertools.count(2)

    def grant(self, form: dict[str, str], authorization: str, url: str) -> dict[str, object]:
        """Return the token answer. Raises TokenError in the vendor's words."""
        grant_type = form.get("grant_type", "")
        if grant_type in ("client_credentials", "refresh_token", "password"):
            self._check_client(*(_basic(authorization) or (form.get("client_id"), form.get("client_secret"))))
        if grant_type == "refresh_token":
            following = self._refreshed(form.get("refresh_token"))
            return self._opened(url) | following
        if grant_type == "password":
            self._check_password(form)
        elif grant_type == JWT_BEARER:
            self._check_assertion(form.get("assertion", ""), (*AUDIENCES, url))
        elif grant_type != "client_credentials":
            raise TokenError("unsupported_grant_type", "grant type not supported")
        return self._opened(url)

    def admit(self, authorization: str) -> None:
        """Count one request against its session. Raises ApiError 401 when the session is over."""
        if not self.admits(authorization):
            raise session_expired()

    def _check_client(self, client_id: str | None, client_secret: str | None) -> None:
        if not same(client_id, self.app.client_id):
            raise TokenError("invalid_client_id", "client identifier invalid")
        if not same(client_secret, self.app.client_secret):
            raise TokenError("invalid_client", "invalid client credentials")

    def _check_password(self, form: dict[str, str]) -> None:
        known = self.app.password is not None and same(form.get("password"), self.app.password)
        if not known or not same(form.get("username"), self.app.username):
            raise TokenError("invalid_grant", "authentication failure")

    def _refreshed(self, given: str | None) -> dict[str, object]:
        """What a refresh adds to the answer: the next token where they rotate, which ends the one given."""
        if not same(given, self.refresh_token):
            raise TokenError("invalid_grant", "expired access/refresh token")
        if not self.faults.rotates_refresh_token:
            return {}
        self.refresh_token = f"5Aep861rotated.{next(self._numbers)}"
        return {"refresh_token": self.refresh_token}

    def _check_assertion(self, assertion: str, audiences: tuple[str, ...]) -> None:
        if self.app.public_key is None:
            raise TokenError("invalid_client", "no certificate is uploaded for this client")
        try:
            claims = jwt.decode(
                assertion,
                self.app.public_key,
                algorithms=["RS256"],
                audience=list(audiences),
                options={"require": ["iss", "sub", "aud", "exp"]},
            )
        except jwt.InvalidAudienceError as error:
            raise TokenError("invalid_grant", "Audience validation failed") from error
        except jwt.ExpiredSignatureError as error:
            raise TokenError("invalid_grant", "expired access/refresh token") from error
        except jwt.PyJWTError as error:
            raise TokenError("invalid_grant", "invalid assertion") from error
        if claims["exp"] > datetime.now().timestamp() + LONGEST_ASSERTION:
            raise TokenError("invalid_grant", "invalid assertion")
        if claims["iss"] != self.app.client_id:
            raise TokenError("invalid_client_id", "client identifier invalid")
        if claims["sub"] != self.app.username:
            raise TokenError("invalid_grant", "user hasn't approved this consumer")

    def _opened(self, url: str) -> dict[str, object]:
        token = f"{ORG_ID}!AQ{secrets.token_urlsafe(48)}"
        issued_at = str(int(self.state.now().timestamp() * 1000))
        identity = f"https://login.salesforce.com/id/{ORG_ID}/{USER_ID}"
        self.open(token, self.faults.session_lifetime, self.faults.session_requests)
        signed = hmac.new(self.app.client_secret.encode(), f"{identity}{issued_at}".encode(), hashlib.sha256)
        return {
            "access_token": token,
            "signature": base64.b64encode(signed.digest()).decode(),
            "scope": "api",
            "instance_url": url,
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued_at,
        }


def _basic(authorization: str) -> tuple[str, str] | None:
    """The client id and secret of an HTTP Basic header, or None without one."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, client_secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, client_secret
