"""Putting a reply into an inbox category by hand: what a person says of a reply always wins (S33)."""

from dataclasses import dataclass

from models import activity, contacts
from models.contact_lists import ContactRecord
from models.tables import Activity, ActivityKind
from resolvers import events
from resolvers.context import Context
from resolvers.happened import Happened, Outcome
from resolvers.input import text_problems
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, not_found
from rules.events import Category, Event
from rules.statuses import StatusSet

BY_HAND = "A person put the reply into Do not contact."


@dataclass(frozen=True, slots=True)
class Sorted:
    """The reply was put into a category: the contact, its set before and after, and the line that says so."""

    record: ContactRecord
    before: StatusSet
    after: StatusSet
    line: Activity


async def categorize(
    context: Context, line_id: int | None, category: Category, *, note: str | None = None
) -> Sorted | Failure:
    """Put the reply that a line of the log tells of into a category; whoever sees the contact may (S2, S33).

    Do not contact is an event of its own: with text opt-out the system sets Opted out, in the same
    transaction. Another category later does not take that off again: only a person does (S34).
    """
    if problems := list(text_problems("note", note, most=2_000)):
        return Failure(problems)
    async with context.write() as session:
        line = (await activity.by_ids(session, context.team_id, [line_id or 0])).get(line_id or 0)
        theirs = [line.contact_id] if line else []
        record = next(iter((await contacts.locked(session, context.caller.view, theirs)).values()), None)
        if line is None or record is None:
            return Failure([not_found(ProblemCode.ACTIVITY_NOT_FOUND)])
        if line.cause is not Event.REPLY_RECEIVED:
            message = "Only a reply has a category: give the line of the log whose cause is REPLY_RECEIVED."
            return Failure([Problem(ProblemCode.NOT_A_REPLY, message)], record)
        journal = Journal(context.team_id, context.caller.member_id)
        said = journal.note(record, ActivityKind.REPLY_CATEGORIZED, channel=line.channel, note=note)
        said.category, said.reply_id = category, line.id
        await journal.store(session)
        before = after = record.contact.statuses
        if category is Category.DO_NOT_CONTACT:
            asked = Happened(Event.DO_NOT_CONTACT_SET, record.contact.id, why=BY_HAND)
            [outcome] = await events.record_in(session, context.team_id, [asked])
            if isinstance(outcome, Outcome):
                record, after = outcome.record, outcome.after
        return Sorted(record, before, after, said)
