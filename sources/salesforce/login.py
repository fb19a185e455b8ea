"""Signing in to Salesforce: OAuth client credentials or a JWT signed with a private key."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from sources.config import SourceConfig
from sources.errors import SourceError
from sources.http import HttpClient

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_JWT_LIFETIME = 180
_SHARED_HOSTS = ("login.salesforce.com", "test.salesforce.com")


class Login:
    """Gets access tokens for one org. Constructing one reads no secret and opens nothing."""

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._http: HttpClient | None = None
        self._instance: str | None = None

    def attach(self, http: HttpClient) -> None:
        """Send through ``http``, which calls ``token`` when it needs one."""
        self._http = http

    def instance_url(self) -> str:
        """Return where the API answers, signing in first if need be."""
        assert self._http is not None
        self._http.sign_in()
        assert self._instance is not None
        return self._instance

    def token(self) -> str:
        """Return a new access token. Raises ApiError in Salesforce's words, SourceError for an unusable answer."""
        assert self._http is not None
        host = self._reveal("login_url", is_secret=False).rstrip("/")
        if self._config.text("auth") == "jwt":
            form = self._assertion(host)
        elif urlsplit(host).hostname in _SHARED_HOSTS:
            advice = "client credentials work on the org's own host only, e.g. https://acme.my.salesforce.com"
            raise self._config.error("login_url", advice)
        else:
            form = self._credentials()
        answer = self._http.json("POST", f"{host}/services/oauth2/token", data=form, authorized=False)
        if not isinstance(answer, dict) or not (answer.get("access_token") and answer.get("instance_url")):
            raise SourceError(self._config.name, None, "the token answer has no access_token or no instance_url.")
        token = str(answer["access_token"])
        self._http.redactor.add(token)
        self._instance = str(answer["instance_url"]).rstrip("/")
        self._http.trust(self._instance)
        return token

    def _credentials(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": self._reveal("client_id"),
            "client_secret": self._reveal("client_secret"),
        }

    def _assertion(self, host: str) -> dict[str, str]:
        import jwt

        claims = {
            "iss": self._reveal("client_id"),
            "sub": self._reveal("username", is_secret=False),
            "aud": str(self._config.text("jwt_audience") or host),
            "exp": int(time.time()) + _JWT_LIFETIME,
        }
        try:
            assertion = jwt.encode(claims, self._private_key(), algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            # the library's own words may quote the key
            raise self._config.error("private_key", "the private key is no unencrypted RSA key in PEM form") from None
        assert self._http is not None
        self._http.redactor.add(assertion)
        return {"grant_type": _JWT_GRANT, "assertion": assertion}

    def _private_key(self) -> str:
        if self._config.options.get("private_key_file") is None:
            return self._reveal("private_key")
        path = self._config.file("private_key_file")
        try:
            key = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise self._config.error("private_key_file", f"cannot read {path}: {reason}") from None
        assert self._http is not None
        self._http.redactor.add(key)
        return key

    def _reveal(self, option: str, is_secret: bool = True) -> str:
        """Return an option's value; a secret is kept out of every later message."""
        value = self._config.text(option)
        if value is None:
            raise self._config.error(option, f"source '{self._config.name}' lacks '{option}'")
        if is_secret:
            assert self._http is not None
            self._http.redactor.add(value)
        return value
