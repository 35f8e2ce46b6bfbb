"""What the commands that run the server do; `server.__main__` says how they are called."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from models.engine import Database, migrate
from server import logs, process
from server.postgres import EmbeddedPostgres
from server.process import drain
from server.settings import Settings, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp


@contextmanager
def postgres(settings: Settings) -> Iterator[str]:
    """Give the URL of the settings' database, or that of an embedded one, started and migrated."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with EmbeddedPostgres() as server:
        if server.started:
            say(f"Embedded PostgreSQL, its data in {server.home.folder}")
        asyncio.run(migrate(server.url))
        yield server.url


def database(url: str, settings: Settings) -> Database:
    """Prepare the pool that the settings ask for."""
    return Database(
        url,
        pool_size=settings.pool_size,
        overflow=settings.pool_overflow,
        statement_timeout=settings.statement_timeout,
    )


def serve(settings: Settings) -> None:
    """Serve until a signal comes."""
    logs.configure(settings.log_level, settings.log_format)
    with process.listen(settings.host, settings.port) as listener, postgres(settings) as url:
        asyncio.run(_check(url))
        if settings.workers == 1:
            process.run(lambda: application(url, settings), settings, listener)
        else:
            # The processes read it; the embedded server stays ours.
            os.environ |= {"DATABASE_URL": url, "WORKER": str(settings.worker)}
            process.run_workers("server.commands:one_of_several", settings, listener)


def worker(settings: Settings) -> None:
    """Do what is due later until a signal comes, without serving."""
    logs.configure(settings.log_level, settings.log_format)
    with postgres(settings) as url:
        asyncio.run(_check(url))
        asyncio.run(_work(url, settings))


async def _work(url: str, settings: Settings) -> None:
    """Run a worker; the first signal has it finish what it is at."""
    pool = database(url, settings)
    at_work = part("server.app").at_work(settings, pool)

    def stop() -> None:
        for each in at_work:
            each.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await asyncio.gather(*(each.run() for each in at_work))
    finally:
        await pool.close()


def demo(settings: Settings) -> None:
    """Serve a team to play with."""
    logs.configure(settings.log_level, settings.log_format)
    with process.listen(settings.host, settings.port) as listener, postgres(settings) as url:
        asyncio.run(migrate(url))
        info = asyncio.run(_fill(url, settings))
        host, port = listener.getsockname()[:2]
        lines = [f"Contact Status: http://{host}:{port}/graphql", *info.lines()]
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        process.run(lambda: application(url, settings, info), settings, listener)


async def _fill(url: str, settings: Settings) -> Any:
    """Load the demo data if it is not there, and show how far it has come."""
    pool = database(url, settings)
    try:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Demo data", total=None)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            return await part("server.demo").load(pool, show)
    finally:
        await pool.close()


def part(name: str) -> Any:
    """Import a part of the program when a command needs it: `--help` and a wrong setting answer at once."""
    return import_module(name)


def application(url: str, settings: Settings, info: object = None) -> ASGIApp:
    """Build the application, in the process and event loop that serve it."""
    made: ASGIApp = part("server.app").create_app(settings, database(url, settings), info)
    return made


def one_of_several() -> ASGIApp:
    """Build the application of one of several processes, which know the environment only."""
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    drain.before(settings.drain_delay)
    if settings.database_url is None:
        raise RuntimeError("The parent process sets DATABASE_URL.")
    made = application(settings.database_url, settings)
    process.settle()
    return made


def say(sentence: str) -> None:
    """Tell the person at the terminal; stdout is for results."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


async def _check(url: str) -> None:
    """Refuse to start on a database that every request would fail on."""
    pool = Database(url, pool_size=1)
    try:
        await pool.check()
    finally:
        await pool.close()
