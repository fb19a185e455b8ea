"""The HTTP server: reads requests, writes answers, and commits the faults that happen on the wire.

Loopback only. One thread a connection; bodies go from file to socket without passing through Python.
"""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self

from sources.simulators.http.faults import Fault
from sources.simulators.http.messages import Request, Response, request_of

HOST = "127.0.0.1"
BLOCK = 1 << 18
_HTML = {"Content-Type": "text/html;charset=iso-8859-1"}
_TOO_LONG = b"<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"
_HEADERS_TOO_LONG = b"<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>"


class Api(Protocol):
    """A vendor's API without its transport.

    Attributes:
        longest_uri: bytes of a request line, and of it with all headers, that the vendor's front end takes.
        server_name: what the Server header says.
    """

    longest_uri: int
    server_name: str

    def now(self) -> datetime:
        """Return the vendor's time, naive UTC, for the Date header."""

    def headers(self) -> dict[str, str]:
        """Return the headers that every answer carries."""

    def answer(self, request: Request) -> tuple[Response, Fault | None]:
        """Return the answer, and the fault that the transport has to add to it. Never raises."""


class Simulator:
    """A vendor's API on loopback, from construction to ``close``; also a context manager.

    Args:
        port: 0 picks a free one.

    Attributes:
        url: ``http://127.0.0.1:<port>``.
        url_options: the options of a source of the type that take ``url``.
        credentials: the options that it needs beside them, with their values; secrets of a simulator are none.
    """

    url_options: ClassVar[tuple[str, ...]]
    credentials: dict[str, str]

    def __init__(self, api: Api, port: int = 0) -> None:
        self._server = _Server((HOST, port), Handler, api)
        self.url = f"http://{HOST}:{self._server.server_address[1]}"
        self._server.url = self.url
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving, then release what the API holds. Safe to call twice."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self.release()

    def release(self) -> None:
        """Let go of connections and files; called once, when nothing is served any more."""


def wait_until_interrupted() -> None:
    """Return when the person at the terminal interrupts."""
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    url = ""

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], api: Api) -> None:
        self.api = api
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer a request of any method."""
        self._serve()

    do_POST = do_PATCH = do_DELETE = do_PUT = do_GET

    def version_string(self) -> str:
        """The Server header."""
        return self.server.api.server_name

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the vendor's clock."""
        return format_datetime(self.server.api.now().replace(tzinfo=UTC), usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if (refused := self._too_long()) is not None:
            # said aloud: a client that is not told sends its next request into a connection about to be closed
            refused.headers["Connection"] = "close"
            self._write(refused, None)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        response, fault = self.server.api.answer(request_of(self.command, self.path, headers, body, self.server.url))
        if fault is not None and fault.kind == "slow":
            time.sleep(fault.seconds)
        self._write(response, fault)

    def _too_long(self) -> Response | None:
        longest = self.server.api.longest_uri
        if len(self.path) > longest:
            return Response(414, dict(_HTML), _TOO_LONG)
        if len(self.path) + sum(len(name) + len(value) + 4 for name, value in self.headers.items()) > longest:
            return Response(431, dict(_HTML), _HEADERS_TOO_LONG)
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
        for name, value in (self.server.api.headers() | response.headers).items():
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
