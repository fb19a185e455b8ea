"""Which endpoint a call is for: a vendor's table of routes, tried in order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sources.simulators.http.messages import Request


class NoRoute(Exception):
    """The path is none of the API's; with ``wrong_method`` it is, under another method."""

    def __init__(self, request: Request, *, wrong_method: bool) -> None:
        super().__init__(f"{request.method} {request.path}")
        self.wrong_method = wrong_method


class Routes:
    """The paths of an API.

    Args:
        routes: (method, pattern, endpoint). A pattern is a regular expression of the whole path, a closing slash
            aside; its groups named ``base`` and ``version`` and its unnamed groups go into the request.

    Attributes:
        endpoints: the names of all endpoints.
    """

    def __init__(self, routes: Iterable[tuple[str, str, str]]) -> None:
        self._routes = [(method, re.compile(pattern + "/?"), endpoint) for method, pattern, endpoint in routes]
        self.endpoints = frozenset(endpoint for _, _, endpoint in self._routes)

    def of(self, request: Request) -> Request:
        """Return the request with ``endpoint``, ``base``, ``version`` and ``parameters`` filled in. Raises NoRoute.

        A group that took no part in the match is an empty text.
        """
        wrong_method = False
        for method, pattern, endpoint in self._routes:
            match = pattern.fullmatch(request.path)
            if match is None:
                continue
            if method != request.method:
                wrong_method = True
                continue
            named, numbers = match.groupdict(""), set(pattern.groupindex.values())
            own = tuple(value for number, value in enumerate(match.groups(""), 1) if number not in numbers)
            base, version = named.get("base", ""), named.get("version", "")
            return replace(request, endpoint=endpoint, base=base, version=version, parameters=own)
        raise NoRoute(request, wrong_method=wrong_method)
