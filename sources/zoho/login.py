"""Signing in: an access token for the refresh token, at the accounts server of one data centre."""

from __future__ import annotations

from sources.config import SourceConfig
from sources.errors import SourceError
from sources.http import HttpClient


class Login:
    """Gets access tokens of one organization. Constructing one reads no secret and opens nothing."""

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._http: HttpClient | None = None
        self._domain: str | None = None

    def attach(self, http: HttpClient) -> None:
        """Send through ``http``, which calls ``token`` when it needs one."""
        self._http = http

    def domain(self) -> str:
        """Return the API's host, which the first token answer names."""
        assert self._http is not None
        if self._domain is None:
            self._http.sign_in()
        assert self._domain is not None
        return self._domain

    def token(self) -> str:
        """Return a new access token. Raises ApiError in Zoho's words, SourceError for an unusable answer."""
        assert self._http is not None
        secrets = {name: self._reveal(name) for name in ("client_secret", "refresh_token")}
        for secret in secrets.values():
            self._http.redactor.add(secret)
        form = {"grant_type": "refresh_token", "client_id": self._reveal("client_id"), **secrets}
        url = f"{self._reveal('accounts_url').rstrip('/')}/oauth/v2/token"
        answer = self._http.json("POST", url, data=form, authorized=False)
        if not answer.get("access_token") or not answer.get("api_domain"):
            raise SourceError(self._config.name, None, "the token answer names no access_token and api_domain.")
        self._domain = str(answer["api_domain"]).rstrip("/")
        self._http.trust(self._domain)
        return str(answer["access_token"])

    def _reveal(self, option: str) -> str:
        value = self._config.text(option)
        if value is None:
            raise self._config.error(option, f"source '{self._config.name}' lacks '{option}'")
        return value
