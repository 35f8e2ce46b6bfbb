"""The servers that are compared: each a real process on a port of its own, over the same database."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import httpx
import orjson
import psutil  # type: ignore[import-untyped]
from sqlalchemy.engine import make_url

from bench import nodejs, postgraphile
from bench.operations import Operation
from rules.statuses import Change, ChangeKind, Status
from rules.table import BY_HAND

ROOT: Final = Path(__file__).parent.parent
POOL_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class Ground:
    """What every server is told: the database, the team, and the key of one of its members."""

    url: str
    team_id: int
    member_id: int
    key: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of server: what it is, how it is started, and what it can be asked."""

    name: str
    title: str
    command: Sequence[str | Path]
    environment: dict[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset({"transitions"})
    """The operations that it is not asked for."""


def _node(script: str, *arguments: str) -> tuple[str | Path, ...]:
    return (nodejs.NODE, script, *arguments)


OURS: Final = Kind(
    "ours", "Contact Status", (sys.executable, "-m", "server", "serve", "--port"), without=frozenset()
)
MERCURIUS: Final = Kind("mercurius", "Mercurius, jit, DataLoaders", _node("mercurius.mjs", "loaders"))
JOINED: Final = Kind(
    "joined", "Mercurius, jit, our joined statement", _node("mercurius.mjs", "joined"), {"GENERIC": "1"}
)
APOLLO: Final = Kind("apollo", "Apollo Server, DataLoaders", _node("apollo.mjs"))
PLAIN: Final = Kind("plain", "Strawberry, SQLModel, DataLoaders", (sys.executable, "-m", "bench.plain"))
POSTGRAPHILE: Final = Kind(
    "postgraphile", "PostGraphile 5", _node("postgraphile.mjs"), {}, frozenset({"set-status", "transitions"})
)
ALL: Final = (OURS, PLAIN, MERCURIUS, JOINED, POSTGRAPHILE, APOLLO)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    kind: Kind
    process: subprocess.Popen[bytes]
    port: int
    team_id: int
    key: str

    @property
    def url(self) -> str:
        """Return where it is asked."""
        return f"http://127.0.0.1:{self.port}/graphql"

    def bodies(self, operation: Operation) -> list[bytes]:
        """Return the bodies of an operation's requests as this server takes them."""
        if self.kind is POSTGRAPHILE:
            return postgraphile.bodies(operation, self.team_id)
        return operation.bodies()

    def ask(self, body: bytes) -> Any:
        """Ask once, and return the answer's data; an error ends the run."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        response = httpx.post(self.url, content=body, headers=headers, timeout=30)
        answer = orjson.loads(response.content)
        if response.status_code != 200 or answer.get("errors"):
            raise RuntimeError(f"{self.kind.title} answers {response.status_code}: {answer}")
        return answer["data"]

    def read(self, operation: Operation, data: Any) -> Any:
        """Return the data of an answer as our API shapes it."""
        return postgraphile.read(operation, data) if self.kind is POSTGRAPHILE else data

    def cpu(self) -> float:
        """Return the processor time that the server with its workers has taken, in seconds."""
        family = (each.cpu_times() for each in self._family())
        return float(sum(times.user + times.system for times in family))

    def memory(self) -> float:
        """Return the resident memory of the server with its workers, in MiB."""
        return float(sum(each.memory_info().rss for each in self._family()) / 2**20)

    def _family(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


@contextmanager
def started(kind: Kind, ground: Ground, workers: int = 1) -> Iterator[Server]:
    """Run a server until the end of the block."""
    port = _free_port()
    log: IO[bytes]
    folder = ROOT / ".data"
    folder.mkdir(exist_ok=True)
    with (folder / f"bench-{kind.name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*kind.command, str(port)],
            cwd=nodejs.FOLDER if kind.command[0] == nodejs.NODE else ROOT,
            env=nodejs.environment() | _settings(ground, workers) | kind.environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(process, port, kind)
            yield Server(kind, process, port, ground.team_id, ground.key)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _settings(ground: Ground, workers: int) -> dict[str, str]:
    url = make_url(ground.url)
    host = url.host or str(url.query["host"])
    return {
        "DATABASE_URL": ground.url,
        "PGHOST": host,
        "PGPORT": str(url.port or url.query.get("port", 5432)),
        "PGUSER": url.username or "postgres",
        "PGDATABASE": url.database or "postgres",
        **({"PGPASSWORD": url.password} if url.password else {}),
        "TEAM_ID": str(ground.team_id),
        "MEMBER_ID": str(ground.member_id),
        "KEY": ground.key,
        "POOL_SIZE": str(POOL_SIZE),
        "WORKERS": str(workers),
        "LOG_LEVEL": "warning",
        "RULES": orjson.dumps(_sentences()).decode(),
    }


def _sentences() -> dict[str, str]:
    """Return what the log says about the two changes that are asked for, as our table words it."""
    asked = {Change(ChangeKind.ADD, status): status.name for status in (Status.PAUSED, Status.ACTIVE)}
    ways = {(row.change, row.sentence) for row in BY_HAND if row.change in asked}
    return {
        asked[change]: sentence
        for change, sentence in ways
        if change.status is Status.PAUSED or "Paused becomes Active" in sentence
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, kind: Kind) -> None:
    """Wait until the server takes connections."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{kind.title} does not start; see .data/bench-{kind.name}.log")
