"""Changing a contact's statuses by hand, and what could be changed now."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import contacts
from models.contact_lists import ContactRecord
from models.tables import Activity, ActivityKind
from resolvers.context import Context, facts_of
from resolvers.input import text_problems
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found, version_conflict
from rules.decide import Allowed, Refused, decide_all
from rules.options import way_out
from rules.statuses import Change, Status, StatusSet


@dataclass(frozen=True, slots=True)
class Changed:
    """The contact was changed: its set before and after, and the line of the log."""

    record: ContactRecord
    before: StatusSet
    after: StatusSet
    line: Activity


async def set_status(
    context: Context,
    contact_id: int | None,
    *,
    add: Sequence[Status] = (),
    remove: Sequence[Status] = (),
    expected_version: int | None = None,
    note: str | None = None,
) -> Changed | Failure:
    """Take statuses off a contact and put others on: all of it, or nothing and every reason why not.

    One transaction: the contact is locked before its facts are read, so what is decided on is changed.
    `contact_id` None is an id that names no contact.
    """
    changes = [-status for status in remove] + [+status for status in add]
    if problems := [*_asks_for(changes), *text_problems("note", note, most=2_000)]:
        return Failure(problems)
    async with context.write() as session:
        record = (await contacts.locked(session, context.caller.view, [contact_id or 0])).get(contact_id or 0)
        if record is None:
            return Failure([not_found(ProblemCode.CONTACT_NOT_FOUND)])
        if expected_version not in {None, record.contact.version}:
            return Failure([version_conflict(expected_version or 0, record.contact.version)], record)
        facts = facts_of(record, context.caller.who(record.owner_id))
        statuses = record.contact.statuses
        match decide_all(statuses, changes, facts):
            case Refused(reasons=reasons):
                return Failure(reasons, record, way_out(statuses, changes, facts))
            case Allowed(before=before, after=after, rows=rows):
                journal = Journal(context.team_id, context.caller.member_id)
                line = journal.change(record, after, ActivityKind.STATUSES_CHANGED, rows=rows, note=note)
                await journal.store(session)
                return Changed(record, before, after, line)


def _asks_for(changes: Sequence[Change]) -> list[Problem]:
    if not changes:
        return [invalid("add", "Ask for at least one change: a status to add or to remove.")]
    if len(changes) > 2 * len(Status):
        return [invalid("add", f"Ask for at most {2 * len(Status)} changes at once.")]
    return []
