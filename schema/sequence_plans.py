"""How sequences are read for what is asked of them: the statement's parts, and the objects of its rows."""

from collections.abc import Iterable
from typing import Any, Final

from models import tables
from models.paging import Slice
from models.parts import Parts
from resolvers import reading
from resolvers.context import Context
from rules.facts import OutOfOfficeProcessing, RepliesHandling, settings
from schema.context import Info
from schema.members import MEMBER, Member
from schema.selection import Asked, nodes, planned
from schema.sequences import Sequence, SequenceSettings, Step
from schema.shapes import Columns, Shape, global_id, word

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
    "created_at": ("created_at", None),
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
        self.shape = Shape(Sequence, COLUMNS, wanted)
        self.owner = Shape(Member, MEMBER, asked["owner"]) if "owner" in asked else None
        self.settings, self.steps = "settings" in asked, "steps" in asked
        self.width = len(self.shape.columns)

    @property
    def parts(self) -> Parts:
        """Return what to read."""
        return Parts(sequence=self.shape.columns, sequence_owner=self.owner.columns if self.owner else ())

    def made(self, row: Any, at: int = 0) -> Sequence:
        """Return the sequence that begins at this place of a row; its owner follows."""
        values = self.shape.values(row, at)
        if self.settings:
            values["settings"] = SequenceSettings(**{name: values[name] for name in SETTINGS})
            values["rules"] = settings(*(values[name] for name in SETTINGS[:-1]))
        if self.owner:
            values["owner"] = self.owner.made(self.owner.values(row, at + self.width))
        return self.shape.made(values)

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
        sequences = [self.made(row) for row in found.records]
        await self.complete(context, sequences)
        return Slice(sequences, found.has_next, found.has_previous)

    async def read(self, context: Context, ids: Iterable[int]) -> dict[int, Sequence]:
        """Return the sequences with these ids, by id; unknown ones are left out."""
        rows = await reading.sequences_by_ids(context, list(ids), self.parts)
        found = {row[0]: self.made(row) for row in rows}
        await self.complete(context, found.values())
        return found

    async def changed(self, context: Context, row: tables.Sequence) -> Sequence:
        """Return a sequence as a change has it in hand."""
        members = await reading.members(context, [row.owner_id]) if self.owner else {}
        sequence = self.made(self.parts.row(members, sequence=row))
        await self.complete(context, [sequence])
        return sequence


async def changed_sequence(info: Info, row: tables.Sequence) -> Sequence:
    """Return the sequence a mutation changed, as its answer asks for it."""
    return await planned(info, _of_changed).changed(info.context.context, row)


def _of_changed(asked: Asked) -> SequencePlan:
    return SequencePlan(asked.get("sequence", {}))


def of_a_page(asked: Asked) -> SequencePlan:
    """Return the plan for a page."""
    return SequencePlan(nodes(asked))
