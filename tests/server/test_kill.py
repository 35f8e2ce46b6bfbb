"""kill -9 in the middle of recorded events: of the server, and of PostgreSQL. Sent again, all is as if not.

STORM sets how many contacts there are, with five events each: `STORM=20000 pytest -s` on this file.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from models.engine import Database, migrate
from server.postgres import EmbeddedPostgres
from server.postgres_home import Home, find
from tests.resolvers.soundness import assert_sound
from tests.server import storm
from tests.server.test_cli import ROOT, environment, free_port, wait_until_ready
from tests.server.test_postgres import postmaster, reaping

NUMBER = int(os.environ.get("STORM", "60"))
PATIENT = pytest.mark.timeout(120 + NUMBER)


@contextmanager
def serving(log: Path, database_url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the server itself, as a process of its own, until the block ends."""
    port = free_port()
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "server", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(DATABASE_URL=database_url, LOG_LEVEL="error"),
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            yield process, wait_until_ready(process, port, log)
        finally:
            process.kill()


def say(what: str, begun: float, answers: storm.Answers) -> None:
    took = time.monotonic() - begun
    print(f"{what}: {answers.results}, {len(answers.lost)} batches unanswered, {took:.1f} s")  # noqa: T201


@PATIENT
async def test_the_server_is_killed_in_the_middle(
    empty_database: Database, empty_database_url: str, tmp_path: Path
) -> None:
    as_if_not = await storm.undisturbed(empty_database, NUMBER)
    home, ids = await storm.prepare(empty_database, NUMBER)
    batches = await storm.reported(home, ids)
    begun = time.monotonic()
    with serving(tmp_path / "log", empty_database_url) as (process, url):
        killed = await storm.send(url, home.system.key, batches, at=len(batches) // 3, then=process.kill)
    say("until the server was killed", begun, killed)
    assert killed.lost
    assert killed.results
    with serving(tmp_path / "log", empty_database_url) as (_, url):
        again = await storm.send_until_answered(url, home.system.key, batches)
    say("sent again", begun, again)
    await assert_nothing_lost_or_doubled(empty_database, home.team_id, again, batches, as_if_not)


@pytest.fixture
async def own() -> AsyncIterator[tuple[Home, EmbeddedPostgres]]:
    """A PostgreSQL of this test's own, one that keeps what it has said it keeps."""
    home = find(f"kill-{os.getpid()}")
    with reaping():
        server = EmbeddedPostgres(home, durable=True)
        server.start()
        try:
            await migrate(server.url)
            yield home, server
        finally:
            server.stop()
            shutil.rmtree(home.folder)


def kill_postgresql(home: Home) -> None:
    """Kill the postmaster and every process below it, at once, and wait until they are gone."""
    parent = postmaster(home)
    below = [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/stat")
        if (words := _words(path)) and words[1] == str(parent)
    ]
    for pid in (parent, *below):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in (parent, *below):
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _words(stat: Path) -> list[str]:
    """Return what /proc says of a process after its name: its state, its parent, …"""
    with suppress(OSError):
        return stat.read_text().rpartition(")")[2].split()
    return []


@PATIENT
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds PostgreSQL's processes in /proc")
async def test_postgresql_is_killed_in_the_middle(own: tuple[Home, EmbeddedPostgres], tmp_path: Path) -> None:
    place, server = own
    database = Database(server.url, statement_timeout=60, lock_timeout=60)
    as_if_not = await storm.undisturbed(database, NUMBER)
    home, ids = await storm.prepare(database, NUMBER)
    batches = await storm.reported(home, ids)
    begun = time.monotonic()
    with serving(tmp_path / "log", server.url) as (process, url):
        killed = await storm.send(
            url, home.system.key, batches, at=len(batches) // 3, then=lambda: kill_postgresql(place)
        )
        say("until PostgreSQL was killed", begun, killed)
        assert killed.lost
        assert killed.results
        assert process.poll() is None, "the server outlives its database"
        with EmbeddedPostgres(place, durable=True) as restarted:
            assert restarted.started
            again = await storm.send_until_answered(url, home.system.key, batches)
        say("sent again", begun, again)
    await assert_nothing_lost_or_doubled(database, home.team_id, again, batches, as_if_not)
    assert "redo starts" in (place.data / "server.log").read_text(), "it recovered from its log"
    await database.close()


async def assert_nothing_lost_or_doubled(
    database: Database,
    team_id: int,
    again: storm.Answers,
    batches: list[storm.Batch],
    as_if_not: list[tuple[object, ...]],
) -> None:
    assert set(again.results) <= {"EventApplied", "EventIgnored", "EventDuplicate"}
    assert sum(again.results.values()) == sum(map(len, batches))
    assert await storm.ends(database, team_id) == as_if_not
    await assert_sound(database, team_id)
