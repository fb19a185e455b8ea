"""What every connector type brings for the test that its credentials are told nowhere.

A type's ``tests/integration/<type>/planted.py`` has a context manager ``planted(request)`` that yields a ``Planted``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sources.simulators.http import Request, Response, Simulator


@dataclass(frozen=True)
class Planted:
    """A working source whose credentials can be told from anything else.

    Attributes:
        options: the source's options in crm_sources.yaml; every secret is a ``${NAME}``, here or in a mapping file.
        variables: the environment variables, each of whose values must never be seen.
        objects: objects to read, by the source's own names; the first has rows. Few, so that the test is quick.
        refuse: makes the source refuse what it is asked from then on, repeating as much as it can of what it was sent;
            with True it lets one sign in first.
        issued: returns what the source has handed out that must never be seen either, such as access tokens.
    """

    options: Mapping[str, Any]
    variables: Mapping[str, str]
    objects: Sequence[str]
    refuse: Callable[[bool], None]
    issued: Callable[[], Collection[str]]


def served(
    simulator: Simulator,
    options: Mapping[str, Any],
    variables: Mapping[str, str],
    objects: Sequence[str],
    *,
    header: str = "Authorization",
) -> Planted:
    """Return the source that a simulator serves, its tokens listened to on the wire in ``header``."""
    parrot = _Parrot(simulator._server.api, header)
    simulator._server.api = parrot  # type: ignore[assignment]
    return Planted(options, variables, objects, parrot.begin, lambda: parrot.tokens)


_USUAL = frozenset(
    {"host", "accept", "accept-encoding", "connection", "user-agent", "content-type", "content-length", "prefer"}
)


def _last_first(form: str) -> str:
    """Return the fields of a form in another order: secrets come last as a rule."""
    return "&".join(reversed(form.split("&")))


class _Parrot:
    """An API that notes every token it is shown and, once begun, answers with what it was sent."""

    def __init__(self, api: Any, header: str) -> None:
        self._api, self._lets_in, self._repeats = api, True, False
        self._header = header.lower()
        self.tokens: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._api, name)

    def begin(self, lets_in: bool) -> None:
        """Repeat from now on; with ``lets_in`` all but what is asked without a token."""
        self._lets_in, self._repeats = lets_in, True

    def answer(self, request: Request) -> Any:
        # a key in a header of its own stands there without a scheme
        scheme, _, token = request.headers.get(self._header, "").rpartition(" ")
        has_token = bool(token) and scheme.lower() != "basic"
        if token:
            self.tokens.add(token)
        if not self._repeats or (self._lets_in and not has_token):
            return self._api.answer(request)
        query = [f"{name}={value}" for name, value in request.query.items()]
        headers = [value for name, value in request.headers.items() if name not in _USUAL]
        # credentials first: only the beginning of an answer is shown
        said = "\n".join([*headers, _last_first(request.body.decode(errors="replace")), *query, request.path])
        return Response(400, {"Content-Type": "text/plain"}, said.encode()), None
