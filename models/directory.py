"""What was made of the sequences and members of teams, kept between requests while a team's revision stands.

A team has few of either, they seldom change, and nearly every contact that is shown names some. So contacts
are read without them, but with the team's revision, in one statement; each change of a sequence or member
raises it, in the change's own transaction (migration 0015). What was made at that revision says what would
be read anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from typing import Any, Final, TypeAlias

MOST: Final = 100_000
"""How many objects are kept, of all teams together."""


Made: TypeAlias = dict[int | None, Any]
"""What was made of rows of one kind, by their ids; None by None."""


class Directory:
    """What was made for teams by kind, which is whatever tells apart how it was made."""

    def __init__(self, most: int = MOST) -> None:
        self._made: OrderedDict[tuple[Hashable, int], tuple[int, Made]] = OrderedDict()
        self._most = most
        self._kept = 0
        self.hits = 0
        """How often all that was asked for was kept."""
        self.misses = 0
        """How often something had to be read."""

    def find(
        self, kind: Hashable, team_id: int, revision: int | None, ids: AbstractSet[int | None]
    ) -> Made | None:
        """Return what is kept, if it has all these and was read at this revision of the team."""
        place = kind, team_id
        found = self._made.get(place)
        if found is not None and found[0] == revision:
            self._made.move_to_end(place)
            made = found[1]
            if made.keys() >= ids:
                self.hits += 1
                return made
        self.misses += 1
        return None

    def keep(self, kind: Hashable, team_id: int, revision: int, made: Made) -> None:
        """Keep what was made of rows that were read together with this revision."""
        place = kind, team_id
        known, entries = self._made.get(place, (None, {}))
        if known != revision:
            self._drop(place)
            entries = {}  # whoever has begun with the former goes on with it
            self._made[place] = revision, entries
        self._kept -= len(entries)
        entries |= made
        self._kept += len(entries)
        while self._kept > self._most and len(self._made) > 1:
            self._drop(next(iter(self._made)))  # the one that nobody asked for longest

    def clear(self) -> None:
        """Keep nothing: another database may have taken the place of the one it was read from."""
        self._made.clear()
        self._kept = 0

    def _drop(self, place: tuple[Hashable, int]) -> None:
        if place in self._made:
            self._kept -= len(self._made.pop(place)[1])
