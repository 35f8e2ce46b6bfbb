"""A real PostgreSQL for every test that wants one.

It is the one of DATABASE_URL, or an embedded one that the workers of pytest-xdist share. Databases are copies
of a template that is migrated once a run; their names begin with the run's, and none is left behind. Tests of
one worker share a database and keep apart by making a team each; `empty_database` is for those that cannot.
"""

from __future__ import annotations

import itertools
import os
import secrets
from typing import TYPE_CHECKING

import asyncpg  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from hypothesis import settings
from sqlalchemy.engine import make_url

from models.connection import ROLE, Address
from models.engine import Database, migrate
from server.postgres import EmbeddedPostgres
from server.postgres_home import find

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

RUN = "CONTACT_STATUS_TEST_RUN"
PREFIX = "cs_test_"
LOCK = 0x74657374
"""Held while the template is made: the other workers wait for it."""

_numbers = itertools.count(1)

# The same cases every time, on every machine: a red run is a red run again.
settings.register_profile("ours", derandomize=True, database=None, deadline=None)
settings.load_profile("ours")


def pytest_configure() -> None:
    """Name the run, once: the workers inherit the name."""
    os.environ.setdefault(RUN, PREFIX + secrets.token_hex(4))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forget the name where it was made, so that a second run in the same process gets its own."""
    if not hasattr(config, "workerinput"):
        os.environ.pop(RUN, None)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL in which databases can be made."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    with EmbeddedPostgres(find("tests"), durable=False, max_connections=300) as server:
        yield server.url


@pytest_asyncio.fixture(scope="session")
async def template(postgres_url: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The name of a migrated database that nobody connects to; the last worker to leave drops it."""
    name = f"{os.environ[RUN]}_template"
    admin = await asyncpg.connect(Address.parse(postgres_url).dsn)
    try:
        await admin.execute("select pg_advisory_lock($1)", LOCK)
        if not await admin.fetchval("select true from pg_database where datname = $1", name):
            await admin.execute(f"create database {name}")
            await migrate(database_at(postgres_url, name))
        # Held in common until the session ends: it tells who is the last, and killed runs hold none.
        await admin.execute("select pg_advisory_lock_shared(hashtext($1))", os.environ[RUN])
        await drop_leftovers(admin)
        await admin.execute("select pg_advisory_unlock($1)", LOCK)
        yield name
        await admin.execute("select pg_advisory_lock($1)", LOCK)
        await admin.execute("select pg_advisory_unlock_shared(hashtext($1))", os.environ[RUN])
        if await admin.fetchval("select pg_try_advisory_lock(hashtext($1))", os.environ[RUN]):
            await admin.execute(f"drop database if exists {name} with (force)")
    finally:
        await admin.close()


@pytest_asyncio.fixture(scope="session")
async def database_url(postgres_url: str, template: str) -> AsyncIterator[str]:
    """The URL of this worker's database."""
    async for url in copy(postgres_url, template):
        yield url


@pytest_asyncio.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """This worker's database, migrated, with the rows of earlier tests: make a team of your own."""
    made = Database(database_url)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def empty_database_url(postgres_url: str, template: str) -> AsyncIterator[str]:
    """The URL of a database that is migrated, empty and this test's alone."""
    async for url in copy(postgres_url, template):
        yield url


@pytest_asyncio.fixture
async def scarce_url(database_url: str) -> AsyncIterator[str]:
    """The URL of the process's database for a user who is allowed two connections."""
    name = f"scarce_{Address.parse(database_url).name.rpartition('/')[2]}"
    admin = await asyncpg.connect(database_url)
    await admin.execute(f"create role {name} login connection limit 2 in role {ROLE}")
    yield make_url(database_url).set(username=name).render_as_string()
    await admin.execute(f"drop role {name}")
    await admin.close()


@pytest_asyncio.fixture
async def empty_database(empty_database_url: str) -> AsyncIterator[Database]:
    """A database that is migrated, empty and this test's alone."""
    made = Database(empty_database_url)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def bare_database_url(postgres_url: str) -> AsyncIterator[str]:
    """The URL of a database without a single table, for tests of migrating."""
    async for url in copy(postgres_url, "template0"):
        yield url


async def copy(postgres_url: str, template: str) -> AsyncIterator[str]:
    """Copy a template to a database of a new name, and drop it afterwards."""
    name = f"{os.environ[RUN]}_{os.getpid()}_{next(_numbers)}"
    admin = await asyncpg.connect(Address.parse(postgres_url).dsn)
    try:
        await admin.execute("select pg_advisory_lock_shared(hashtext($1))", os.environ[RUN])
        await admin.execute(f"create database {name} template {template}")
        yield database_at(postgres_url, name)
        await admin.execute(f"drop database if exists {name} with (force)")
    finally:
        await admin.close()


async def drop_leftovers(admin: asyncpg.Connection) -> None:
    """Drop the databases of runs that were killed: nobody holds the lock in common any more."""
    for (name,) in await admin.fetch(
        "select datname from pg_database where starts_with(datname, $1)", PREFIX
    ):
        run = name[: len(PREFIX) + 8]
        if run != os.environ[RUN] and await admin.fetchval("select pg_try_advisory_lock(hashtext($1))", run):
            await admin.execute(f"drop database if exists {name} with (force)")
            await admin.execute("select pg_advisory_unlock(hashtext($1))", run)


def database_at(postgres_url: str, name: str) -> str:
    """Point a URL at another database of the same server."""
    return make_url(Address.parse(postgres_url).dsn).set(database=name).render_as_string(hide_password=False)
