"""What contacts name: sequences and members, as a selection shows them, kept while the revision stands."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable
from collections.abc import Set as AbstractSet
from typing import ClassVar, Final, Self, TypeAlias

from execution import last
from models.directory import Made
from models.parts import Parts
from models.pool import Row
from resolvers.context import Context
from schema.shapes import Lines, Making

_Read: TypeAlias = Callable[[Context, Collection[int], Parts], Awaitable[list[Row]]]


MOST: Final = 1_000
"""How many selections of such things are told apart; those of many operations are alike."""


class Named:
    """Things of one kind, which `column` of a contact names."""

    _known: ClassVar[dict[Hashable, Self]] = {}

    def __init__(
        self, column: str, table: str, lines: Callable[[Making], Lines], read: _Read, *, keeps: bool = True
    ) -> None:
        """Write how they are made; it `keeps` them if nothing is added once they are made."""
        self.column: Final = column
        making = Making(table)
        written = lines(making)
        making.column("team", "revision")  # the last column
        self.parts: Final = making.parts
        """What to read of them."""
        self._made = making.made(written)
        self._read, self._keeps = read, keeps

    @classmethod
    def alike(cls, selection: Hashable, make: Callable[[], Self]) -> Self:
        """Return the one of this selection, whatever operation it is in: what is kept is kept for all."""
        if selection not in cls._known:
            if len(cls._known) >= MOST:
                cls._known.clear()
            cls._known[selection] = make()
        return cls._known[selection]

    def kept(self, context: Context, revision: int | None, ids: AbstractSet[int | None]) -> Made | None:
        """Return what is kept, if all these are, and were read at this revision of the team."""
        return context.database.directory.find(self, context.team_id, revision, ids)

    async def look_up(self, context: Context, ids: AbstractSet[int | None]) -> Made:
        """Read them in one statement; return them by id, None for one that is gone by now, and for None."""
        numbers = [each for each in ids if each is not None]
        rows = await self._read(context, numbers, self.parts) if numbers else []
        made = self.of(rows)
        if self._keeps and rows:
            for each in made.values():
                if each is not None:
                    last(each)
            context.database.directory.keep(self, context.team_id, rows[0][-1], made)
        return dict.fromkeys(ids) | made

    def of(self, rows: Iterable[Row]) -> Made:
        """Return those of rows by id, and None for None."""
        return {None: None} | {each.number: each for each in self._made(rows)}
