"""What the system keeps right when templates, steps or profiles change: missing variables, steps left."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from models import contacts, enrolments, sequences
from models.contact_lists import ContactRecord
from models.contacts import View
from models.tables import ActivityKind, Step, StepKind
from resolvers.context import facts_of
from resolvers.journal import Journal
from rules.events import Event
from rules.facts import Who
from rules.statuses import Status
from rules.stay import react
from rules.templates import missing, variables_in


def used_variables(steps: Sequence[Step]) -> tuple[str, ...]:
    """Return the variables that a contact must have for these steps.

    Those of emails and SMS, which go out as they are; what a call's script lacks, the person who calls sees.
    """
    sent = [step for step in steps if step.kind is not StepKind.CALL]
    return variables_in(*(text for step in sent for text in (step.subject, step.body)))


async def after_steps_changed(session: AsyncSession, team_id: int, sequence_id: int) -> None:
    """Recompute what the steps of a locked sequence mean for everyone in it (S13, S27, section 5)."""
    # Contacts are locked before their stays, here as everywhere: no two transactions wait for each other.
    await contacts.lock_sequence(session, team_id, sequence_id)
    await sequences.recount_steps(session, team_id, sequence_id)
    # The system's view: whoever asked, it is done for every contact.
    records = await contacts.in_sequence(session, View(team_id), sequence_id)
    await after_change(session, team_id, records, Event.STEPS_CHANGED, Event.VARIABLE_MISSING)


async def after_change(
    session: AsyncSession, team_id: int, records: Sequence[ContactRecord], *events: Event
) -> None:
    """Recompute the missing variables of locked contacts, and let the system act where they are Active."""
    staying = [record for record in records if record.enrolment]
    if not staying:
        return
    ids = {record.contact.sequence_id or 0 for record in staying}
    used = {
        id_: used_variables(steps) for id_, steps in (await sequences.steps_of(session, team_id, ids)).items()
    }
    found: dict[int, tuple[str, ...]] = {}
    for record in staying:
        lacking = missing(used[record.contact.sequence_id or 0], record.contact.profile())
        if record.enrolment and lacking != tuple(record.enrolment.missing_variables):
            found[record.enrolment.id] = lacking
            record.enrolment.missing_variables = list(lacking)
    await enrolments.store_missing(session, team_id, found)
    journal = Journal(team_id, None)
    for record in staying:
        for event in events:
            _act(journal, record, event)
    await journal.store(session)


def _act(journal: Journal, record: ContactRecord, event: Event) -> None:
    if Status.ACTIVE not in record.contact.statuses:
        return
    outcome = react(event, record.contact.statuses, facts_of(record, Who.SYSTEM))
    if outcome.rows:
        journal.change(record, outcome.after, ActivityKind.STATUSES_CHANGED, rows=outcome.rows, cause=event)
