"""Contacts enter, change and leave sequences, up to 1,000 in a call; each has its own answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from models import contacts, enrolments, sequences
from models.contact_lists import ContactRecord
from models.tables import Activity, ActivityKind, Enrolment, Step
from models.tables import Sequence as SequenceRow
from resolvers.context import Context, facts_of
from resolvers.journal import Journal
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found, not_the_owner
from resolvers.upkeep import used_variables
from rules.facts import Who
from rules.statuses import Status, StatusSet
from rules.stay import enter, leave
from rules.templates import missing
from rules.vocabulary import ReasonCode

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Done:
    """One contact of the batch was changed."""

    record: ContactRecord
    before: StatusSet
    after: StatusSet
    line: Activity


@dataclass(frozen=True, slots=True)
class NotDone:
    """One contact of the batch was left as it is: every reason why."""

    index: int
    reasons: Sequence[Problem]


Answers = list[Done | NotDone]
Check = Callable[[ContactRecord], list[Problem]]


async def enroll(
    context: Context, sequence_id: int | None, contact_ids: Sequence[int | None]
) -> Answers | Failure:
    """Put contacts that are in no sequence into one: Active, or Missing data if a variable is missing.

    Asks for the owner of both: the sequence's, and the contact's (section 2).
    """
    return await _into(context, sequence_id, contact_ids, ActivityKind.ENROLLED, _can_enter(context))


async def move(
    context: Context, sequence_id: int | None, contact_ids: Sequence[int | None]
) -> Answers | Failure:
    """Take contacts out of their sequences and put them into another: never one that is Opted out (S36)."""
    return await _into(context, sequence_id, contact_ids, ActivityKind.MOVED, _can_move(context, sequence_id))


async def remove(context: Context, contact_ids: Sequence[int | None]) -> Answers | Failure:
    """Take contacts out of their sequences: they keep Opted out, and nothing else (S35)."""
    if problems := list(_size(contact_ids)):
        return Failure(problems)
    async with context.write() as session:
        records = await contacts.locked(session, context.caller.view, {id_ or 0 for id_ in contact_ids})
        journal = Journal(context.team_id, context.caller.member_id)
        answers, going = _sort_out(contact_ids, records, _can_leave(context))
        await _end(session, context.team_id, [records[id_] for id_ in going.values()])
        for index, contact_id in going.items():
            record = records[contact_id]
            before, after = record.contact.statuses, leave(record.contact.statuses)
            line = journal.change(record, after, ActivityKind.REMOVED)
            _set_stay(record, None, None)
            answers[index] = Done(record, before, after, line)
        await journal.store(session)
        return [answers[index] for index in range(len(contact_ids))]


async def _into(
    context: Context,
    sequence_id: int | None,
    contact_ids: Sequence[int | None],
    kind: ActivityKind,
    check: Check,
) -> Answers | Failure:
    if problems := list(_size(contact_ids)):
        return Failure(problems)
    async with context.write() as session:
        sequence = await sequences.locked(session, context.team_id, sequence_id or 0, to_enroll=True)
        if sequence is None:
            return Failure([not_found(ProblemCode.SEQUENCE_NOT_FOUND)])
        steps = (await sequences.steps_of(session, context.team_id, [sequence.id]))[sequence.id]
        if problems := _closed(context, sequence, steps):
            return Failure(problems)
        session.expunge_all()
        records = await contacts.locked(session, context.caller.view, {id_ or 0 for id_ in contact_ids})
        answers, coming = _sort_out(contact_ids, records, check)
        await _end(session, context.team_id, [records[id_] for id_ in coming.values()])
        stays = {id_: _stay(records[id_], sequence, steps) for id_ in coming.values()}
        await enrolments.begin(session, list(stays.values()))
        journal = Journal(context.team_id, context.caller.member_id)
        for index, contact_id in coming.items():
            record, before = records[contact_id], records[contact_id].contact.statuses
            _set_stay(record, stays[contact_id], sequence)
            after = enter(facts_of(record, Who.OWNER))
            answers[index] = Done(record, before, after, journal.change(record, after, kind))
        await journal.store(session)
        return [answers[index] for index in range(len(contact_ids))]


def _sort_out(
    contact_ids: Sequence[int | None], records: dict[int, ContactRecord], check: Check
) -> tuple[dict[int, Done | NotDone], dict[int, int]]:
    """Return the answers for contacts that cannot go, and the others' ids, both by place in the list."""
    answers: dict[int, Done | NotDone] = {}
    going: dict[int, int] = {}
    named: set[int] = set()
    for index, contact_id in enumerate(contact_ids):
        record = records.get(contact_id or 0)
        if record is None:
            answers[index] = NotDone(index, [not_found(ProblemCode.CONTACT_NOT_FOUND)])
        elif record.contact.id in named:
            twice = invalid(f"contactIds.{index}", "The contact stands in the list twice: name it once.")
            answers[index] = NotDone(index, [twice])
        elif problems := check(record):
            answers[index] = NotDone(index, problems)
        else:
            going[index] = record.contact.id
        named.add(contact_id or 0)
    return answers, going


def _closed(context: Context, sequence: SequenceRow, steps: Sequence[Step]) -> list[Problem]:
    """Return why the sequence takes no contacts from the caller."""
    problems = []
    if context.caller.who(sequence.owner_id) is not Who.OWNER:
        problems.append(not_the_owner(sequence.owner_id, "put contacts into this sequence"))
    if sequence.archived:
        message = f"“{sequence.name}” is archived: take it out of the archive first."
        problems.append(Problem(ProblemCode.SEQUENCE_ARCHIVED, message))
    if not steps:
        message = f"“{sequence.name}” has no steps: add one before you enroll contacts."
        problems.append(Problem(ProblemCode.NO_STEPS, message))
    return problems


def _can_enter(context: Context) -> Check:
    def check(record: ContactRecord) -> list[Problem]:
        problems = _others(context, record, "enroll this contact")
        if record.sequence:
            message = f"The contact is in “{record.sequence.name}”: move it instead."
            problems.append(Problem(ProblemCode.ALREADY_IN_SEQUENCE, message))
        return problems + _opted_out(record)

    return check


def _can_move(context: Context, sequence_id: int | None) -> Check:
    def check(record: ContactRecord) -> list[Problem]:
        problems = _others(context, record, "move this contact")
        if record.sequence is None:
            message = "The contact is in no sequence: enroll it instead."
            return [*problems, Problem(ReasonCode.NOT_IN_SEQUENCE, message)]
        if record.sequence.id == sequence_id:
            problems.append(
                Problem(ProblemCode.ALREADY_IN_SEQUENCE, "The contact is in this sequence already.")
            )
        return problems + _opted_out(record)

    return check


def _can_leave(context: Context) -> Check:
    def check(record: ContactRecord) -> list[Problem]:
        problems = _others(context, record, "take this contact out of its sequence")
        if record.sequence is None:
            message = "The contact is in no sequence: there is nothing to take it out of."
            problems.append(Problem(ReasonCode.NOT_IN_SEQUENCE, message))
        return problems

    return check


def _others(context: Context, record: ContactRecord, what: str) -> list[Problem]:
    if context.caller.who(record.owner_id) is Who.OWNER:
        return []
    return [not_the_owner(record.owner_id, what)]


def _opted_out(record: ContactRecord) -> list[Problem]:
    if Status.OPTED_OUT not in record.contact.statuses:
        return []
    message = "The contact is Opted out: unless it asked to be written to again, leave it alone."
    return [Problem(ProblemCode.OPTED_OUT, message)]


def _stay(record: ContactRecord, sequence: SequenceRow, steps: Sequence[Step]) -> Enrolment:
    return Enrolment(
        team_id=sequence.team_id,
        contact_id=record.contact.id,
        sequence_id=sequence.id,
        steps_left=len(steps),
        missing_variables=list(missing(used_variables(steps), record.contact.profile())),
    )


def _set_stay(record: ContactRecord, stay: Enrolment | None, sequence: SequenceRow | None) -> None:
    record.enrolment, record.sequence = stay, sequence
    record.contact.enrolment_id = stay.id if stay else None
    record.contact.sequence_id = sequence.id if sequence else None


async def _end(session: AsyncSession, team_id: int, records: Sequence[ContactRecord]) -> None:
    """End the present stays of the contacts that have one."""
    final = {record.enrolment.id: record.contact.statuses for record in records if record.enrolment}
    await enrolments.end(session, team_id, final)


def _size(contact_ids: Sequence[object]) -> list[Problem]:
    if 1 <= len(contact_ids) <= MOST:
        return []
    return [invalid("contactIds", f"Give 1 to {MOST:,} contacts in a call; these are {len(contact_ids):,}.")]
