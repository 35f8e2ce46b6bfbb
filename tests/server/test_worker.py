"""The worker, on a real queue: done once, done after a downtime, done by another if it was killed."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest
from structlog.testing import capture_logs

from models.engine import Database
from models.jobs import Kind, Task, enqueue
from resolvers import work
from rules.statuses import Status
from server import worker
from tests.resolvers.away import LONG_AGO, away, let_time_pass, rows_of, until
from tests.resolvers.making import statuses_of
from tests.resolvers.soundness import assert_sound
from tests.server.at_work import are_back, assert_ended_once, at_work, nothing_is_left, queue
from tests.world import Home


async def test_several_workers_do_each_task_once(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    with capture_logs() as lines:
        async with at_work(empty_database_url), at_work(empty_database_url), at_work(empty_database_url):
            ids = [id_ for _ in range(4) for id_ in await away(home, 5, at=LONG_AGO)]
            await until(lambda: are_back(home, ids))
            await until(lambda: nothing_is_left(empty_database))
    await assert_ended_once(home, ids)
    await assert_sound(empty_database, home.team_id)
    done = [line for line in lines if line["event"] == "job"]
    assert {(line["kind"], line["team"], line["attempt"]) for line in done} == {
        ("end absences", home.team_id, 1)
    }
    assert sum(line["ended"] for line in done) == 20
    assert len({line["job"] for line in done}) == len(done) == 4


async def test_what_became_due_while_nobody_worked_is_done_when_somebody_does(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    ids = [*await away(home, 3), *await away(home, 2, settings={"days_away": 2})]
    await let_time_pass(empty_database, home.team_id)
    async with at_work(empty_database_url):
        await until(lambda: are_back(home, ids))
        await until(lambda: nothing_is_left(empty_database))
    await assert_ended_once(home, ids)


async def test_what_is_not_due_waits(home: Home, empty_database: Database, empty_database_url: str) -> None:
    [later] = await away(home)
    async with at_work(empty_database_url):
        ids = await away(home, at=LONG_AGO)
        await until(lambda: are_back(home, ids))
    assert await statuses_of(home.owner.context, [later]) == [{Status.OUT_OF_OFFICE, Status.CONTACTED}]
    assert await queue(empty_database) == [("queued", 0)]


async def test_a_lost_database_is_waited_for_and_said_once(
    home: Home, empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, refused = Database.connect, iter([True, True, True])

    async def reluctant(pool: Database) -> Any:
        if connect_again and next(refused, False):
            raise OSError("refused")
        return await connect(pool)

    connect_again = False
    monkeypatch.setattr(Database, "connect", reluctant)
    with capture_logs() as lines:
        async with at_work(empty_database_url):
            first = await away(home, at=LONG_AGO)
            await until(lambda: are_back(home, first))
            connect_again = True
            await rows_of(
                empty_database,
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()",
            )
            second = await away(home, at=LONG_AGO)
            await until(lambda: are_back(home, second))
    said = [(line["event"], line["log_level"]) for line in lines if line["event"] != "job"]
    assert said == [("the worker waits for the database", "warning"), ("the worker is back", "info")]


async def test_a_connection_that_falls_silent_is_given_up(
    home: Home, empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WATCH_EVERY", 0.5)
    here = "datname = current_database() and application_name = 'contact-status worker'"
    with capture_logs() as lines:
        async with at_work(empty_database_url, drain_timeout=0.2):
            first = await away(home, at=LONG_AGO)
            await until(lambda: are_back(home, first))
            await until(lambda: nothing_is_left(empty_database))
            [(pid,)] = await rows_of(empty_database, f"select pid from pg_stat_activity where {here}")
            try:
                os.kill(pid, signal.SIGSTOP)  # as a cable that is cut: no answer, and no end
            except (ProcessLookupError, PermissionError):
                pytest.skip("PostgreSQL runs on another machine, or as another user")
            try:
                second = await away(home, at=LONG_AGO)
                await until(lambda: are_back(home, second))
            finally:
                os.kill(pid, signal.SIGCONT)
    assert [line["event"] for line in lines if line["event"] != "job"][-1] == "the worker is back"


async def test_a_task_that_fails_is_tried_again_and_then_put_aside(
    home: Home, empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> dict[str, int]:
        raise LookupError("not today")

    monkeypatch.setitem(work.WORK, Kind.END_ABSENCES, fail)
    await away(home, at=LONG_AGO)
    with capture_logs() as lines:
        async with at_work(empty_database_url):

            async def is_again() -> bool:
                return bool(await rows_of(empty_database, "select 1 from jobs.pgqueuer where attempts > 0"))

            await until(is_again)
            last = "update jobs.pgqueuer set attempts = 19, execute_after = now() - interval '1 day'"
            await rows_of(empty_database, last)

            async def is_put_aside() -> bool:
                return [status for status, _ in await queue(empty_database)] == ["failed"]

            await until(is_put_aside)
    said = [line["event"] for line in lines]
    assert (said[0], said[-1]) == ("job failed", "job put aside")


async def test_what_runs_gets_to_finish_and_what_does_not_finish_is_anyones(
    home: Home, empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> dict[str, int]:
        begun.set()
        await go_on.wait()
        return {"ended": 7}

    monkeypatch.setitem(work.WORK, Kind.END_ABSENCES, slow)
    await away(home, at=LONG_AGO)
    async with at_work(empty_database_url, drain_timeout=0.2):
        await begun.wait()
    assert [status for status, _ in await queue(empty_database)] == ["picked"]
    await rows_of(empty_database, "update jobs.pgqueuer set heartbeat = heartbeat - interval '1 hour'")
    begun.clear()
    with capture_logs() as lines:
        async with at_work(empty_database_url) as working:
            await begun.wait()
            working.stop()
            go_on.set()
    assert [line["ended"] for line in lines if line["event"] == "job"] == [7]
    assert await queue(empty_database) == []


async def test_who_must_stop_hands_the_rest_on(
    home: Home, empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def endless(_context: object, _task: Task, stopping: work.Stopping) -> dict[str, int]:
        begun.set()
        while not stopping():  # noqa: ASYNC110 -- as what is done asks
            await asyncio.sleep(0.01)
        raise work.Unfinished

    monkeypatch.setitem(work.WORK, Kind.END_ABSENCES, endless)
    await away(home, at=LONG_AGO)
    async with at_work(empty_database_url):
        await begun.wait()
    assert await queue(empty_database) == [("queued", 1)]


async def test_a_task_waits_for_whoever_adds_to_what_it_will_find(
    home: Home, empty_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []

    async def note(_context: object, task: Task, _stopping: object) -> dict[str, int]:
        done.append(task.team_id)
        return {}

    monkeypatch.setitem(work.WORK, Kind.END_ABSENCES, note)
    shared, other = (Task(Kind.END_ABSENCES, team, LONG_AGO, "a") for team in (home.team_id, 0))

    async def is_done(*teams: int) -> bool:
        return done == list(teams)

    async with empty_database.write(home.team_id) as session:
        await enqueue(session, [shared])
    async with empty_database.write(home.team_id) as adding:
        await enqueue(adding, [shared])
        async with empty_database.write(home.team_id) as session:
            await enqueue(session, [other])
        async with at_work(empty_database_url):
            await until(lambda: is_done(0))
    async with at_work(empty_database_url):
        await until(lambda: is_done(0, home.team_id))


async def test_tasks_with_one_name_are_one_until_it_is_done(home: Home, empty_database: Database) -> None:
    for once in ("a", "a", "b", None, None):
        async with empty_database.write(home.team_id) as session:
            await enqueue(session, [Task(Kind.END_ABSENCES, home.team_id, LONG_AGO, once)])
    assert len(await queue(empty_database)) == 4
