"""The database: a pool of connections, and transactions that see one team.

Every transaction says which team it is for, and row level security shows it that team's rows only: a query
that forgets its `where team_id = …` finds nothing of others. Connections take the role `contact_status` as
they open, because a superuser would be above those policies.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession as SqlalchemySession
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from models.bell import GROWN, Bell
from models.connection import (
    ROLE,
    TRY_AGAIN,
    Address,
    DatabaseProblem,
    DatabaseTooOld,
    DatabaseUnavailable,
    NotMigrated,
    connect,
)
from models.directory import Directory
from models.migration import SCRIPTS, migrate, require_version, revisions
from models.pool import Pool
from models.stamps import SETTLED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    import asyncpg  # type: ignore[import-untyped]

    Transaction = AbstractAsyncContextManager[AsyncSession]

__all__ = [
    "ROLE",
    "Database",
    "DatabaseProblem",
    "DatabaseTooOld",
    "DatabaseUnavailable",
    "NotMigrated",
    "migrate",
]

_SET_TEAM: Final = text("select set_config('app.team', :team, true)")


class _Session(AsyncSession):
    """SQLModel's session without its warning at each `execute`, which our queries mean."""

    execute = SqlalchemySession.execute


class Database:
    """A pool of connections to one PostgreSQL database."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 8,
        overflow: int = 4,
        pool_timeout: float = 5.0,
        statement_timeout: float = 5.0,
        lock_timeout: float = 3.0,
        idle_timeout: float = 30.0,
        application_name: str = "contact-status",
        role: str | None = ROLE,
        scripts: Path = SCRIPTS,
    ) -> None:
        """Prepare the pool; nothing is opened before the first use. Times are in seconds."""
        self.address = Address.parse(url)
        self.settings = {
            "application_name": application_name,
            "statement_timeout": _milliseconds(statement_timeout),
            "lock_timeout": _milliseconds(lock_timeout),
            "idle_in_transaction_session_timeout": _milliseconds(idle_timeout),
            "timezone": "UTC",
            "datestyle": "ISO",
        } | ({"role": role} if role else {})
        self._scripts = scripts
        self.bell = Bell(self.connect)
        self.engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=self.connect,
            pool_size=pool_size,
            max_overflow=overflow,
            pool_timeout=pool_timeout,
            pool_use_lifo=True,  # few connections stay warm instead of all of them lukewarm
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
        )
        self.directory = Directory()
        """What was made of sequences and members that the database says are still so."""
        limits: dict[str, Any] = {
            "timeout": pool_timeout,
            "name": self.address.name,
            "lost": self.directory.clear,
        }
        self.reader = Pool(self._reading, size=pool_size + overflow, **limits)
        """For single statements that read; they need no session, and cannot write."""
        self.writer = Pool(self.connect, size=pool_size, **limits)
        """For single statements that write, each a transaction of its own; who adds to a log rings `bell`."""
        event.listen(self.engine.sync_engine.pool, "checkout", _refuse_dead)
        # A read is one snapshot: a page and its total count agree, whatever is written between the two.
        reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._read_sessions = async_sessionmaker(reader, class_=_Session, expire_on_commit=False)
        self._write_sessions = async_sessionmaker(self.engine, class_=_Session, expire_on_commit=False)

    async def connect(self) -> asyncpg.Connection:
        """Open a connection outside the pool, with the same role and limits; the caller closes it."""
        return await connect(self.address, self.settings)

    async def _reading(self) -> asyncpg.Connection:
        connection = await connect(self.address, self.settings | {"default_transaction_read_only": "on"})
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_dumps, decoder=orjson.loads)
        return connection

    def read(self, team_id: int | None) -> Transaction:
        """Open a read-only transaction that sees one team; with no team it sees no row of any."""
        return self._transaction(self._read_sessions, team_id)

    def write(self, team_id: int | None) -> Transaction:
        """Open a transaction that sees one team, commits at the end and rolls back on an exception."""
        return self._transaction(self._write_sessions, team_id)

    @asynccontextmanager
    async def _transaction(
        self, sessions: async_sessionmaker[_Session], team_id: int | None
    ) -> AsyncIterator[AsyncSession]:
        async with sessions() as session:  # which rolls back what is not committed
            if not await self._enter(session, team_id):
                # The pooled connection had just died. Nothing is done yet, so another one does as well.
                await self._enter(session, team_id, last=True)
            try:
                yield session
                await session.commit()
                if team_id is not None and session.info.get(GROWN):
                    self.bell.ring(team_id)
            except DBAPIError as error:
                if sentence := TRY_AGAIN.get(getattr(error.orig, "sqlstate", None) or ""):
                    raise DatabaseUnavailable(sentence) from error
                raise

    async def _enter(self, session: AsyncSession, team_id: int | None, *, last: bool = False) -> bool:
        """Begin the transaction and name its team; say whether the connection was alive."""
        try:
            connection = await session.connection()
            await connection.execute(_SET_TEAM, {"team": "" if team_id is None else str(team_id)})
        except PoolTimeoutError as error:
            raise DatabaseUnavailable(
                f"All connections to {self.address.name} are in use: try again, or raise POOL_SIZE."
            ) from error
        except DBAPIError as error:
            if last or not error.connection_invalidated:
                raise
            await session.rollback()
            return False
        return True

    @contextmanager
    def count(self) -> Iterator[list[str]]:
        """Collect the statements that are sent meanwhile, for tests (`begin` and `commit` left out)."""
        statements: list[str] = []

        def listen(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
            statements.append(statement)

        event.listen(self.engine.sync_engine, "before_cursor_execute", listen)
        try:
            with self.reader.count(statements), self.writer.count(statements):
                yield statements
        finally:
            event.remove(self.engine.sync_engine, "before_cursor_execute", listen)

    async def check(self) -> None:
        """Raise a `DatabaseProblem` unless PostgreSQL answers, is recent enough and has our tables."""
        known = revisions(self._scripts)
        try:
            async with self.engine.connect() as connection:
                await require_version(connection, self.address)
                version = text(f"select version_num, {SETTLED} from alembic_version")  # noqa: S608 - ours
                found, settled = (await connection.execute(version)).one_or_none() or (None, None)
        except PoolTimeoutError as error:
            raise DatabaseUnavailable(f"All connections to {self.address.name} are in use.") from error
        except ProgrammingError:
            found = settled = None
        # A revision we have never heard of is a newer version's: while it is rolled out, we go on serving.
        if found is None or settled is False or (found in known and found != known[0]):
            raise NotMigrated(
                f"The tables of {self.address.name} are not this version's, or came from another cluster: "
                "run `python -m server migrate`."
            )

    async def close(self) -> None:
        """Close every connection."""
        await self.bell.close()
        await self.reader.close()
        await self.writer.close()
        await self.engine.dispose()


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _milliseconds(seconds: float) -> str:
    """Write a time as PostgreSQL reads it."""
    return str(round(seconds * 1000))


def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
    """Replace connections that PostgreSQL has closed (it was restarted); looking costs no round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
