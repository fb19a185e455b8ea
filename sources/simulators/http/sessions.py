"""Opaque bearer tokens: handed out by a vendor's sign-in, good until a moment or for a number of requests."""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sources.simulators.http.state import State


@dataclass
class _Session:
    expires_at: datetime
    requests_left: int | None


class BearerSessions:
    """The tokens that are good now. A subclass adds the grants and the words of a refusal. Safe among threads."""

    schemes: ClassVar[tuple[str, ...]] = ("Bearer",)  # words before the token in the Authorization header

    def __init__(self, state: State) -> None:
        self.state = state
        self._open: dict[str, _Session] = {}
        self._lock = threading.Lock()

    def open(self, token: str, lifetime: timedelta, requests: int | None = None) -> None:
        """Let ``token`` in for ``lifetime`` of the vendor's clock; with ``requests`` for that many at most."""
        with self._lock:
            self._open[token] = _Session(self.state.now() + lifetime, requests)

    def admits(self, authorization: str) -> bool:
        """Count one request with this Authorization header against its session; False when there is none or no more."""
        scheme, _, token = authorization.partition(" ")
        with self._lock:
            session = self._open.get(token.strip()) if scheme in self.schemes else None
            if session is None or session.expires_at <= self.state.now() or session.requests_left == 0:
                self._open.pop(token.strip(), None)
                return False
            if session.requests_left is not None:
                session.requests_left -= 1
            return True

    def revoke_all(self) -> None:
        """End every session, as an administrator can."""
        with self._lock:
            self._open.clear()


def same(given: str | None, expected: str) -> bool:
    """Whether a client gave this id or secret."""
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())
