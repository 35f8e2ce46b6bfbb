"""How sequences are read for what is asked of them: the statement's parts, and the objects of its rows."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from models import tables
from models.paging import Slice
from resolvers import reading
from resolvers.context import Context
from rules.facts import OutOfOfficeProcessing, RepliesHandling, settings
from schema.context import Info
from schema.members import MEMBER, Member
from schema.named import Named
from schema.selection import Asked, nodes, planned
from schema.sequences import Sequence, SequenceSettings, Step
from schema.shapes import TIME, Columns, Lines, Making, Shape, global_id, word

SETTINGS: Final = (
    "replies_handling",
    "track_opens",
    "track_clicks",
    "text_opt_out",
    "out_of_office",
    "days_away",
)
COLUMNS: Columns = {
    "id": ("id", global_id("Sequence")),
    "name": ("name", None),
    "archived": ("archived", None),
    "created_at": ("created_at", TIME),
    "owner_number": ("owner_id", None),
    "replies_handling": ("replies_handling", word(RepliesHandling)),
    "track_opens": ("track_opens", None),
    "track_clicks": ("track_clicks", None),
    "text_opt_out": ("text_opt_out", None),
    "out_of_office": ("out_of_office", word(OutOfOfficeProcessing)),
    "days_away": ("days_away", None),
}


class SequencePlan:
    """What is asked of sequences."""

    def __init__(self, asked: Asked) -> None:
        wanted = {*asked, *SETTINGS} if "settings" in asked else set(asked)
        self._shape = Shape.of(Sequence, COLUMNS, wanted)
        self._owner = Shape.of(Member, MEMBER, asked["owner"]) if "owner" in asked else None
        self._settings, self.steps = "settings" in asked, "steps" in asked
        making = Making("sequence")
        lines = self.lines(making)
        self.parts = making.parts
        """What to read."""
        self.made: Callable[[Iterable[Any]], list[Sequence]] = making.made(lines)
        """Returns the sequences of rows of that."""

    def lines(self, making: Making) -> Lines:
        """Return the lines of what makes a sequence; an owner is made once for all that it owns."""
        if not self._owner:
            lines = making.object("sequence", self._shape)
        else:
            owner = making.object("sequence_owner", self._owner)
            lines = making.shared("sequence_owner", owner)
            lines += making.object("sequence", self._shape, owner="sequence_owner")
        if self._settings:
            lines.append(f"{making.constant('with_settings', _with_settings)}(sequence)")
        return lines

    def named(self) -> Named:
        """Return them as contacts name them; without their steps they can be kept."""
        owner = frozenset(self._owner.columns) if self._owner else None
        selection = "sequence", frozenset(self._shape.columns), owner, self._settings, self.steps
        read, keeps = reading.sequences_by_ids, not self.steps
        return Named.alike(selection, lambda: Named("sequence_id", "sequence", self.lines, read, keeps=keeps))

    async def complete(self, context: Context, sequences: Iterable[Sequence]) -> None:
        """Read what one statement with the sequences cannot: their steps, all in one more."""
        if not self.steps:
            return
        found = {each.number: each for each in sequences}
        steps = await reading.steps_of(context, found) if found else {}
        for number, sequence in found.items():
            sequence.steps = [Step.of(row) for row in steps[number]]

    async def page(self, context: Context, found: Slice[Any]) -> Slice[Sequence]:
        """Return the sequences of a page of rows."""
        sequences = self.made(found.records)
        await self.complete(context, sequences)
        return Slice(sequences, found.has_next, found.has_previous)

    async def read(self, context: Context, ids: Iterable[int]) -> dict[int, Sequence]:
        """Return the sequences with these ids, by id; unknown ones are left out."""
        rows = await reading.sequences_by_ids(context, list(ids), self.parts)
        found = {each.number: each for each in self.made(rows)}
        await self.complete(context, found.values())
        return found

    async def changed(self, context: Context, row: tables.Sequence) -> Sequence:
        """Return a sequence as a change has it in hand."""
        members = await reading.members(context, [row.owner_id]) if self._owner else {}
        made = self.made([self.parts.of_sequence(row, members.get(row.owner_id))])
        await self.complete(context, made)
        return made[0]


def _with_settings(sequence: Sequence) -> None:
    found = {name: getattr(sequence, name) for name in SETTINGS}
    sequence.settings = SequenceSettings(**found)
    sequence.rules = settings(*(found[name] for name in SETTINGS[:-1]))


async def changed_sequence(info: Info, row: tables.Sequence) -> Sequence:
    """Return the sequence a mutation changed, as its answer asks for it."""
    return await planned(info, _of_changed).changed(info.context.context, row)


def _of_changed(asked: Asked) -> SequencePlan:
    return SequencePlan(asked.get("sequence", {}))


def of_a_page(asked: Asked) -> SequencePlan:
    """Return the plan for a page."""
    return SequencePlan(nodes(asked))
