"""Rows on their way in: copied into a table of the connection's own, checked there, stored in slices.

One connection holds an import from its first row to its last. What is staged is gone with it; `import_run`
says what was stored, and is written by the transaction that stores it.
"""

from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple, Self

import asyncpg  # type: ignore[import-untyped]

from models.columns import BIT
from models.connection import TRY_AGAIN, DatabaseUnavailable, connect
from models.engine import Database
from models.import_statements import STORE, THERE
from rules.statuses import Status

COLUMNS: Final = {
    "line": "bigint",
    "email": "text",
    "email_key": 'text collate "C"',
    "first_name": "text",
    "last_name": "text",
    "company": "text",
    "phone": "text",
    "variables": "jsonb",
    "owner_id": "bigint",
    "sequence_id": "bigint",
    "statuses": "smallint",
    "replied_by": "text",
    "emails_received": "integer",
    "sms_sent": "integer",
    "completed": "bigint[]",
    "steps_left": "integer",
    "missing_variables": "text[]",
}
"""What is staged of a row, in this order."""

_LIMITS: Final = {
    "statement_timeout": "600000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "60000",
}
"""Milliseconds: a slice takes a second or two, sorting a million rows takes longer."""


class There(NamedTuple):
    """A row whose address a contact has already."""

    line: int
    email: str
    fields: dict[str, str]
    variables: str
    owner_id: int
    opted_out: bool


class Staging:
    """The connection of one import, and what is staged on it."""

    def __init__(self, connection: asyncpg.Connection, team_id: int) -> None:
        self._connection = connection
        self.team_id = team_id

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, team_id: int) -> AsyncIterator[Self]:
        """Open a connection that sees one team, with an empty table to stage rows in."""
        connection = await connect(database.address, database.settings | _LIMITS)
        try:
            await connection.execute("select set_config('app.team', $1, false)", str(team_id))
            columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
            await connection.execute(f"create temp table staged ({columns})")
            yield cls(connection, team_id)
        except asyncpg.PostgresError as error:
            if sentence := TRY_AGAIN.get(error.sqlstate or ""):
                raise DatabaseUnavailable(sentence) from error
            raise
        except (asyncpg.InterfaceError, OSError) as error:
            name = database.address.name
            raise DatabaseUnavailable(f"The connection to {name} was lost: import the file again.") from error
        finally:
            connection.terminate()

    async def add(self, records: Iterable[tuple[Any, ...]]) -> None:
        """Copy rows in. A transaction of its own: a long one would hold back everybody's feed."""
        await self._connection.copy_records_to_table("staged", records=records, columns=list(COLUMNS))

    async def added(self) -> None:
        """Index what was added."""
        await self._connection.execute("create unique index staged_line on staged (line); analyze staged")

    async def twice(self) -> list[tuple[int, int]]:
        """Return the rows whose address an earlier row has, and the lines of those."""
        query = """
            select line, first from (
                select line, min(line) over (partition by email_key) first from staged
            ) each where line <> first order by line
        """
        return [(line, first) for line, first in await self._connection.fetch(query)]

    async def hidden(self, member_id: int, after: int) -> list[int]:
        """Return the rows behind a line whose address a contact has that this member cannot see."""
        query = """
            select s.line from staged s join contact c on c.team_id = $1 and c.email_key = s.email_key
            left join sequence q on q.team_id = c.team_id and q.id = c.sequence_id
            where s.line > $3 and coalesce(q.owner_id, c.owner_id) <> $2 order by s.line
        """
        return [line for (line,) in await self._connection.fetch(query, self.team_id, member_id, after)]

    async def drop(self, lines: list[int]) -> None:
        """Take rows out again."""
        await self._connection.execute("delete from staged where line = any($1::bigint[])", lines)

    async def counted(self) -> tuple[int, int]:
        """Return how many rows are staged, and how many of their contacts are there."""
        query = """
            select count(*), count(c.id) from staged s
            left join contact c on c.team_id = $1 and c.email_key = s.email_key
        """
        rows, there = await self._connection.fetchrow(query, self.team_id)
        return rows, there

    async def begin(self, key: str, digest: str) -> asyncpg.Record:
        """Note that an import begins, and return how far it has come: it may have begun before."""
        await self._connection.execute(
            """
            insert into import_run (team_id, key, digest, done_line, created, merged, opted_out)
            values ($1, $2, $3, 0, 0, 0, 0) on conflict do nothing
            """,
            self.team_id,
            key,
            digest,
        )
        return await self.run(key)

    async def run(self, key: str) -> asyncpg.Record | None:
        """Return how far an import of this name has come."""
        query = "select * from import_run where team_id = $1 and key = $2"
        return await self._connection.fetchrow(query, self.team_id, key)

    async def end_of_slice(self, after: int, size: int) -> tuple[int, int]:
        """Return the line that the last of the next so many rows begins at, and how many they are."""
        some = "select line from staged where line > $1 order by line limit $2"
        line, count = await self._connection.fetchrow(
            f"select coalesce(max(line), 0), count(*) from ({some}) each",  # noqa: S608
            after,
            size,
        )
        return line, count

    async def upto(self, line: int) -> int:
        """Count the rows that begin up to a line."""
        return int(await self._connection.fetchval("select count(*) from staged where line <= $1", line))

    async def there(self, after: int, upto: int) -> list[There]:
        """Return the rows of a slice whose addresses contacts have already."""
        query = f"select s.* {THERE} order by s.line"
        rows = await self._connection.fetch(query, self.team_id, after, upto)
        texts = ("first_name", "last_name", "company", "phone")
        return [
            There(
                row["line"],
                row["email"],
                {name: row[name] for name in texts if row[name] is not None},
                row["variables"],
                row["owner_id"],
                bool(row["statuses"] & BIT[Status.OPTED_OUT]),
            )
            for row in rows
        ]

    async def sequences(self, only: Collection[int] | None) -> dict[int, str]:
        """Return what rows of these sequences are decided on, as one text for each; lock them till commit.

        The lock is the one that enrolling takes (`models.sequences.locked`). None: of all, without a lock.
        """
        ids = None if only is None else sorted(only)
        if ids:
            lock = "select from sequence where team_id = $1 and id = any($2::bigint[]) order by id for share"
            await self._connection.execute(lock, self.team_id, ids)
        query = """
            select q.id, concat(q.archived, q.replies_handling, q.owner_id, string_agg(
                concat(s.id, s.kind, s.subject, s.body), E'\\x1f' order by s.position))
            from sequence q left join step s on s.team_id = q.team_id and s.sequence_id = q.id
            where q.team_id = $1 and ($2::bigint[] is null or q.id = any($2)) group by q.team_id, q.id
        """
        return {id_: text for id_, text in await self._connection.fetch(query, self.team_id, ids)}  # noqa: C416

    def slice(self) -> Any:
        """Open the transaction of a slice."""
        return self._connection.transaction()

    async def store(self, after: int, upto: int, member_id: int | None, note: str) -> int:
        """Store the rows of a slice whose addresses no contact has; return how many.

        Each contact gets its stay and its lines in the same statement: the foreign keys that lead both ways
        are looked at when it ends. Raises `UniqueViolationError` if another took an address meanwhile.
        """
        return int(await self._connection.fetchval(STORE, self.team_id, after, upto, member_id, note))

    async def note(self, key: str, after: int, upto: int, counts: tuple[int, int, int]) -> bool:
        """Note that a slice is stored; says whether nobody else had stored it."""
        done = await self._connection.execute(
            """
            update import_run set done_line = $4, created = created + $5, merged = merged + $6,
                opted_out = opted_out + $7
            where team_id = $1 and key = $2 and done_line = $3
            """,
            self.team_id,
            key,
            after,
            upto,
            *counts,
        )
        return bool(done == "UPDATE 1")

    async def measure(self) -> None:
        """Have PostgreSQL look at how large the tables have become; nothing if it is at that already.

        What checks the foreign keys is planned when the tables are still small, and kept: each check would
        read a whole sequence's stays.
        """
        with suppress(asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError):
            await self._connection.execute("select analyze_imported()")

    async def finish(self, key: str) -> None:
        """Note that an import has ended."""
        query = "update import_run set finished_at = statement_timestamp() where team_id = $1 and key = $2"
        await self._connection.execute(query, self.team_id, key)
