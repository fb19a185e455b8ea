"""The HTTP server: reads requests, writes answers, and commits the faults that happen on the wire.

Loopback only. One thread a connection; bodies go from file to socket without passing through Python.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from sources.simulators.salesforce.auth import ConnectedApp, Sessions
from sources.simulators.salesforce.faults import Fault, Faults
from sources.simulators.salesforce.http_parts import Response
from sources.simulators.salesforce.records import Records
from sources.simulators.salesforce.routes import Org, request_of
from sources.simulators.salesforce.state import Clock, OrgState

HOST = "127.0.0.1"
LONGEST_URI = 16_384
BLOCK = 1 << 18
TOO_LONG = b"<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"
HEADERS_TOO_LONG = b"<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>"


class SalesforceSimulator:
    """A Salesforce org on loopback, from construction to ``close``; also a context manager.

    Args:
        database: a state file (read-only), or a DuckDB connection holding the tables of schema.yml.
        clock: the org's time; the Date header, stamps and windows follow it.
        faults: what shall go wrong; keep the object and change it while the server runs.
        port: 0 picks a free one.
        public_key: PEM of the key that JWT assertions are verified with.

    Attributes:
        url: ``http://127.0.0.1:<port>``; the login and the instance URL.
        records: changes to the data, for tests.
    """

    def __init__(
        self,
        database: Path | duckdb.DuckDBPyConnection,
        *,
        clock: Clock,
        faults: Faults | None = None,
        port: int = 0,
        client_id: str = "3MVG9simulated.consumer.key",
        client_secret: str = "simulated-consumer-secret",
        username: str = "integration@acme.example",
        public_key: str | None = None,
    ) -> None:
        self.client_id, self.client_secret, self.username = client_id, client_secret, username
        self.faults = faults or Faults()
        self.state = OrgState(database, clock)
        self.records = Records(self.state)
        self._folder = Path(tempfile.mkdtemp(prefix="salesforce-simulator-"))
        app = ConnectedApp(client_id, client_secret, username, public_key)
        self.sessions = Sessions(app, self.state, self.faults)
        self.org = Org(self.state, self.sessions, self.faults, self._folder)
        self._server = _Server((HOST, port), _Handler, self.org)
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._server.url = self.url
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self) -> SalesforceSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving, end running jobs, remove spooled results. Safe to call twice."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self.org.bulk.close()
            self.state.close()
            shutil.rmtree(self._folder, ignore_errors=True)


def serve(
    database: Path, port: int, clock: Clock, on_ready: Callable[[SalesforceSimulator], None] | None = None
) -> None:
    """Serve ``database`` until interrupted; ``on_ready`` may show the URL and the credentials."""
    with SalesforceSimulator(database, clock=clock, port=port) as simulator:
        if on_ready is not None:
            on_ready(simulator)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    url = ""

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], org: Org) -> None:
        self.org = org
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sfdcedge", ""
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer a read."""
        self._serve()

    do_POST = do_PATCH = do_DELETE = do_PUT = do_GET

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the org's clock."""
        return format_datetime(self.server.org.state.now().replace(tzinfo=UTC), usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if (refused := self._too_long()) is not None:
            self.close_connection = True
            self._write(refused, None)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        response, fault = self.server.org.answer(request_of(self.command, self.path, headers, body, self.server.url))
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.seconds)
        self._write(response, fault)

    def _too_long(self) -> Response | None:
        html = {"Content-Type": "text/html;charset=iso-8859-1"}
        if len(self.path) > LONGEST_URI:
            return Response(414, html, TOO_LONG)
        if len(self.path) + sum(len(name) + len(value) + 4 for name, value in self.headers.items()) > LONGEST_URI:
            return Response(431, html, HEADERS_TOO_LONG)
        return None

    def _write(self, response: Response, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if kind == "truncated_rows" and response.slice is not None and response.cut_rows_at is not None:
            response.slice = type(response.slice)(response.slice.path, response.slice.start, response.cut_rows_at)
        length = response.length() // 2 if kind == "truncated_bytes" else response.length()
        zipped = response.length() > 0 and "gzip" in self.headers.get("Accept-Encoding", "")
        self._head(response, None if zipped else length)
        if kind == "dropped":
            length //= 2
        if self.command == "HEAD" or response.status in (204, 304):
            return
        if zipped:
            self._write_zipped(_blocks(response, length), complete=kind != "dropped")
        else:
            self._write_plain(response, length)
        if kind == "dropped":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _head(self, response: Response, length: int | None) -> None:
        self.send_response(response.status)
        self.send_header("Sforce-Limit-Info", self.server.org.usage)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Transfer-Encoding", "chunked")
        elif response.status not in (204, 304):
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _write_plain(self, response: Response, length: int) -> None:
        """Send ``length`` bytes of the body; the part in a file goes by sendfile."""
        self.wfile.write(response.prefix[:length])
        left = length - len(response.prefix)
        if response.slice is not None and left > 0:
            count = min(left, response.slice.end - response.slice.start)
            if count > 0:
                with response.slice.path.open("rb") as file:
                    self.connection.sendfile(file, response.slice.start, count)
            left -= count
        if left > 0:
            self.wfile.write(response.suffix[:left])

    def _write_zipped(self, blocks: Iterator[bytes], *, complete: bool) -> None:
        zipper = zlib.compressobj(1, zlib.DEFLATED, 31)
        for block in blocks:
            self._chunk(zipper.compress(block))
        self._chunk(zipper.flush(zlib.Z_FINISH if complete else zlib.Z_SYNC_FLUSH))
        if complete:
            self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))


def _blocks(response: Response, length: int) -> Iterator[bytes]:
    """The first ``length`` bytes of the body, in blocks."""
    for block in _whole(response):
        if length <= 0:
            return
        yield block[:length]
        length -= len(block)


def _whole(response: Response) -> Iterator[bytes]:
    yield response.prefix
    if response.slice is not None:
        with response.slice.path.open("rb") as file:
            file.seek(response.slice.start)
            left = response.slice.end - response.slice.start
            while left > 0 and (block := file.read(min(BLOCK, left))):
                left -= len(block)
                yield block
    yield response.suffix
