"""The core of the simulators by itself: a small API on it, built as the package's docstring says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import httpx
import pytest

from sources.simulators.http import (
    BearerSessions,
    Fault,
    NoRoute,
    Request,
    Response,
    Routes,
    Rules,
    Simulator,
    State,
    as_json,
    request_of,
    spool,
)
from sources.simulators.http.rendering import csv_line, csv_text, json_moment, json_object, json_plain, json_text

ROUTES = Routes((("POST", "/token", "token"), ("GET", r"(?P<base>/v(?P<version>\d))/animals(?:/(\w+))?", "animals")))
ROWS = "select * from (values (1, 'Le\"o', timestamp '2026-03-02 01:02:03'), (2, null, null)) as t(id, name, born)"


class Faults(Rules):
    endpoints = ROUTES.endpoints
    answers: ClassVar = {"throttled": as_json({"code": "TOO_MANY_REQUESTS"}, 429)}


class Zoo:
    longest_uri, server_name = 1_000, "zoo"

    def __init__(self, state: State, faults: Faults, folder: Path) -> None:
        self.state, self.faults, self.folder = state, faults, folder
        self.sessions = BearerSessions(state)

    def now(self) -> datetime:
        return self.state.now()

    def headers(self) -> dict[str, str]:
        return {"X-Zoo": "open"}

    def answer(self, request: Request) -> tuple[Response, Fault | None]:
        self.state.settle()
        try:
            request = ROUTES.of(request)
        except NoRoute as error:
            return as_json({}, 405 if error.wrong_method else 404), None
        fault = self.faults.strike(request.endpoint, request.path)
        if fault is not None and (failure := self.faults.answer_of(fault)) is not None:
            return failure, None
        if request.endpoint == "token":
            self.sessions.open(str(request.json()["token"]), timedelta(hours=1), requests=2)
            return as_json({}), fault
        if not self.sessions.admits(request.headers.get("authorization", "")):
            return as_json({}, 401), None
        members = [("id", json_plain("id")), ("name", json_text("name")), ("born", json_moment("born", "%d.%m.%Y"))]
        result = spool(self.state.cursor(), f"select {json_object(members)} || ',' from ({ROWS})", self.folder / "rows")
        return Response(200, {}, b"[", result.page(0, result.rows)[0], b"0]"), fault


class ZooSimulator(Simulator):
    def __init__(self, clock: Any, folder: Path) -> None:
        self.state, self.faults = State(duckdb.connect(), clock), Faults()
        api = Zoo(self.state, self.faults, folder)
        self.sessions = api.sessions
        super().__init__(api)

    def release(self) -> None:
        self.state.close()


@pytest.fixture
def now() -> list[datetime]:
    """The zoo's time, its only item."""
    return [datetime(2026, 3, 2, 2)]


@pytest.fixture
def zoo(now: list[datetime], tmp_path: Path) -> Iterator[ZooSimulator]:
    with ZooSimulator(lambda: now[0], tmp_path) as simulator:
        yield simulator


@pytest.fixture
def client(zoo: ZooSimulator) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer t"}
    with httpx.Client(base_url=zoo.url, headers=headers, verify=False) as client:
        client.post("/token", json={"token": "t"})
        yield client


def test_a_simulator_serves_rows_with_its_own_headers_and_clock(client: httpx.Client) -> None:
    answer = client.get("/v1/animals")
    rows = [{"id": 1, "name": 'Le"o', "born": "02.03.2026"}, {"id": 2, "name": None, "born": None}, 0]
    assert answer.json() == rows
    assert (answer.headers["X-Zoo"], answer.headers["Date"]) == ("open", "Mon, 02 Mar 2026 02:00:00 GMT")


def test_a_session_ends_by_requests_by_the_clock_and_by_revoking(
    client: httpx.Client, zoo: ZooSimulator, now: list[datetime]
) -> None:
    assert [client.get("/v1/animals").status_code for _ in range(3)] == [200, 200, 401]
    client.post("/token", json={"token": "t"})
    assert client.get("/v1/animals", headers={"Authorization": "Basic t"}).status_code == 401
    client.post("/token", json={"token": "t"})
    assert client.get("/v1/animals").status_code == 200
    zoo.sessions.revoke_all()
    assert client.get("/v1/animals").status_code == 401
    client.post("/token", json={"token": "t"})
    now[0] += timedelta(hours=1)
    assert client.get("/v1/animals").status_code == 401


def test_unknown_paths_wrong_methods_long_uris_and_faults_have_their_statuses(
    client: httpx.Client, zoo: ZooSimulator
) -> None:
    assert client.get("/v1/plants").status_code == 404
    assert client.delete("/token").status_code == 405
    assert client.get("/" + "x" * 1_000).status_code == 414
    zoo.faults.add("throttled", "animals")
    assert client.get("/v1/animals").status_code == 429


@pytest.mark.parametrize(("path", "parameters"), [("/v2/animals/leo/", ("leo",)), ("/v2/animals", ("",))])
def test_a_route_takes_a_path_apart(path: str, parameters: tuple[str, ...]) -> None:
    routed = ROUTES.of(request_of("GET", path + "?a=1&a=2", {}, b"", ""))
    assert (routed.endpoint, routed.base, routed.version) == ("animals", "/v2", "2")
    assert (routed.parameters, routed.query) == (parameters, {"a": "2"})


def test_a_csv_line_quotes_every_cell() -> None:
    cells = [csv_text("name"), "id"]
    lines = duckdb.sql(f"select {csv_line(cells, ';', chr(13) + chr(10))} from ({ROWS})").fetchall()
    assert lines == [('"Le""o";"1"\r\n',), ('"";"2"\r\n',)]


def test_an_object_names_its_members_as_json_does() -> None:
    names = ['it\'s "x"', "ä"]
    (row,) = duckdb.sql(f"select {json_object((name, '1') for name in names)}, {json_object(())}").fetchall()
    assert [json.loads(value) for value in row] == [dict.fromkeys(names, 1), {}]
