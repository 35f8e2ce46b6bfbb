"""The embedded server: started once, shared, stopped by the last, and none the worse for being killed."""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg  # type: ignore[import-untyped]
import pytest

from models.engine import Database, DatabaseUnavailable
from server import postgres_home
from server.postgres import EmbeddedPostgres, EmbeddedProblem
from server.postgres_home import Home, find

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from server.postgres import EmbeddedPostgres
from server.postgres_home import Home
server = EmbeddedPostgres(Home(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] or None), durable=False)
server.start()
print(server.started, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A folder for a cluster of this module's own."""
    made = find(f"test-{os.getpid()}")
    yield made
    shutil.rmtree(made.folder)


def hold(home: Home) -> subprocess.Popen[str]:
    """Use the server in another process, until its stdin is closed or it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.folder), str(home.programs), home.user or ""],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


async def version(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        number: int = connection.get_server_version().major
        return number
    finally:
        await connection.close()


def postmaster(home: Home) -> int:
    return int((home.data / "postmaster.pid").read_text().split()[0])


@contextmanager
def reaping() -> Iterator[None]:
    """Be the parent of orphans meanwhile: a container's first process may leave a killed server a zombie."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is None:
        yield
        return
    prctl(36, 1, 0, 0, 0)
    yield
    prctl(36, 0, 0, 0, 0)


async def test_it_starts_and_stops(home: Home) -> None:
    with EmbeddedPostgres(home, durable=False):
        pass  # the first time includes making the cluster
    server = EmbeddedPostgres(home, durable=False)
    url = server.start()
    assert server.start() == url
    assert await version(url) >= 15
    server.stop()
    server.stop()
    assert not (home.data / "postmaster.pid").exists()


async def test_processes_share_it_and_the_last_stops_it(home: Home) -> None:
    with hold(home) as other:
        assert said(other) == "True"
        with EmbeddedPostgres(home, durable=False) as server:
            assert not server.started
            other.communicate("")
            assert other.returncode == 0
            assert await version(server.url) >= 15
    assert not (home.data / "postmaster.pid").exists()


async def test_a_killed_process_leaves_it_usable(home: Home) -> None:
    with hold(home) as other:
        said(other)
        other.kill()
    with EmbeddedPostgres(home, durable=False) as server:
        assert not server.started
        assert await version(server.url) >= 15
    assert not (home.data / "postmaster.pid").exists()


async def test_a_killed_server_is_started_again(home: Home) -> None:
    server = EmbeddedPostgres(home, durable=False)
    with reaping():
        server.start()
        pid = postmaster(home)
        os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            await asyncio.to_thread(os.waitpid, pid, 0)
    await asyncio.sleep(0.2)
    with EmbeddedPostgres(home, durable=False) as again:
        assert await version(again.url) >= 15
    server.stop()


async def test_the_pool_outlives_a_restart_of_postgresql(home: Home) -> None:
    server = EmbeddedPostgres(home, durable=False)
    database = Database(server.start(), role=None)
    async with database.read(1), database.read(1):
        pass
    server.stop()
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        async with database.read(1):
            pass
    server.start()
    async with database.read(1), database.read(1):
        pass
    await database.close()
    server.stop()


async def test_a_long_path_gets_a_short_socket(home: Home) -> None:
    long = Home(home.folder / ("long" * 20), home.programs, home.user)
    long.folder.mkdir(parents=True)
    if home.user:
        shutil.chown(long.folder, home.user)
    with EmbeddedPostgres(long, durable=False) as server:
        assert len(str(long.socket_folder())) < postgres_home.LONGEST_SOCKET
        assert await version(server.url) >= 15
    shutil.rmtree(long.socket_folder())


def test_the_folders_above_keep_their_permissions(home: Home) -> None:
    with EmbeddedPostgres(home, durable=False):
        pass
    assert home.folder.stat().st_mode & 0o007 == 0
    assert home.data.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends programs to another user")
def test_programs_below_a_private_folder_are_lent_as_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "packages" / "wheel" / "programs"
    (private / "bin").mkdir(parents=True)
    (private / "share").mkdir()
    (private / "bin" / "postgres").write_text("")
    (private / "bin" / "postgres").chmod(0o700)
    private.chmod(0o700)
    (tmp_path / "packages" / "wheel.libs").mkdir()
    monkeypatch.setattr(postgres_home, "FOR_ROOT", tmp_path / "var")
    found = postgres_home._home_for_root("postgres", tmp_path, private)
    assert found.programs.is_relative_to(tmp_path / "var")
    assert (found.programs.parents[2] / "wheel.libs").is_dir()
    assert (found.programs / "postgres").stat().st_mode & 0o777 == 0o755
    assert private.stat().st_mode & 0o777 == 0o700


def test_a_server_that_cannot_start_says_where_its_log_is(home: Home) -> None:
    with EmbeddedPostgres(home, durable=False):
        pass
    settings = home.data / "postgresql.auto.conf"
    good = settings.read_text()
    settings.write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedProblem, match=r"does not start; its log is .*server\.log: "):
        EmbeddedPostgres(home, durable=False).start()
    settings.write_text(good)
