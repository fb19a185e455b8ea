"""The client: sends the requests of one source, repeats what may succeed, and returns complete answers only."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import httpx
import tenacity

from sources.errors import QuotaExhausted, SourceError, TransientSourceError
from sources.http.answers import (
    ApiError,
    Incomplete,
    Judge,
    JudgeJson,
    Refusal,
    Refused,
    judge_by_status,
    parsed_json,
    retry_after,
    server_time,
)
from sources.http.redaction import Redactor

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# a session that is new may end at once as well: an org that allows few sessions ends one for another client's
_RENEWALS = 2
_KEPT = "What was committed is kept; the next run continues from there."

# requests under way, by host: two connectors of one org share its concurrency limit
_slots: dict[str, threading.BoundedSemaphore] = {}
_slots_lock = threading.Lock()


class HttpClient:
    """Sends requests of one source and returns complete, judged answers.

    Every method raises ApiError for a final refusal, TransientSourceError when every attempt failed, QuotaExhausted
    when the source refuses more for the day, and SourceError for a host that must not see the token.

    Attributes:
        source: configured instance, named in every error.
        redactor: takes secrets out of every message.
        server_time: the source's clock at its last answer, naive UTC in whole seconds; None before the first.
    """

    def __init__(
        self,
        source: str,
        *,
        sign_in: Callable[[], str] | None = None,
        header: str = "Authorization",
        scheme: str = "Bearer",
        judge: Judge = judge_by_status,
        judge_json: JudgeJson = lambda document: None,
        redactor: Redactor | None = None,
        attempts: int = 6,
        longest_wait: float = 300.0,
        concurrency: int = 4,
        timeout: float = 120.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open nothing yet.

        Args:
            sign_in: returns a new token; called before the first request and again after a refusal.
            header: the header that carries the token.
            scheme: the word before the token in it; where it is empty the token stands alone.
            judge: what the vendor's answers mean.
            judge_json: what the JSON of a successful answer means; None for a success.
            attempts: how often a request is sent before it counts as failed.
            longest_wait: seconds; a source that asks for more is left for the next run.
            concurrency: requests under way at once per host, over all clients of the process.
            timeout: seconds without a byte.
            sleep: waits the given seconds.
        """
        self.source, self.redactor = source, redactor or Redactor()
        self.server_time: datetime | None = None
        self.sleep = sleep
        self._sign_in, self._header, self._scheme = sign_in, header, scheme
        self._judge, self._judge_json = judge, judge_json
        self._attempts, self._longest_wait = attempts, longest_wait
        self._concurrency, self._timeout = concurrency, httpx.Timeout(timeout, connect=min(timeout, 15.0))
        self._token: str | None = None
        self._token_lock = threading.Lock()
        self._trusted: set[str] = set()
        self._clients: dict[tuple[bool, bool], httpx.Client] = {}

    def trust(self, url: str) -> None:
        """Let the token go to the host of ``url``."""
        self._trusted.add(urlsplit(url).netloc.lower())

    def sign_in(self) -> None:
        """Fetch a token if there is none yet."""
        self._renew(None)

    def request(self, method: str, url: str, *, subject: str | None = None, **send: Any) -> httpx.Response:
        """Return a successful answer with its body.

        ``subject`` is the object that errors name; ``authorized=False`` leaves the token out; anything else goes to
        httpx (params, headers, json, data).
        """
        return self._repeat(subject, lambda: self._answer(method, url, **send))

    def json(self, method: str, url: str, *, subject: str | None = None, **send: Any) -> Any:
        """Return a successful answer's JSON, fractions as Decimal; {} for an empty 204."""

        def once() -> Any:
            answer = self._answer(method, url, **send)
            document = parsed_json(answer)
            if refusal := self._judge_json(document):
                self._refuse(refusal, answer, send.get("authorized", True))
            return document

        return self._repeat(subject, once)

    def download(
        self,
        url: str,
        path: Path,
        *,
        subject: str | None = None,
        verify: Callable[[Path, httpx.Headers], None] = lambda path, headers: None,
        **send: Any,
    ) -> httpx.Headers:
        """Stream a body into ``path`` and return its headers; a broken stream, or one that ``verify`` finds
        Incomplete, is requested again from its start."""

        def once() -> httpx.Headers:
            with self._exchange("GET", url, **send) as response, path.open("wb") as file:
                for block in response.iter_bytes():
                    file.write(block)
            verify(path, response.headers)
            return response.headers

        return self._repeat(subject, once)

    def close(self) -> None:
        """Release connections. Safe to call twice."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _repeat(self, subject: str | None, once: Callable[[], _T]) -> _T:
        """Run one exchange until it succeeds or nothing more can be done about it."""
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=self._wait,
            retry=tenacity.retry_if_exception(self._is_worth_repeating),
            before_sleep=self._say,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            for _ in range(_RENEWALS):
                try:
                    return retrying(once)
                except Refused as refused:
                    if refused.refusal.kind != "sign_in" or self._sign_in is None:
                        raise
                _log.info("%s: the session is no longer valid; signing in again", self.source)
                self._renew(self._token)
            return retrying(once)
        except Refused as refused:
            raise self._error(subject, refused) from None
        except Incomplete as error:
            tried = f"gave up after {self._attempts} attempts"
            if (error.retry_after or 0) > self._longest_wait:
                tried = f"it asks to wait {error.retry_after:.0f} s"
            message = self.redactor.clean(f"{error} ({tried}).")
            raise TransientSourceError(self.source, subject, message, _KEPT) from None

    def _is_worth_repeating(self, error: BaseException) -> bool:
        return isinstance(error, Incomplete) and (error.retry_after or 0) <= self._longest_wait

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """Return the seconds to wait: what the source asks for, else 0.5 s doubling, with jitter, up to a minute."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Incomplete) and error.retry_after is not None:
            return error.retry_after
        return 0.5 + tenacity.wait_random_exponential(multiplier=0.5, max=60)(state)

    def _say(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        text = self.redactor.clean(str(error))
        _log.warning("%s: %s; attempt %d follows in %.1f s", self.source, text, state.attempt_number + 1, pause)

    def _error(self, subject: str | None, refused: Refused) -> SourceError:
        refusal = refused.refusal
        message = self.redactor.clean(refusal.message)
        if refusal.kind == "quota":
            return QuotaExhausted(self.source, subject, message, refusal.remedy or _KEPT)
        return ApiError(self.source, subject, replace(refusal, message=message), refused.status)

    def _renew(self, refused_token: str | None) -> None:
        """Get a new token, unless another thread has done so since ``refused_token`` was refused."""
        with self._token_lock:
            if self._sign_in and (self._token is None or self._token == refused_token):
                self._token = None
                self._token = self._sign_in()
                self.redactor.add(self._token)

    def _answer(self, method: str, url: str, **send: Any) -> httpx.Response:
        with self._exchange(method, url, **send) as response:
            response.read()
            return response

    @contextmanager
    def _exchange(self, method: str, url: str, *, authorized: bool = True, **send: Any) -> Iterator[httpx.Response]:
        """Send one request and yield the answer once it is judged a success, its body still to be read."""
        self._refuse_unsafe(url, authorized)
        if authorized and self._sign_in:
            self._renew(None)
            token = f"{self._scheme} {self._token}" if self._scheme else str(self._token)
            send["headers"] = {**send.get("headers", {}), self._header: token}
        try:
            with self._slot(url), self._client_for(url).stream(method, url, **send) as response:
                self.server_time = server_time(response) or self.server_time
                if not response.is_success:
                    response.read()
                if refusal := self._judge(response):
                    self._refuse(refusal, response, authorized)
                yield response
        except httpx.HTTPError as error:
            reason = self.redactor.clean(str(error)) or "no answer"
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                parts = urlsplit(url)
                where = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
                reason = f"{where} cannot be reached; check its address and the network ({reason})"
            raise Incomplete(f"{type(error).__name__}: {reason}") from None

    def _refuse(self, refusal: Refusal, response: httpx.Response, authorized: bool) -> NoReturn:
        if refusal.kind == "retry":
            asked = retry_after(response)
            raise Incomplete(refusal.message, refusal.wait_seconds if asked is None else asked)
        if refusal.kind == "sign_in" and not authorized:
            refusal = replace(refusal, kind="error")
        raise Refused(refusal, response.status_code)

    def _refuse_unsafe(self, url: str, authorized: bool) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise SourceError(self.source, None, f"{parts.scheme}://{parts.netloc} is not encrypted.", "Use https://.")
        if authorized and self._sign_in and self._trusted and parts.netloc.lower() not in self._trusted:
            raise SourceError(self.source, None, f"the source points to another host, {parts.netloc}; not followed.")

    def _client_for(self, url: str) -> httpx.Client:
        parts = urlsplit(url)
        kind = (parts.scheme == "https", parts.hostname not in _LOOPBACK)
        if kind not in self._clients:
            # without TLS there are no certificates to load; a proxy must not see what stays on this machine
            verify, trust_env = kind
            limits = httpx.Limits(max_connections=self._concurrency)
            self._clients[kind] = httpx.Client(timeout=self._timeout, limits=limits, verify=verify, trust_env=trust_env)
        return self._clients[kind]

    def _slot(self, url: str) -> threading.BoundedSemaphore:
        with _slots_lock:
            return _slots.setdefault(urlsplit(url).netloc.lower(), threading.BoundedSemaphore(self._concurrency))
