"""What the loopback simulators of vendors' APIs share: server, messages, routes, faults, sessions, state, spooled rows.

A vendor's simulator is an ``Api``: ``answer(request)`` returns the response and the fault that the transport has to
add to it, ``now()`` is the vendor's clock. It brings its own state (a ``State`` with its tables), sign-in (a
``BearerSessions`` where tokens are opaque), routes and error bodies, and a subclass of ``Rules`` that names its
endpoints and the faults that are answers of its own::

    ROUTES = Routes((("POST", "/token", "token"), ("GET", "(?P<base>/v1)/records/([a-z]+)", "records")))

    class Faults(Rules):
        endpoints = ROUTES.endpoints
        answers = {"throttled": as_json({"code": "TOO_MANY_REQUESTS"}, 429)}

    class ZooSimulator(Simulator):
        url_options = ("api_url",)

        def __init__(self, database, *, clock, faults=None, port=0):
            self.state = State(database, clock)
            self.credentials = {"client_id": "zoo"}
            super().__init__(ZooApi(self.state, faults or Faults()), port)

``answer`` begins with ``state.settle()``, names the endpoint by ``ROUTES.of(request)`` (``NoRoute`` is the vendor's 404
or 405), asks ``faults.strike(endpoint, text)``, and hands ``faults.answer_of(fault)`` back where that is an answer.
``rendering`` writes the SQL of a row, ``spool`` keeps the rows, ``Spooled.page`` cuts a page of them for a Response.
The package offers ``SIMULATOR = ZooSimulator`` to ``crm-warehouse simulate``, which prints a source that reads
it, and ``EMPTY``, which returns a connection with the tables of its state: the account where the demo's company
does not use the type.
"""

from __future__ import annotations

from sources.simulators.http.faults import Fault, Rules
from sources.simulators.http.messages import Request, Response, Slice, as_json, request_of
from sources.simulators.http.routing import NoRoute, Routes
from sources.simulators.http.server import Api, Simulator, wait_until_interrupted
from sources.simulators.http.sessions import BearerSessions, same
from sources.simulators.http.spooling import Spooled, spool
from sources.simulators.http.state import Clock, State, quoted, text

__all__ = ["Api", "BearerSessions", "Clock", "Fault", "NoRoute", "Request", "Response", "Routes", "Rules", "Simulator"]
__all__ += ["Slice", "Spooled", "State", "as_json", "quoted", "request_of", "same", "spool", "text"]
__all__ += ["wait_until_interrupted"]
