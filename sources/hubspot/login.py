"""Signing in: the token of a private app, or access tokens bought with a refresh token."""

from __future__ import annotations

import logging

from sources.config import SourceConfig
from sources.errors import SourceError
from sources.http import HttpClient
from sources.hubspot.options import AUTH

_log = logging.getLogger(__name__)


class Login:
    """Gets access tokens for one account. Constructing one reads no secret and opens nothing."""

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._http: HttpClient | None = None
        # HubSpot may hand out another one with any access token
        self._refresh_token: str | None = None

    def attach(self, http: HttpClient) -> None:
        """Send through ``http``, which calls ``token`` when it needs one."""
        self._http = http

    def url(self) -> str:
        """Return the API's address."""
        return self._reveal("api_url").rstrip("/")

    def token(self) -> str:
        """Return an access token. Raises ApiError in HubSpot's words, SourceError for an unusable answer."""
        assert self._http is not None
        self._http.trust(self.url())
        if self._config.word(AUTH) == "private_app":
            return self._reveal("private_app_token")
        return self._refreshed(self._http)

    def _refreshed(self, http: HttpClient) -> str:
        secret, refresh = self._reveal("client_secret"), self._refresh_token or self._reveal("refresh_token")
        for each in (secret, refresh):
            http.redactor.add(each)
        form = {
            "grant_type": "refresh_token",
            "client_id": self._reveal("client_id"),
            "client_secret": secret,
            "refresh_token": refresh,
        }
        answer = http.json("POST", f"{self.url()}/oauth/v1/token", data=form, authorized=False)
        if not isinstance(answer, dict) or not answer.get("access_token"):
            raise SourceError(self._config.name, None, "the token answer has no access_token.")
        given = answer.get("refresh_token")
        if given and given != refresh:
            http.redactor.add(given)
            self._refresh_token = given
            _log.warning(
                "%s: HubSpot handed out another refresh token, used until this run ends; if the next run cannot sign"
                " in, authorize the app again and configure the new refresh_token.",
                self._config.name,
            )
        return str(answer["access_token"])

    def _reveal(self, option: str) -> str:
        value = self._config.text(option)
        if value is None:
            raise self._config.error(option, f"source '{self._config.name}' lacks '{option}'")
        return value
