"""Changing a contact's statuses by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models import changes, contacts
from models.contact_lists import ContactRecord
from models.parts import Parts
from models.tables import Activity, ActivityKind
from resolvers.context import Context, facts_of
from resolvers.input import text_problems
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found, version_conflict
from rules.decide import Allowed, Refused, decide_all
from rules.facts import Who
from rules.options import way_out
from rules.statuses import Change, Status, StatusSet

MOST: Final = 2 * len(Status)
"""How many changes one contact can be asked for at once."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The contact was changed: its set before and after, and the line of the log."""

    record: ContactRecord
    before: StatusSet
    after: StatusSet
    line: Activity


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one contact. `contact_id` None is an id that names no contact."""

    contact_id: int | None
    add: Sequence[Status] = ()
    remove: Sequence[Status] = ()
    expected_version: int | None = None
    note: str | None = None

    @property
    def changes(self) -> list[Change]:
        """Return the changes in the order they are decided: removes first."""
        return [-status for status in self.remove] + [+status for status in self.add]


async def set_status(
    context: Context,
    contact_id: int | None,
    *,
    add: Sequence[Status] = (),
    remove: Sequence[Status] = (),
    expected_version: int | None = None,
    note: str | None = None,
    shown: Parts = changes.NOTHING,
) -> Changed | Failure:
    """Take statuses off a contact and put others on: all of it, or nothing and every reason why not.

    Decided on the contact as it stands, and stored if it still does, in two round trips, which requests that
    come at once share; if another caller is at it or has been, decided again, with the contact locked. So it
    is from the start as part of another transaction. `contact_id` None is an id that names no contact.
    `shown` are the columns that the answer's record is asked for, besides those it was decided on.
    """
    asked = Asked(contact_id, add, remove, expected_version, note)
    if problems := problems_of(asked):
        return Failure(problems)
    database, view, number = context.database, context.caller.view, contact_id or 0
    if context.session is None:
        outcome, journal = _decided(context, await changes.read(database.reader, view, number, shown), asked)
        if isinstance(outcome, Failure) or await journal.store_alone(database):
            return outcome
    async with context.write() as session:
        records = await contacts.locked(session, view, [number])
        outcome, journal = _decided(context, records.get(number), asked)
        await journal.store(session)
        return outcome


def _decided(
    context: Context, record: ContactRecord | None, asked: Asked
) -> tuple[Changed | Failure, Journal]:
    """Decide what is asked for; what is to be stored if it is allowed stands in the journal."""
    journal = Journal(context.team_id, context.caller.member_id)
    if record is None:
        return Failure([not_found(ProblemCode.CONTACT_NOT_FOUND)]), journal
    who, contact = context.caller.who(record.owner_id), record.contact
    decided = decide_on(record, contact.statuses, contact.version, asked, who)
    if isinstance(decided, Failure):
        return decided, journal
    return change(journal, record, decided, asked.note), journal


def decide_on(
    record: ContactRecord, statuses: StatusSet, version: int, asked: Asked, who: Who
) -> Allowed | Failure:
    """Decide what is asked of a contact that has these statuses at this version."""
    if asked.expected_version not in {None, version}:
        return Failure([version_conflict(asked.expected_version or 0, version)], record)
    facts, changes = facts_of(record, who), asked.changes
    match decide_all(statuses, changes, facts):
        case Refused(reasons=reasons):
            return Failure(reasons, record, way_out(statuses, changes, facts))
        case Allowed() as allowed:
            return allowed


def change(journal: Journal, record: ContactRecord, allowed: Allowed, note: str | None) -> Changed:
    """Note the change that was decided on."""
    kind, before = ActivityKind.STATUSES_CHANGED, allowed.before
    line = journal.change(record, allowed.after, kind, rows=allowed.rows, note=note)
    return Changed(record, before, allowed.after, line)


def problems_of(asked: Asked, path: str = "") -> list[Problem]:
    """Return why what is asked cannot be decided at all; `path` is where in the input it stands."""
    problems, many = [], len(asked.remove) + len(asked.add)
    if not many:
        message = "Ask for at least one change: a status to add or to remove."
        problems.append(invalid(f"{path}add", message))
    if many > MOST:
        problems.append(invalid(f"{path}add", f"Ask for at most {MOST} changes at once."))
    return [*problems, *text_problems(f"{path}note", asked.note, most=2_000)]
