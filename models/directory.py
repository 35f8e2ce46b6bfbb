"""What was made of the sequences and members of teams, kept between requests while a team's revision stands.

A team has few of either, they seldom change, and nearly every contact that is shown names some. So contacts
are read without them, but with the team's revision, in one statement; each change of a sequence or member
raises it, in the change's own transaction (migration 0015). What was made at that revision, or at a later
one, says what would be read anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

MOST: Final = 50_000
"""How many objects are kept, of all teams together."""


class Unknown(LookupError):
    """What is looked up is not kept: it is to be read."""


class Entries(dict[int | None, Any]):
    """What was made of rows of one kind, by their ids, at one revision of their team."""

    __slots__ = ("revision",)

    def __init__(self, revision: int) -> None:
        super().__init__({None: None})
        self.revision = revision

    def __missing__(self, number: int | None) -> Any:
        raise Unknown(number)


NOTHING: Final = Entries(-1)


class Directory:
    """Entries of teams by kind, which is whatever tells apart how they were made."""

    def __init__(self, most: int = MOST) -> None:
        self._entries: dict[tuple[Hashable, int], Entries] = {}
        self._most = most
        self._kept = 0

    def at(self, kind: Hashable, team_id: int, revision: int | None) -> Entries:
        """Return what is kept and as good as read at this revision; without one, nothing is."""
        found = self._entries.get((kind, team_id))
        return found if found and revision is not None and found.revision >= revision else NOTHING

    def keep(self, kind: Hashable, team_id: int, revision: int, made: dict[int | None, Any]) -> None:
        """Keep what was made of rows that were read together with this revision."""
        place = kind, team_id
        entries = self._entries.get(place)
        if entries is None or entries.revision < revision:
            if entries is not None:
                self._drop(place)
            entries = self._entries[place] = Entries(revision)
            self._kept += 1
        elif entries.revision > revision:
            return  # another request has read them since
        self._kept -= len(entries)
        entries |= made
        self._kept += len(entries)
        while self._kept > self._most and len(self._entries) > 1:
            self._drop(next(iter(self._entries)))  # the one that was first made

    def _drop(self, place: tuple[Hashable, int]) -> None:
        self._kept -= len(self._entries.pop(place))
