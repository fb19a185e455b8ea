"""Signing in: client credentials at Microsoft Entra for one environment."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.errors import SourceError
from sources.http import HttpClient


class Login:
    """Gets access tokens for one environment. Constructing one reads no secret and opens nothing."""

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._http: HttpClient | None = None

    def attach(self, http: HttpClient) -> None:
        """Send through ``http``, which calls ``token`` when it needs one."""
        self._http = http

    def environment(self) -> str:
        """Return the environment's URL."""
        return self._reveal("url").rstrip("/")

    def token(self) -> str:
        """Return a new access token. Raises ApiError in Microsoft's words, SourceError for an unusable answer."""
        assert self._http is not None
        secret = self._reveal("client_secret")
        self._http.redactor.add(secret)
        environment = self.environment()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._reveal("client_id"),
            "client_secret": secret,
            "scope": f"{environment}/.default",
        }
        url = f"{self._reveal('authority_url').rstrip('/')}/{self._reveal('tenant_id')}/oauth2/v2.0/token"
        answer = self._http.json("POST", url, data=form, authorized=False)
        if "access_token" not in answer:
            raise SourceError(self._config.name, None, "the token answer has no access_token.")
        self._http.trust(environment)
        return str(answer["access_token"])

    def _reveal(self, option: str) -> str:
        value = self._config.text(option)
        if value is None:
            raise self._config.error(option, f"source '{self._config.name}' lacks '{option}'")
        return value
