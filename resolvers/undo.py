"""Undoing what one line of the log did, or all that one call did; each contact has its own answer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from models import activity, contacts
from models.contact_lists import ContactRecord
from models.tables import Activity, ActivityKind
from resolvers.bulk import MOST, Bulk, new_id
from resolvers.context import Context, facts_of
from resolvers.input import text_problems
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found
from resolvers.statuses import Changed
from rules.decide import Allowed
from rules.reasons import Reason
from rules.undo import ASKED_OUT, Hindered, Line, Obstacle
from rules.undo import undo as decide_undo

_MOVES = {ActivityKind.ENROLLED, ActivityKind.MOVED, ActivityKind.REMOVED}
_CHANGES = {ActivityKind.STATUSES_CHANGED, ActivityKind.UNDONE}


async def undo(
    context: Context, *, line_id: int | None = None, bulk_id: int | None = None, note: str | None = None
) -> Bulk | Failure:
    """Put back what a line of the log did, or every line of one call; 0 is an id that names nothing.

    One answer for each line, in their order: of a call each for itself. A line that cannot be undone is
    refused with every reason. Of a contact that a call changed twice the later change is undone first.
    """
    if (line_id is None) == (bulk_id is None):
        return Failure([invalid("activityId", "Give `activityId` or `bulkId`: one of the two.")])
    if problems := list(text_problems("note", note, most=2_000)):
        return Failure(problems)
    async with context.write() as session:
        if line_id is not None:
            lines = list((await activity.by_ids(session, context.team_id, [line_id])).values())
        else:
            lines = await activity.of_bulk(session, context.team_id, bulk_id or 0, MOST + 1)
        if len(lines) > MOST:
            message = f"This changed more than {MOST:,} contacts: undo it with undoBulkChange."
            return Failure([invalid("bulkId", message)])
        answers, journal = await undo_lines(session, context, lines, note)
        if not answers:
            missing = ProblemCode.ACTIVITY_NOT_FOUND if bulk_id is None else ProblemCode.BULK_NOT_FOUND
            return Failure([not_found(missing)])
        return Bulk(journal.bulk_id if journal.lines else None, answers)


async def undo_lines(
    session: AsyncSession,
    context: Context,
    lines: Sequence[Activity],
    note: str | None = None,
    bulk_id: int | None = None,
) -> tuple[list[Changed | Failure], Journal]:
    """Undo some lines in a transaction of the caller's; one answer for each whose contact the caller sees."""
    team_id = context.team_id
    ids = {line.contact_id for line in lines}
    records = await contacts.locked(session, context.caller.view, ids)
    lines = [line for line in lines if line.contact_id in records]
    journal = Journal(team_id, context.caller.member_id, bulk_id=bulk_id or new_id())
    if not lines:
        return [], journal
    since: dict[int, int] = {}
    for line in lines:
        since[line.contact_id] = min(line.id, since.get(line.contact_id, line.id))
    later = await _later(session, team_id, since)
    asked_out = await activity.with_causes(session, team_id, list(records), ASKED_OUT)
    answers: dict[int, Changed | Failure] = {}
    for line in reversed(lines):
        record = records[line.contact_id]
        asked = line.contact_id in asked_out
        answers[line.id] = _one(context, journal, record, line, later, asked_out=asked, note=note)
    await journal.store(session)
    return [answers[line.id] for line in lines], journal


async def _later(session: AsyncSession, team_id: int, since: Mapping[int, int]) -> dict[int, list[Line]]:
    """Return what changed each contact after a line, the oldest first."""
    found: dict[int, list[Line]] = defaultdict(list)
    for each in await activity.changes_since(session, team_id, since):
        found[each.contact_id].append(_line(each))
    return found


def _line(line: Activity) -> Line:
    by_hand = line.member_id is not None and line.kind in _CHANGES
    return Line(line.id, line.before, line.after, by_hand, line.kind in _MOVES, line.undoes)


def _one(
    context: Context,
    journal: Journal,
    record: ContactRecord,
    line: Activity,
    later: dict[int, list[Line]],
    *,
    asked_out: bool,
    note: str | None,
) -> Changed | Failure:
    """Undo one line, if that is possible after what came later."""
    before, of_contact = record.contact.statuses, later[line.contact_id]
    facts = facts_of(record, context.caller.who(record.owner_id))
    target = _line(line)
    since = [each for each in of_contact if each.id > line.id]
    decided = decide_undo(before, target, since, facts, asked_out=asked_out)
    if not isinstance(decided, Allowed):
        return Failure([_reason(each) for each in decided], record)
    made = journal.change(record, decided.after, ActivityKind.UNDONE, note=note)
    made.undoes = line.id
    # It has no number yet: whatever it is, it is greater than any there is.
    number = max(each.id for each in (*since, target)) + 1
    of_contact.append(replace(target, id=number, before=before, after=decided.after, undoes=line.id))
    return Changed(record, before, decided.after, made)


def _reason(found: Hindered | Reason) -> Reason | Problem:
    if isinstance(found, Reason):
        return found
    return Problem(ProblemCode[found.obstacle.name], _MESSAGES[found.obstacle], line_id=found.later)


_MESSAGES = {
    Obstacle.NOT_UNDOABLE: "This line tells of no change by a person: what happened is not undone.",
    Obstacle.ALREADY_UNDONE: "This was undone already: undo that line to bring it back.",
    Obstacle.CHANGED_SINCE: "A later change depends on this one: undo that one first.",
    Obstacle.OPTED_OUT_BY_PROSPECT: (
        "The prospect asked not to be written to: if that has changed, take Opted out off by hand."
    ),
}
