"""What goes wrong on request: rules by endpoint and kind, asked before and after each answer.

Here are the faults of any server and of the wire; what a vendor answers in its own words, it names in its subclass of
``Rules``. The data itself is made strange by changing it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from sources.simulators.http.messages import Response

MAINTENANCE = b"<html><head><title>Maintenance</title></head><body><h1>Down for Maintenance</h1></body></html>"
_HTML = {"Content-Type": "text/html;charset=UTF-8"}
_ANY_SERVER: Mapping[str, Response] = {
    "maintenance": Response(200, _HTML, MAINTENANCE),
    "unavailable": Response(503, _HTML, MAINTENANCE),
    "bad_gateway": Response(502, _HTML, b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "empty_406": Response(406),
}
_WIRE = frozenset({"slow", "dropped", "truncated_rows", "truncated_bytes"})


@dataclass
class Fault:
    """One rule: requests to ``endpoint`` meet ``kind``, ``times`` times, once ``after`` of them have passed.

    Attributes:
        kind: one of the simulator's kinds. ``dropped`` cuts the connection in the middle of the body;
            ``truncated_rows`` and ``truncated_bytes`` send a well-formed answer whose body is half as long as its
            count says; ``slow`` waits ``seconds``.
        endpoint: one of the simulator's endpoints, or ``*``.
        times: how many requests fail; None is all of them.
        containing: only requests whose path or body holds this text, e.g. an object's name.
    """

    kind: str
    endpoint: str = "*"
    after: int = 0
    times: int | None = 1
    seconds: float = 0.0
    containing: str = ""


@dataclass
class Rules:
    """Faults by request, tried in order; change them at any time with ``add``.

    A vendor's subclass gives its ``endpoints``, the ``answers`` that are faults in its own words, and ``others``: kinds
    that it acts on itself. Raises ValueError for a rule with a kind or endpoint that is none.
    """

    endpoints: ClassVar[frozenset[str]] = frozenset()
    answers: ClassVar[Mapping[str, Response]] = {}
    others: ClassVar[frozenset[str]] = frozenset()

    rules: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        for rule in self.rules:
            self._check(rule)

    def add(self, kind: str, endpoint: str = "*", **options: object) -> Fault:
        """Add and return a rule; ``options`` are the further attributes of Fault."""
        rule = Fault(kind, endpoint, **options)  # type: ignore[arg-type]
        self._check(rule)
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Forget all rules."""
        self.rules.clear()

    def strike(self, endpoint: str, request_text: str) -> Fault | None:
        """Count one request and return the rule that it meets, if any."""
        with self._lock:
            for rule in self.rules:
                if rule.endpoint not in ("*", endpoint) or rule.containing not in request_text:
                    continue
                if rule.after > 0:
                    rule.after -= 1
                elif rule.times is None:
                    return rule
                elif rule.times > 0:
                    rule.times -= 1
                    return rule
        return None

    def answer_of(self, fault: Fault) -> Response | None:
        """Return the whole answer of a fault that replaces the real one, or None."""
        answer = self.answers.get(fault.kind) or _ANY_SERVER.get(fault.kind)
        return None if answer is None else replace(answer, headers=dict(answer.headers))

    def _check(self, rule: Fault) -> None:
        kinds = {*self.answers, *_ANY_SERVER, *_WIRE, *self.others}
        if rule.kind not in kinds:
            raise ValueError(f"unknown fault {rule.kind!r}; one of {', '.join(sorted(kinds))}")
        if rule.endpoint != "*" and rule.endpoint not in self.endpoints:
            raise ValueError(f"unknown endpoint {rule.endpoint!r}; one of {', '.join(sorted(self.endpoints))}")
