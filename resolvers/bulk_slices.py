"""Making a bulk change: slice after slice, each with its progress in one transaction.

Whoever dies in the middle of a slice has done nothing of it; who goes on begins with the first contact that
is not done. The row of the bulk change is locked for a slice, so two workers take turns, and whoever cancels
it does so between two slices.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from models import accounts, bulk, contacts, jobs
from models.bell import GROWN
from models.contact_lists import ContactRecord
from models.contacts import View
from models.tables import ENDED, ActivityKind, BulkChange, BulkItem, BulkOutcome, BulkState
from resolvers.absences import Unfinished
from resolvers.bulk_changes import task_of
from resolvers.context import Caller, Context, facts_of
from resolvers.journal import Journal
from resolvers.problems import Problem, ProblemCode, not_found
from resolvers.statuses import Changed
from resolvers.told import written
from resolvers.undo import undo_lines
from rules.decide import Allowed, Refused, decide_all
from rules.facts import Facts
from rules.reasons import Reason
from rules.statuses import Change, Status, StatusSet

SLICE: Final = 500
"""How many contacts are changed in one transaction."""
TURN: Final = 20
"""How many slices are made before others in the queue get their turn."""


async def make(context: Context, bulk_id: int, stopping: Callable[[], bool] = bool) -> Mapping[str, int]:
    """Go on with a bulk change for a turn; the rest is put into the queue again. Says how many were done."""
    changed = refused = 0
    for _ in range(TURN):
        outcomes = await _slice(context, bulk_id)
        if outcomes is None:
            return {"changed": changed, "refused": refused}
        changed += outcomes[BulkOutcome.CHANGED]
        refused += outcomes[BulkOutcome.REFUSED]
        if stopping():
            raise Unfinished
    async with context.write() as session:
        found = await bulk.by_ids(session, View(context.team_id), [bulk_id])
        await jobs.enqueue(session, [task_of(each) for each in found.values()])
    return {"changed": changed, "refused": refused}


async def _slice(context: Context, bulk_id: int) -> Counter[BulkOutcome] | None:
    """Change the contacts that come next; None if nothing is left to do."""
    async with context.write() as session:
        change = await bulk.locked(session, View(context.team_id), bulk_id)
        if change is None or change.state in ENDED:
            return None
        ids = await bulk.next_contacts(session, change, SLICE)
        done = await (_undone if change.undoes else _changed)(session, change, ids, context)
        await bulk.store_items(session, change, done)
        outcomes = Counter(item.outcome for item in done)
        _advance(change, done, outcomes)
        await bulk.store(session, change)
        session.info[GROWN] = True  # whoever follows it is told
        return outcomes


def _advance(change: BulkChange, done: Sequence[BulkItem], outcomes: Mapping[BulkOutcome, int]) -> None:
    change.changed += outcomes[BulkOutcome.CHANGED]
    change.refused += outcomes[BulkOutcome.REFUSED]
    change.reasons = dict(Counter(change.reasons) + Counter(code for item in done for code in item.codes))
    change.reached = done[-1].contact_id if done else change.reached
    change.state = BulkState.RUNNING
    if len(done) < SLICE or change.changed + change.refused == change.total:
        change.state, change.ended_at = BulkState.DONE, datetime.now(UTC)


async def _undone(
    session: AsyncSession, change: BulkChange, ids: Sequence[int], context: Context
) -> list[BulkItem]:
    """Undo what the other bulk change did to each contact, as the member who asked for it."""
    acting = replace(context, caller=await _caller(session, change))
    lines = await bulk.lines_to_undo(session, change, ids)
    answers, _ = await undo_lines(session, acting, lines, change.note, change.id)
    items = {}
    for answer in answers:
        if isinstance(answer, Changed):
            item = _item(change, answer.line.contact_id, BulkOutcome.CHANGED)
            item.activity_id = answer.line.id
            items[item.contact_id] = item
        elif answer.record:
            contact_id, owner_id = answer.record.contact.id, answer.record.owner_id
            items[contact_id] = _refused(change, contact_id, answer.reasons, owner_id)
    missing = [not_found(ProblemCode.CONTACT_NOT_FOUND)]
    return [items.get(each) or _refused(change, each, missing, 0) for each in ids]


async def _changed(
    session: AsyncSession, change: BulkChange, ids: Sequence[int], _context: Context
) -> list[BulkItem]:
    """Decide on each contact as the member who started it, and note what is allowed; as one transaction."""
    caller = await _caller(session, change)
    records = await contacts.locked(session, caller.view, ids)
    journal = Journal(change.team_id, change.member_id, bulk_id=change.id)
    changes = [-Status[name] for name in change.removes] + [+Status[name] for name in change.adds]
    known: dict[tuple[StatusSet, Facts], Allowed | Refused] = {}
    done, lines = [], {}
    for contact_id in ids:
        if (record := records.get(contact_id)) is None:
            done.append(_refused(change, contact_id, [not_found(ProblemCode.CONTACT_NOT_FOUND)], 0))
            continue
        match _decide(record, changes, caller, known):
            case Refused(reasons=reasons):
                done.append(_refused(change, contact_id, reasons, record.owner_id))
            case Allowed(after=after, rows=rows):
                kind = ActivityKind.STATUSES_CHANGED
                lines[contact_id] = journal.change(record, after, kind, rows=rows, note=change.note)
                done.append(_item(change, contact_id, BulkOutcome.CHANGED))
    await journal.store(session)
    for item in done:
        if line := lines.get(item.contact_id):
            item.activity_id = line.id
    return done


async def _caller(session: AsyncSession, change: BulkChange) -> Caller:
    """Return whoever started the bulk change, as the team's settings are now."""
    team = await accounts.team(session, change.team_id)
    if team is None:
        raise LookupError(f"team {change.team_id} of a bulk change is not there")
    return Caller(team.id, team.team_edition, team.visibility, change.member_id, frozenset())


def _decide(
    record: ContactRecord,
    changes: Sequence[Change],
    caller: Caller,
    known: dict[tuple[StatusSet, Facts], Allowed | Refused],
) -> Allowed | Refused:
    """Decide on a contact; what comes to the same for many is worked out once."""
    facts, statuses = facts_of(record, caller.who(record.owner_id)), record.contact.statuses
    if (found := known.get((statuses, facts))) is None:
        found = known[statuses, facts] = decide_all(statuses, changes, facts)
    return found


def _refused(
    change: BulkChange, contact_id: int, reasons: Sequence[Reason | Problem], owner_id: int
) -> BulkItem:
    item = _item(change, contact_id, BulkOutcome.REFUSED)
    item.codes = list(dict.fromkeys(reason.code.name for reason in reasons))
    item.reasons = [written(reason, owner_id) for reason in reasons]
    return item


def _item(change: BulkChange, contact_id: int, outcome: BulkOutcome) -> BulkItem:
    return BulkItem(
        team_id=change.team_id, bulk_id=change.id, contact_id=contact_id, outcome=outcome, codes=[]
    )
