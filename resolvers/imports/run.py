"""An import, from the file to the stored contacts: everything is checked first, then stored slice by slice.

Nothing is stored while a row is bad, unless bad rows may be left out. A slice is stored whole or not at all,
and notes with itself that it is: an import that was cut off is called again and goes on behind the last one.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, Final

import asyncpg  # type: ignore[import-untyped]

from models.imports import Staging
from resolvers.context import Context
from resolvers.imports.directory import directory
from resolvers.imports.files import BadFile, read
from resolvers.imports.messages import Asked, Mapped, Message, Progress, Refused, Summary
from resolvers.imports.present import merge
from resolvers.imports.rows import BadRow, Row, Rows, records
from rules.reach import standings

CHUNK: Final = 2_000
"""Rows that are read and copied at once."""
SLICE: Final = 5_000
"""Rows that are stored in one transaction."""
FIRST: Final = 500
"""Rows of the first one, after which PostgreSQL looks at its tables; again whenever they have doubled."""
ENOUGH: Final = 100_000
"""Rows after which its plans are what they will be."""
_TRIES: Final = 5


async def run(
    context: Context, file: BinaryIO, asked: Asked, name_of: Callable[[int], str]
) -> AsyncGenerator[Message]:
    """Import a file, and tell what happens while it does; the last message is the summary.

    Raises `Refused`, and `DatabaseUnavailable`, after which it can be called again.
    """
    async with Staging.open(context.database, context.team_id) as staging:
        async for message in _Import(context, staging, file, asked, name_of).run():
            yield message


class _Import:
    """One import on its connection."""

    def __init__(
        self,
        context: Context,
        staging: Staging,
        file: BinaryIO,
        asked: Asked,
        name_of: Callable[[int], str],
    ) -> None:
        self.context, self.staging, self.file, self.asked = context, staging, file, asked
        self.name_of = name_of
        self.bad = 0
        self.used: set[int] = set()
        self.titles: Counter[tuple[str, str]] = Counter()
        self.note = f"Imported from {asked.name[:120]}, line "

    async def run(self) -> AsyncIterator[Message]:
        digest = await asyncio.to_thread(_digest, self.file, self.asked, self.context.caller.member_id)
        key = self.asked.key or digest[:32]
        before = await self.staging.run(key)
        if before and before["digest"] != digest:
            raise Refused(f"The import “{key}” is of another file or options: give this one another name.")
        if before and before["finished_at"]:
            counts = (before["created"], before["merged"], before["opted_out"])
            yield Summary(key, "stored before", 0, 0, *counts, went_on_after=before["done_line"])
            return
        done = before["done_line"] if before else 0
        async for message in self.check(done):
            yield message
        rows, there = await self.staging.counted()
        if (self.bad and not self.asked.skip_bad) or self.asked.dry_run:
            outcome = "refused" if self.bad and not self.asked.skip_bad else "checked"
            yield Summary(key, outcome, rows, self.bad, rows - there, there)
            return
        await self.staging.begin(key, digest)
        async for message in self.store(key, done, rows):
            yield message
        await self.staging.finish(key)
        after = await self.staging.begin(key, digest)
        counts = (after["created"], after["merged"], after["opted_out"])
        yield Summary(key, "stored", rows, self.bad, *counts, went_on_after=done)

    async def check(self, done: int) -> AsyncIterator[Message]:
        """Read and check every row, and stage the good ones."""
        await asyncio.to_thread(standings)
        self.states = await self.staging.sequences(None)
        rows = await directory(self.context, self.asked.owner_id, self.asked.sequence, self.name_of)
        if isinstance(rows, str):
            raise Refused(rows)
        size = await asyncio.to_thread(_size, self.file)
        found = self._rows(rows)
        while some := await asyncio.to_thread(_chunk, found):
            good = [each for each in some if isinstance(each, Row)]
            await self.staging.add(records(good))
            self.used.update(each.sequence_id for each in good if each.sequence_id)
            for each in some:
                if isinstance(each, BadRow):
                    self.bad += 1
                    yield each
            yield Progress("checking", min(self.file.tell(), size), size)
        await self.staging.added()
        async for bad in self._against_others(done):
            self.bad += 1
            yield bad
        for (word, taken_as), count in (self.titles + rows.mapped).most_common(500):
            yield Mapped(word, taken_as, count)

    def _rows(self, rows: Rows) -> Iterator[Row | BadRow]:
        """Yield every row, good or bad; a bad row once for each thing that is wrong with it."""
        last = None
        try:
            for each in read(self.file, self.asked.form, self.asked.encoding):
                if isinstance(each, BadRow):
                    yield each
                    continue
                if each.columns is not last:
                    last = each.columns
                    self.titles.update(dict.fromkeys(each.columns.mapped, 1))
                checked = rows.check(*each)
                if isinstance(checked, list):
                    yield from checked
                else:
                    yield checked
        except BadFile as bad:
            raise Refused(f"Line {bad.row.line}: {bad}") from bad

    async def _against_others(self, done: int) -> AsyncIterator[BadRow]:
        """Yield rows that are good by themselves, but not beside the others, or beside what is stored."""
        dropped = []
        for line, first in await self.staging.twice():
            dropped.append(line)
            yield BadRow(line, "email", f"This address stands in line {first} already.")
        only_of = self.context.caller.view.only_of
        for line in await self.staging.hidden(only_of, done) if only_of else ():
            dropped.append(line)
            yield BadRow(line, "email", "A contact that you cannot see has this address: ask its owner.")
        if dropped:
            await self.staging.drop(dropped)

    async def store(self, key: str, done: int, rows: int) -> AsyncIterator[Message]:
        """Store the rows behind a line, slice by slice."""
        stored = await self.staging.upto(done)
        size, unmeasured = FIRST, 0
        while True:
            upto, count = await self.staging.end_of_slice(done, size)
            if not count:
                return
            for bad in await self._slice(key, done, upto, count):
                self.bad += 1
                yield bad
            done, stored = upto, stored + count
            unmeasured += count
            if unmeasured * 2 >= stored and stored < ENOUGH:
                await self.staging.measure()
                size, unmeasured = SLICE, 0
            yield Progress("storing", stored, rows)

    async def _slice(self, key: str, done: int, upto: int, count: int) -> list[BadRow]:
        """Store one slice; again, if somebody makes contacts with its addresses meanwhile."""
        opted_out = 0
        for _ in range(_TRIES):
            there = await self.staging.there(done, upto)
            more, refused = await merge(self.context, there, self.note)
            opted_out += more
            with suppress(_Meanwhile, asyncpg.UniqueViolationError):
                async with self.staging.slice():
                    created = await self._create(done, upto, count - len(there))
                    if not await self.staging.note(key, done, upto, (created, len(there), opted_out)):
                        raise Refused("Another process imports this file right now.")
                self.context.database.bell.ring(self.context.team_id)
                return refused
        raise Refused("Others make contacts with the same addresses right now: import it again to go on.")

    async def _create(self, done: int, upto: int, new: int) -> int:
        """Make the contacts of a slice that are new, in the transaction that runs."""
        if await self.staging.sequences(self.used) != {id_: self.states[id_] for id_ in self.used}:
            raise Refused("A sequence was changed meanwhile; what is stored stays. Import it again to go on.")
        member_id = self.context.caller.member_id
        if await self.staging.store(done, upto, member_id, self.note) != new:
            raise _Meanwhile
        return new


class _Meanwhile(Exception):
    """Somebody made a contact with an address of the slice since it was looked for."""


def _chunk(rows: Iterator[Row | BadRow]) -> list[Row | BadRow]:
    some: list[Row | BadRow] = []
    for each in rows:
        some.append(each)
        if len(some) >= CHUNK:
            break
    return some


def _size(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _digest(file: BinaryIO, asked: Asked, member_id: int | None) -> str:
    """Return what tells this import from any other: the file's bytes, and what rows mean otherwise."""
    digest = hashlib.sha256(
        repr((asked.form, asked.encoding, asked.owner_id, asked.sequence, member_id)).encode()
    )
    file.seek(0)
    while piece := file.read(1 << 20):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
