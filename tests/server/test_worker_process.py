"""Workers as processes: alone, in the application, killed, stopped."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from typer.testing import CliRunner

from models.engine import Database
from rules.statuses import Status
from server import commands
from server.__main__ import app
from server.app import create_app
from server.settings import Settings
from tests.resolvers.away import LONG_AGO, away, rows_of, until
from tests.resolvers.making import statuses_of
from tests.resolvers.soundness import assert_sound
from tests.server.at_work import are_back, assert_ended_once, at_work, nothing_is_left, queue
from tests.server.endpoint import served
from tests.server.test_cli import ROOT, environment
from tests.world import Home


@asynccontextmanager
async def a_process(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `python -m server worker`."""
    command = (sys.executable, "-m", "server", "worker")
    settings = environment(DATABASE_URL=url, LOG_FORMAT="json")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=settings, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def someone(database: Database, does: str) -> bool:
    """Say whether another connection to this database does something."""
    here = "datname = current_database() and pid <> pg_backend_pid()"
    return bool(await rows_of(database, f"select 1 from pg_stat_activity where {here} and {does}"))


async def test_what_a_killed_process_was_at_another_finishes(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    ids = await away(home, 5, at=LONG_AGO)
    async with home.owner.context.write() as session:  # holds the contacts: whoever ends an absence waits
        await (await session.connection()).exec_driver_sql("select 1 from contact order by id for update")
        async with a_process(empty_database_url) as process:
            await until(lambda: someone(empty_database, "wait_event_type = 'Lock'"))
            process.send_signal(signal.SIGKILL)
            await process.wait()
    [(status, _)] = await queue(empty_database)
    assert status == "picked"
    assert await statuses_of(home.owner.context, ids) == [{Status.OUT_OF_OFFICE, Status.CONTACTED}] * 5
    await rows_of(empty_database, "update jobs.pgqueuer set heartbeat = heartbeat - interval '1 hour'")
    async with at_work(empty_database_url):
        await until(lambda: are_back(home, ids))
        await until(lambda: nothing_is_left(empty_database))
    await assert_ended_once(home, ids)
    await assert_sound(empty_database, home.team_id)


async def test_the_worker_alone_ends_cleanly(empty_database: Database, empty_database_url: str) -> None:
    async with a_process(empty_database_url) as process:
        await until(lambda: someone(empty_database, "application_name = 'contact-status worker'"))
        process.terminate()
        _, said = await process.communicate()
    assert (process.returncode, said) == (0, b"")


async def test_the_application_works_too_and_is_ready_meanwhile(home: Home, empty_database_url: str) -> None:
    settings = Settings(database_url=empty_database_url)
    with served(create_app(settings, Database(empty_database_url))) as address:
        ids = await away(home, at=LONG_AGO)
        await until(lambda: are_back(home, ids))
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{address}/readyz")).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "variable", "expected"),
    [((), "", True), ((), "false", False), (("--no-worker",), "true", False), (("--worker",), "0", True)],
)
def test_serve_works_unless_it_is_told_not_to(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], variable: str, expected: bool
) -> None:
    told: list[Settings] = []
    monkeypatch.setattr(commands, "serve", told.append)
    monkeypatch.setenv("WORKER", variable)
    assert CliRunner().invoke(app, ["serve", *arguments]).exit_code == 0
    assert [settings.worker for settings in told] == [expected]
