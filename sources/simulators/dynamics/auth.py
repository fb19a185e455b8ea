"""Who may call: the token endpoint of Microsoft's sign-in and the tokens it has given out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import jwt

from sources.simulators.dynamics.errors import TokenError, unauthorized
from sources.simulators.dynamics.faults import Faults
from sources.simulators.dynamics.state import EnvironmentState
from sources.simulators.http import BearerSessions, same

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Application:
    """The registered application: its tenant, id and secret, and the key of its certificate."""

    tenant_id: str
    client_id: str
    client_secret: str
    public_key: str | None = None


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
        if form.get("client_assertion_type") == _ASSERTION:
            self._check_assertion(form.get("client_assertion", ""), f"{url}/{tenant}/oauth2/v2.0/token")
        elif "client_secret" not in form:
            words = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise TokenError("invalid_client", 7000218, words)
        elif not same(form["client_secret"], self.application.client_secret):
            raise TokenError("invalid_client", 7000215, "Invalid client secret provided.")
        if form.get("scope") != f"{url}/.default":
            raise TokenError("invalid_scope", 70011, "The provided value for the scope is not valid.", 400)
        token, seconds = f"eyJ{secrets.token_urlsafe(48)}", int(self.faults.token_lifetime.total_seconds())
        self.open(token, self.faults.token_lifetime, self.faults.token_requests)
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}

    def _check_assertion(self, assertion: str, audience: str) -> None:
        """Check a JWT that the application signed. Its times are by the clock of this machine, as the signer's are."""
        if self.application.public_key is None:
            raise TokenError("invalid_client", 700027, "The certificate is not registered on the application.")
        try:
            claims = jwt.decode(
                assertion,
                self.application.public_key,
                algorithms=["RS256", "PS256"],
                audience=audience,
                options={"require": ["aud", "exp", "iss", "jti", "sub"]},
            )
        except jwt.InvalidAudienceError as error:
            words = "Client assertion audience claim does not match Realm issuer."
            raise TokenError("invalid_client", 700023, words) from error
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
            words = "Client assertion is not within its valid time range."
            raise TokenError("invalid_client", 700024, words) from error
        except jwt.PyJWTError as error:
            raise TokenError("invalid_client", 700027, "Client assertion failed signature validation.") from error
        if {claims["iss"], claims["sub"]} != {self.application.client_id}:
            words = "Client assertion application identifier doesn't match 'client_id' parameter."
            raise TokenError("invalid_client", 700021, words)

    def admit(self, authorization: str, url: str) -> None:
        """Count one request against its token. Raises ApiError 401 when it is over."""
        if not self.admits(authorization):
            raise unauthorized(self.application.tenant_id, url)
