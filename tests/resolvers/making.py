"""Short words for what almost every test of a use case begins with, and for what it looks at afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models import contacts as contact_rows
from models.contact_lists import ContactRecord
from models.contacts import View
from models.tables import Activity, Enrolment, Step, StepKind
from models.tables import Sequence as Sequence_
from resolvers import contacts, enrolments, events, reading, sequences
from resolvers.context import Context
from resolvers.events import Happened
from resolvers.problems import Failure, Problem
from rules.events import Event
from rules.reasons import Reason
from rules.statuses import StatusSet
from tests.world import Home, made

CALL, EMAIL, SMS = StepKind.CALL, StepKind.EMAIL, StepKind.SMS


async def a_sequence(context: Context, *bodies: str, name: str = "Launch", **settings: Any) -> int:
    """Make a sequence with one email step for each body; return its id."""
    sequence = made(await sequences.create(context, name, settings))
    for body in bodies:
        made(await sequences.add_step(context, sequence.id, kind=EMAIL, subject="Hello", body=body))
    return int(sequence.id)


async def the_sequence(context: Context, sequence_id: int) -> Sequence_:
    """Return a sequence as it is stored."""
    async with context.read() as session:
        found: Sequence_ = (await session.execute(select(Sequence_).filter_by(id=sequence_id))).scalar_one()
        return found


async def steps_of(context: Context, sequence_id: int) -> list[Step]:
    """Return the steps of a sequence, in order."""
    return (await reading.steps_of(context, [sequence_id]))[sequence_id]


async def the_contacts(context: Context, count: int, start: str = "c", **fields: str) -> list[int]:
    """Make contacts; return their ids."""
    profiles = [contacts.Profile(f"{start}{number}@example.com", fields) for number in range(count)]
    return [each.record.contact.id for each in made(await contacts.upsert(context, profiles))]


async def enrolled(context: Context, sequence_id: int, count: int = 1, **fields: str) -> list[int]:
    """Make contacts and enroll them; return their ids."""
    ids = await the_contacts(context, count, f"s{sequence_id}-", **fields)
    answers = made(await enrolments.enroll(context, sequence_id, ids))
    assert all(isinstance(each, enrolments.Done) for each in answers), answers
    return ids


async def one(home: Home, *bodies: str, **settings: Any) -> int:
    """Enroll a contact into a sequence of its own."""
    sequence_id = await a_sequence(home.owner.context, *bodies, **settings)
    [contact_id] = await enrolled(home.owner.context, sequence_id)
    return contact_id


async def the_record(context: Context, contact_id: int) -> ContactRecord:
    """Return a contact as it is stored, whoever may see it."""
    async with context.read() as session:
        return (await contact_rows.by_ids(session, View(context.team_id), [contact_id]))[contact_id]


async def statuses_of(context: Context, ids: Iterable[int]) -> list[StatusSet]:
    """Return the sets of contacts, as they are stored."""
    async with context.read() as session:
        found = await contact_rows.by_ids(session, View(context.team_id), list(ids))
    return [found[id_].contact.statuses for id_ in ids]


async def stays_of(context: Context, contact_id: int) -> Sequence[Enrolment]:
    """Return every stay of a contact, the oldest first."""
    query = select(Enrolment).where(col(Enrolment.contact_id) == contact_id).order_by(col(Enrolment.id))
    async with context.read() as session:
        return (await session.execute(query)).scalars().all()


async def log_of(context: Context, contact_id: int) -> Sequence[Activity]:
    """Return the log of a contact, the oldest line first."""
    query = select(Activity).where(col(Activity.contact_id) == contact_id).order_by(col(Activity.id))
    async with context.read() as session:
        return (await session.execute(query)).scalars().all()


async def happens(context: Context, contact_id: int, event: Event, **more: Any) -> events.Outcome:
    """Record one event of a contact that the team has."""
    [outcome] = await recorded(context, [Happened(event, contact_id, **more)])
    return outcome


async def recorded(context: Context, happened: Sequence[Happened]) -> list[events.Outcome]:
    """Record events of contacts that the team has."""
    outcomes = [each for each in await events.record(context, happened) if isinstance(each, events.Outcome)]
    assert len(outcomes) == len(happened)
    return outcomes


def codes(outcome: Any) -> list[str]:
    """Return the codes of a refusal; empty if there is none."""
    reasons = [outcome] if isinstance(outcome, Problem) else getattr(outcome, "reasons", outcome)
    refused = reasons if isinstance(reasons, list | tuple) else []
    return [each.code.name for each in refused if isinstance(each, Problem | Reason)]


def refused(outcome: Any) -> list[str]:
    """Return the codes of a Failure, which it must be."""
    assert isinstance(outcome, Failure), outcome
    return codes(outcome)
