"""What the loopback simulators of vendors' APIs share: server, messages, faults, state, spooled results.

A vendor's simulator is an ``Api``: ``answer(request)`` returns the response and the fault that the transport has to
add to it, ``now()`` is the vendor's clock. It brings its own state (a ``State`` with its tables), sign-in, routes and
error bodies, and a subclass of ``Rules`` that names its endpoints and the faults that are answers of its own::

    class Faults(Rules):
        endpoints = frozenset({"token", "records"})
        answers = {"throttled": as_json({"code": "TOO_MANY_REQUESTS"}, 429)}

    class ZooSimulator(Simulator):
        def __init__(self, database, *, clock, faults=None, port=0):
            self.state = State(database, clock)
            super().__init__(ZooApi(self.state, faults or Faults()), port)

``answer`` begins with ``state.settle()``, asks ``faults.strike(endpoint, text)``, and hands ``rules.answer_of(fault)``
back where that is an answer.
"""

from __future__ import annotations

from sources.simulators.http.faults import Fault, Rules
from sources.simulators.http.messages import Request, Response, Slice, as_json, request_of
from sources.simulators.http.server import Api, Simulator, wait_until_interrupted
from sources.simulators.http.spooling import Spooled, spool
from sources.simulators.http.state import Clock, State, quoted, text

__all__ = ["Api", "Clock", "Fault", "Request", "Response", "Rules", "Simulator", "Slice", "Spooled", "State"]
__all__ += ["as_json", "quoted", "request_of", "spool", "text", "wait_until_interrupted"]
