"""The HTTP core against a real server on loopback that answers what each test scripts."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from sources.errors import QuotaExhausted, SourceError, TransientSourceError
from sources.http import ApiError, HttpClient, Incomplete, Redactor, Refusal, judge_by_status

SECRET = "s3cr3t-Value/with+signs"


@dataclass
class Answer:
    """One scripted answer; ``cut`` drops the connection after that many bytes of the body."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


class Script:
    """A server that gives the answers in order, the last one for ever, and keeps what was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer()]
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.under_way = self.most_under_way = 0
        self.delay = 0.0
        self.lock = threading.Lock()
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

            def do_GET(self) -> None:
                with script.lock:
                    script.under_way += 1
                    script.most_under_way = max(script.most_under_way, script.under_way)
                    script.seen.append((self.command, self.path, dict(self.headers)))
                    answer = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                time.sleep(script.delay)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                with script.lock:
                    script.under_way -= 1
                self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
                self.close_connection = answer.cut is not None

            do_POST = do_GET

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()
    thread = threading.Thread(target=script.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield script
    script.server.shutdown()
    script.server.server_close()
    thread.join()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(pauses: list[float]) -> Iterator[HttpClient]:
    client = HttpClient("acme", attempts=4, sleep=pauses.append, redactor=Redactor([SECRET]))
    yield client
    client.close()


def with_tokens(pauses: list[float], tokens: list[str], url: str) -> HttpClient:
    client = HttpClient("acme", attempts=3, sleep=pauses.append, sign_in=lambda: tokens.pop(0))
    client.trust(url)
    return client


@pytest.mark.parametrize("status", [408, 420, 429, 500, 502, 503, 504])
def test_a_passing_refusal_is_repeated_until_the_answer_comes(script: Script, client: HttpClient, status: int) -> None:
    script.answers = [Answer(status), Answer(status), Answer(body=b'{"a": 1}')]
    assert client.json("GET", script.url) == {"a": 1}
    assert len(script.seen) == 3


def test_an_empty_406_is_repeated_and_one_with_words_is_final(script: Script, client: HttpClient) -> None:
    script.answers = [Answer(406, b""), Answer()]
    assert client.json("GET", script.url) == {}
    script.answers = [Answer(406, b"no such format")]
    with pytest.raises(ApiError, match="no such format"):
        client.json("GET", script.url)


def test_the_pause_is_what_the_source_asks_for_or_grows(
    script: Script, client: HttpClient, pauses: list[float]
) -> None:
    date = {"Retry-After": formatdate(time.time() + 20, usegmt=True)}
    script.answers = [Answer(429, headers={"Retry-After": "7"}), Answer(503, headers=date), Answer(500), Answer()]
    client.json("GET", script.url)
    assert pauses[0] == 7.0
    assert 18.0 <= pauses[1] <= 20.0
    assert 0.5 <= pauses[2] <= 4.5


def test_a_source_that_asks_to_wait_for_hours_is_left_for_the_next_run(
    script: Script, client: HttpClient, pauses: list[float]
) -> None:
    script.answers = [Answer(503, b"closed", headers={"Retry-After": "7200"})]
    with pytest.raises(TransientSourceError, match="asks to wait 7200 s"):
        client.json("GET", script.url, subject="Account")
    assert (len(script.seen), pauses) == (1, [])


def test_a_source_that_never_recovers_is_named_with_its_own_words(script: Script, client: HttpClient) -> None:
    script.answers = [Answer(503, b"down for maintenance")]
    with pytest.raises(TransientSourceError, match=r"acme\.Account: HTTP 503.*down for maintenance.*4 attempts"):
        client.json("GET", script.url, subject="Account")


def test_a_success_that_is_no_json_is_repeated(script: Script, client: HttpClient) -> None:
    script.answers = [Answer(body=b"<html>maintenance</html>"), Answer(body=b'{"a": [1'), Answer(body=b'{"a": 0.10}')]
    assert client.json("GET", script.url) == {"a": Decimal("0.10")}


def test_a_body_cut_short_is_requested_again(script: Script, client: HttpClient, tmp_path: Path) -> None:
    script.answers = [Answer(body=b'{"a": 1}', cut=3), Answer(body=b'{"a": 1}')]
    assert client.json("GET", script.url) == {"a": 1}
    body = bytes(range(256)) * 2000
    script.answers = [Answer(body=body, cut=100_000), Answer(body=body)]
    client.download(script.url, tmp_path / "page")
    assert (tmp_path / "page").read_bytes() == body


def test_a_source_that_cannot_be_reached_is_a_transient_failure(client: HttpClient, script: Script) -> None:
    script.server.shutdown()
    script.server.server_close()
    with pytest.raises(TransientSourceError, match="ConnectError"):
        client.request("GET", script.url)


def test_a_download_that_is_not_what_was_promised_is_requested_again(
    script: Script, client: HttpClient, tmp_path: Path
) -> None:
    zipped = {"Content-Encoding": "gzip", "X-Rows": "2"}
    script.answers = [
        Answer(body=gzip.compress(b"a\n"), headers=zipped),
        Answer(body=gzip.compress(b"a\nb\n"), headers=zipped),
    ]

    def verify(path: Path, headers: httpx.Headers) -> None:
        if len(path.read_text().splitlines()) != int(headers["X-Rows"]):
            raise Incomplete("a row is missing")

    client.download(script.url, tmp_path / "page", verify=verify)
    assert (tmp_path / "page").read_text() == "a\nb\n"
    assert len(script.seen) == 2


def test_an_expired_session_is_renewed_and_the_request_goes_on(script: Script, pauses: list[float]) -> None:
    client = with_tokens(pauses, ["first-token", "second-token"], script.url)
    script.answers = [Answer(), Answer(401), Answer(503), Answer(body=b'{"a": 1}')]
    client.json("GET", script.url)
    assert client.json("GET", script.url) == {"a": 1}
    sent = [headers["Authorization"] for _, _, headers in script.seen]
    assert sent == ["Bearer first-token"] * 2 + ["Bearer second-token"] * 2
    client.close()


def test_a_new_session_that_ends_at_once_is_renewed_as_well(script: Script, pauses: list[float]) -> None:
    client = with_tokens(pauses, ["token-one", "token-two", "token-three"], script.url)
    script.answers = [Answer(401), Answer(401), Answer(body=b'{"a": 1}')]
    assert client.json("GET", script.url) == {"a": 1}
    assert [headers["Authorization"] for _, _, headers in script.seen][-1] == "Bearer token-three"
    client.close()


def test_a_session_refused_three_times_fails_with_the_words_of_the_source(script: Script, pauses: list[float]) -> None:
    client = with_tokens(pauses, ["token-one", "token-two", "token-three", "token-four"], script.url)
    script.answers = [Answer(401, b"who are you?")]
    with pytest.raises(ApiError, match=r"who are you\?") as caught:
        client.json("GET", script.url)
    assert (caught.value.status, len(script.seen)) == (401, 3)
    client.close()


def test_a_refused_sign_in_fails_at_once_instead_of_signing_in_again(script: Script, pauses: list[float]) -> None:
    client = HttpClient(
        "acme",
        sleep=pauses.append,
        sign_in=lambda: client.json("POST", script.url, authorized=False, data={"client_secret": SECRET}),
    )
    script.answers = [Answer(401, b"wrong password")]
    with pytest.raises(ApiError, match="wrong password"):
        client.json("GET", script.url)
    assert len(script.seen) == 1
    client.close()


def test_a_quota_stops_the_run_without_another_request(script: Script, pauses: list[float]) -> None:
    def judge(response: httpx.Response) -> Refusal | None:
        return Refusal("quota", "1000 of 1000 calls used") if response.status_code == 403 else judge_by_status(response)

    client = HttpClient("acme", judge=judge, sleep=pauses.append)
    script.answers = [Answer(403)]
    with pytest.raises(QuotaExhausted, match=r"1000 of 1000 calls used.*next run continues"):
        client.json("GET", script.url, subject="deals")
    assert (len(script.seen), pauses) == (1, [])
    client.close()


def test_a_refusal_in_the_json_of_a_success_is_repeated_or_final_as_its_words_say(
    script: Script, pauses: list[float]
) -> None:
    def judge(document: dict[str, str]) -> Refusal | None:
        kinds = {"BUSY": Refusal("retry", "BUSY", wait_seconds=60.0), "NO": Refusal("error", "NO", "NO", "Ask for it.")}
        return kinds.get(document.get("code", ""))

    client = HttpClient("acme", judge_json=judge, sleep=pauses.append)
    busy, no, fine = (Answer(200, b'{"code": "%s"}' % code) for code in (b"BUSY", b"NO", b"FINE"))
    script.answers = [busy, fine, no]
    assert client.json("GET", script.url) == {"code": "FINE"}
    with pytest.raises(ApiError, match=r"NO\. Ask for it"):
        client.json("GET", script.url)
    assert (len(script.seen), pauses) == (3, [60.0])
    client.close()


def test_the_token_goes_to_trusted_hosts_and_over_encrypted_connections_only(
    script: Script, pauses: list[float]
) -> None:
    client = with_tokens(pauses, ["a-token"], "https://acme.example")
    with pytest.raises(SourceError, match="another host"):
        client.json("GET", script.url)
    with pytest.raises(SourceError, match="not encrypted"):
        client.json("GET", "http://acme.example/data")
    assert script.seen == []
    client.close()


def test_a_key_without_a_scheme_goes_in_the_header_that_the_source_names_to_trusted_hosts_and_into_no_message(
    script: Script, pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    client = HttpClient("acme", attempts=2, sleep=pauses.append, sign_in=lambda: SECRET, header="X-Api-Key", scheme="")
    client.trust(script.url)
    client.json("GET", script.url, headers={"Accept": "text/json"})
    client.json("GET", script.url, authorized=False)
    sent = [{name.lower(): value for name, value in headers.items()} for _, _, headers in script.seen]
    assert [each.get("x-api-key") for each in sent] == [SECRET, None]
    assert sent[0]["accept"] == "text/json" and not any("authorization" in each for each in sent)
    with pytest.raises(SourceError, match="another host"):
        client.json("GET", script.url.replace("127.0.0.1", "localhost"))
    script.answers = [Answer(503, f"echo {SECRET}".encode())]
    with caplog.at_level(logging.DEBUG), pytest.raises(TransientSourceError, match=r"echo \[redacted\]") as caught:
        client.json("GET", script.url)
    assert "s3cr3t" not in str(caught.value) + caplog.text
    client.close()


def test_the_clock_is_the_one_of_the_source(script: Script, client: HttpClient) -> None:
    assert client.server_time is None
    before = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    client.json("GET", script.url)
    assert client.server_time is not None and client.server_time.tzinfo is None
    assert 0 <= (client.server_time - before).total_seconds() <= 5


def test_requests_to_one_host_stay_under_the_cap_over_all_clients(script: Script, pauses: list[float]) -> None:
    script.delay = 0.02
    clients = [HttpClient("acme", concurrency=2, sleep=pauses.append) for _ in range(2)]
    threads = [threading.Thread(target=clients[n % 2].json, args=("GET", script.url)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(script.seen), script.most_under_way) == (8, 2)
    for client in clients:
        client.close()


@pytest.mark.parametrize(
    "spell",
    [
        lambda secret: f"the value {secret} is wrong",
        lambda secret: httpx.QueryParams({"client_secret": secret}),
        lambda secret: json.dumps({"password": secret}),
        lambda secret: f"Authorization: Bearer {secret}",
        lambda secret: f"refresh_token={secret}&grant_type=x",
    ],
)
def test_a_secret_is_redacted_however_it_is_spelled(spell: Callable[[str], object]) -> None:
    text = Redactor([SECRET]).clean(str(spell(SECRET)))
    assert SECRET not in text and "s3cr3t" not in text
    assert "[redacted]" in text


def test_a_credential_that_nobody_named_is_redacted_by_its_shape() -> None:
    text = Redactor().clean('{"access_token": "00D5g000004abc!AQ", "note": "kept"} Bearer abcdefgh1234')
    assert "00D5g" not in text and "abcdefgh" not in text
    assert "kept" in text


def test_secrets_reach_neither_errors_nor_logs_nor_repr(
    script: Script, client: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    script.answers = [Answer(503, f"echo {SECRET}".encode())]
    with caplog.at_level(logging.DEBUG), pytest.raises(TransientSourceError) as caught:
        client.json("POST", script.url, data={"client_secret": SECRET})
    script.answers = [Answer(400, f"echo {SECRET}".encode())]
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiError) as refused:
        client.json("POST", script.url, data={"client_secret": SECRET})
    everything = [str(caught.value), str(refused.value), refused.value.message, caplog.text, repr(client.redactor)]
    assert "attempt 2 follows" in caplog.text
    assert not [text for text in everything if "s3cr3t" in text]
    assert caught.value.__cause__ is None and refused.value.__cause__ is None
