"""Changing a contact's statuses by hand, and what could be changed now."""

from collections.abc import Sequence
from dataclasses import dataclass

from models import changes, contacts
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

    Decided on the contact as it stands, and stored if it still does, in two round trips; if another caller
    changed it in between, decided again, with the contact locked. `contact_id` None is an id that names no
    contact.
    """
    asked = _Asked([-status for status in remove] + [+status for status in add], expected_version, note)
    if problems := [*_asks_for(asked.changes), *text_problems("note", note, most=2_000)]:
        return Failure(problems)
    database, view, number = context.database, context.caller.view, contact_id or 0
    outcome, journal = _decided(context, await changes.read(database.reader, view, number), asked)
    if isinstance(outcome, Failure) or await journal.store_alone(database):
        return outcome
    async with context.write() as session:
        records = await contacts.locked(session, view, [number])
        outcome, journal = _decided(context, records.get(number), asked)
        await journal.store(session)
        return outcome


@dataclass(frozen=True, slots=True)
class _Asked:
    changes: list[Change]
    expected_version: int | None
    note: str | None


def _decided(
    context: Context, record: ContactRecord | None, asked: _Asked
) -> tuple[Changed | Failure, Journal]:
    """Decide what is asked for; what is to be stored if it is allowed stands in the journal."""
    journal = Journal(context.team_id, context.caller.member_id)
    if record is None:
        return Failure([not_found(ProblemCode.CONTACT_NOT_FOUND)]), journal
    if asked.expected_version not in {None, record.contact.version}:
        conflict = version_conflict(asked.expected_version or 0, record.contact.version)
        return Failure([conflict], record), journal
    facts = facts_of(record, context.caller.who(record.owner_id))
    statuses = record.contact.statuses
    match decide_all(statuses, asked.changes, facts):
        case Refused(reasons=reasons):
            return Failure(reasons, record, way_out(statuses, asked.changes, facts)), journal
        case Allowed(before=before, after=after, rows=rows):
            kind = ActivityKind.STATUSES_CHANGED
            line = journal.change(record, after, kind, rows=rows, note=asked.note)
            return Changed(record, before, after, line), journal


def _asks_for(changes: Sequence[Change]) -> list[Problem]:
    if not changes:
        return [invalid("add", "Ask for at least one change: a status to add or to remove.")]
    if len(changes) > 2 * len(Status):
        return [invalid("add", f"Ask for at most {2 * len(Status)} changes at once.")]
    return []
