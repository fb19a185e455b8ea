"""Private PostgreSQL and MariaDB servers for tests: free ports on 127.0.0.1, data in a temporary folder.

Each runs under a supervisor (this file run as a program) that holds the read end of a pipe from pytest: when
pytest ends, however it ends, the supervisor stops the server and removes its data. Servers never run as root.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SECONDS_TO_START = 60


@dataclass(frozen=True)
class DatabaseServer:
    """A running server and the credentials of its administrator."""

    host: str
    port: int
    user: str
    password: str
    database: str
    socket_folder: Path


@contextmanager
def postgres_server() -> Iterator[DatabaseServer]:
    """Start PostgreSQL; yield it; stop it and remove its data."""
    folder, port = _new_folder(), _free_port()
    secret = folder / "administrator"
    secret.write_text("correct horse battery")
    _give_away(folder, secret)
    _run(
        _program("initdb"), f"--pgdata={folder}/data", "--username=crm", f"--pwfile={secret}", "--no-locale",
        "--encoding=UTF8", "--auth-host=scram-sha-256", "--auth-local=trust", "--no-sync",
    )  # fmt: skip
    settings = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "timezone": "UTC",
        "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "40",
    }  # fmt: skip
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = DatabaseServer("127.0.0.1", port, "crm", "correct horse battery", "postgres", folder)
    with _supervised([_program("postgres"), "-D", f"{folder}/data", *flags], folder, signal.SIGQUIT):
        _wait_until(lambda: _postgres_answers(server), folder)
        yield server


@contextmanager
def mariadb_server() -> Iterator[DatabaseServer]:
    """Start MariaDB; yield it; stop it and remove its data."""
    folder, port = _new_folder(), _free_port()
    _give_away(folder)
    _run(
        _program("mariadb-install-db"), "--no-defaults", f"--datadir={folder}/data", "--skip-test-db",
        "--auth-root-authentication-method=normal",
    )  # fmt: skip
    password = "correct horse battery"
    start = folder / "start.sql"
    # the server takes one statement a line from its init file
    start.write_text(
        f"create user 'crm'@'%' identified by '{password}';\n"
        "grant all on *.* to 'crm'@'%' with grant option;\ncreate database crm;\n"
    )
    _give_away(start)
    command = [
        _program("mariadbd"), "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/socket",
        f"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", f"--init-file={start}",
        "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--character-set-server=utf8mb4",
        f"--pid-file={folder}/pid",
    ]  # fmt: skip
    server = DatabaseServer("127.0.0.1", port, "crm", password, "crm", folder)
    with _supervised(command, folder, signal.SIGTERM):
        _wait_until(lambda: _mariadb_answers(server), folder)
        yield server


def _postgres_answers(server: DatabaseServer) -> bool:
    import psycopg

    try:
        psycopg.connect(
            host=server.host, port=server.port, user=server.user, password=server.password, dbname=server.database
        ).close()
    except psycopg.OperationalError:
        return False
    return True


def _mariadb_answers(server: DatabaseServer) -> bool:
    import pymysql

    try:
        pymysql.connect(
            host=server.host, port=server.port, user=server.user, password=server.password, database=server.database
        ).close()
    except pymysql.err.OperationalError:
        return False
    return True


@contextmanager
def _supervised(command: list[str], folder: Path, stop: signal.Signals) -> Iterator[None]:
    """Run ``command`` under a supervisor; on leaving, wait until server and data are gone."""
    order = json.dumps({"command": command, "folder": str(folder), "stop": int(stop), "user": _server_user()})
    supervisor = subprocess.Popen(
        [sys.executable, __file__, order], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        assert supervisor.stdin is not None
        supervisor.stdin.close()
        supervisor.wait(timeout=30)


def _supervise(order: str) -> None:
    """Run the server until standard input ends, then stop it and remove its folder."""
    told = json.loads(order)
    folder = Path(told["folder"])
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            told["command"], user=told["user"], group=_group_of(told["user"]), extra_groups=_no_groups(told["user"]),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True,
        )  # fmt: skip
    sys.stdin.buffer.read()
    server.send_signal(told["stop"])
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _wait_until(answers: Callable[[], bool], folder: Path) -> None:
    limit = time.monotonic() + _SECONDS_TO_START
    while not answers():
        if time.monotonic() > limit:
            log = folder / "server.log"
            raise RuntimeError(f"no answer within {_SECONDS_TO_START} s: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def _program(name: str) -> str:
    """Return the path of a server program; Debian keeps PostgreSQL's out of PATH."""
    places = [shutil.which(name), f"/usr/sbin/{name}", *sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[::-1]]
    for place in places:
        if place and Path(place).exists():
            return place
    raise RuntimeError(f"{name} is not installed; run tests/setup_servers.sh")


def _run(*command: str) -> None:
    """Run a set-up program as the servers' user."""
    user = _server_user()
    done = subprocess.run(
        command, user=user, group=_group_of(user), extra_groups=_no_groups(user), capture_output=True, text=True,
        check=False, cwd="/",
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout[-1000:]}{done.stderr[-1000:]}")


def _server_user() -> str | None:
    """Return the user to switch to, or None to stay: servers refuse to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _group_of(user: str | None) -> int | None:
    import pwd

    return pwd.getpwnam(user).pw_gid if user else None


def _no_groups(user: str | None) -> list[int] | None:
    return [] if user else None


def _new_folder() -> Path:
    """Return a new short-named folder: a Unix socket's path holds 107 bytes at most."""
    return Path(tempfile.mkdtemp(prefix="crmtest-", dir="/tmp"))


def _give_away(*paths: Path) -> None:
    user = _server_user()
    for path in paths:
        if user:
            shutil.chown(path, user, _group_of(user))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    _supervise(sys.argv[1])
