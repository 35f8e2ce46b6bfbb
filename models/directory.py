"""What was made of the sequences and members of teams, kept between requests while a team's revision stands.

A team has few of either, they seldom change, and nearly every contact that is shown names some. So contacts
are read without them, but with the team's revision, in one statement; each change of a sequence or member
raises it, in the change's own transaction (migration 0015). What was made at that revision, or at a later
one, says what would be read anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from typing import Any, Final, TypeAlias

MOST: Final = 50_000
"""How many objects are kept, of all teams together."""


Made: TypeAlias = dict[int | None, Any]
"""What was made of rows of one kind, by their ids; None by None."""


class Directory:
    """What was made for teams by kind, which is whatever tells apart how it was made."""

    def __init__(self, most: int = MOST) -> None:
        self._made: dict[tuple[Hashable, int], tuple[int, Made]] = {}
        self._most = most
        self._kept = 0

    def find(
        self, kind: Hashable, team_id: int, revision: int | None, ids: AbstractSet[int | None]
    ) -> Made | None:
        """Return what is kept, if it has all these and is as good as read at this revision of the team."""
        found = self._made.get((kind, team_id))
        if found is None or revision is None or found[0] < revision:
            return None
        made = found[1]
        return made if made.keys() >= ids else None

    def keep(self, kind: Hashable, team_id: int, revision: int, made: Made) -> None:
        """Keep what was made of rows that were read together with this revision."""
        place = kind, team_id
        known, entries = self._made.get(place, (-1, {}))
        if known > revision:
            return  # another request has read them since
        if known < revision:
            self._drop(place)
            entries = {None: None}  # whoever has begun with the former goes on with it
            self._made[place] = revision, entries
            self._kept += 1
        self._kept -= len(entries)
        entries |= made
        self._kept += len(entries)
        while self._kept > self._most and len(self._made) > 1:
            self._drop(next(iter(self._made)))  # the one that was first made

    def _drop(self, place: tuple[Hashable, int]) -> None:
        if place in self._made:
            self._kept -= len(self._made.pop(place)[1])
