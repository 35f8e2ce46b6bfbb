"""Sequences and their steps: made and changed by their owner; contacts in them are kept right."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from models import accounts, contacts, sequences
from models.tables import Sequence, Step, StepKind
from models.tables.sequences import MOST_DAYS_AWAY
from resolvers.away import processing_changed
from resolvers.context import Context
from resolvers.input import text_problems
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found, not_the_owner
from resolvers.upkeep import after_steps_changed
from rules.facts import Who
from rules.templates import missing, render, variables_in

MOST_STEPS = 100
TEXT = 50_000


async def create(context: Context, name: str, values: Mapping[str, Any]) -> Sequence | Failure:
    """Create a sequence that belongs to the caller, or to the member `owner_id` names."""
    async with context.write() as session:
        owner_id = values.get("owner_id", context.caller.member_id)
        if problems := [*_name(name), *_days(values), *await _owner(session, context, owner_id)]:
            return Failure(problems)
        sequence = Sequence(team_id=context.team_id, **{**values, "name": name, "owner_id": owner_id})
        session.add(sequence)
        await session.flush()
        return sequence


async def update(context: Context, sequence_id: int | None, values: Mapping[str, Any]) -> Sequence | Failure:
    """Change a sequence's name, owner, settings, or whether it is archived; what is not given stays."""
    async with context.write() as session:
        sequence = await _own(session, context, sequence_id, "change this sequence")
        if isinstance(sequence, Failure):
            return sequence
        problems = [*(_name(values["name"]) if "name" in values else ()), *_days(values)]
        if "owner_id" in values:
            problems += await _owner(session, context, values["owner_id"])
        if problems:
            return Failure(problems)
        processing = sequence.out_of_office
        for field, value in values.items():
            setattr(sequence, field, value)
        await session.flush()
        if sequence.out_of_office is not processing:
            await processing_changed(session, sequence)
        return sequence


@dataclass(frozen=True, slots=True)
class StepChanged:
    """A step was added, changed or removed; the sequence it belongs to."""

    sequence: Sequence
    step: Step


async def add_step(
    context: Context,
    sequence_id: int | None,
    *,
    kind: StepKind,
    body: str,
    subject: str | None = None,
    position: int | None = None,
) -> StepChanged | Failure:
    """Add a step at a position, or at the end; the steps from there on move back by one."""
    async with context.write() as session:
        sequence = await _own(session, context, sequence_id, "add steps to this sequence")
        if isinstance(sequence, Failure):
            return sequence
        number = len((await sequences.steps_of(session, context.team_id, [sequence.id]))[sequence.id])
        place = number + 1 if position is None else position
        if problems := [*_texts(kind, subject, body), *_place(place, number + 1)]:
            return Failure(problems)
        await sequences.make_room(session, context.team_id, sequence.id, place, by=1)
        step = Step(
            team_id=context.team_id,
            sequence_id=sequence.id,
            position=place,
            kind=kind,
            subject=subject,
            body=body,
        )
        session.add(step)
        await session.flush()
        await after_steps_changed(session, context.team_id, sequence.id)
        return StepChanged(sequence, step)


async def update_step(
    context: Context, step_id: int | None, values: Mapping[str, Any]
) -> StepChanged | Failure:
    """Change a step's texts or its position; what is not given stays."""
    async with context.write() as session:
        found = await _own_step(session, context, step_id, "change the steps of this sequence")
        if isinstance(found, Failure):
            return found
        sequence, step, number = found.sequence, found.step, found.number
        place = values.get("position", step.position)
        subject, body = values.get("subject", step.subject), values.get("body", step.body)
        if problems := [*_texts(step.kind, subject, body), *_place(place, number)]:
            return Failure(problems)
        if place != step.position:
            await sequences.make_room(session, context.team_id, sequence.id, step.position + 1, by=-1)
            await sequences.make_room(session, context.team_id, sequence.id, place, by=1)
        step.position, step.subject, step.body = place, subject, body
        await session.flush()
        await after_steps_changed(session, context.team_id, sequence.id)
        return StepChanged(sequence, step)


async def remove_step(context: Context, step_id: int | None) -> StepChanged | Failure:
    """Remove a step; the later ones move up by one."""
    async with context.write() as session:
        found = await _own_step(session, context, step_id, "remove steps of this sequence")
        if isinstance(found, Failure):
            return found
        await session.delete(found.step)
        await session.flush()
        position = found.step.position
        await sequences.make_room(session, context.team_id, found.sequence.id, position, by=-1)
        await after_steps_changed(session, context.team_id, found.sequence.id)
        return StepChanged(found.sequence, found.step)


@dataclass(frozen=True, slots=True)
class PreviewedStep:
    """A step as it would go out to one contact, and the variables that the contact lacks for it."""

    step: Step
    subject: str | None
    body: str
    missing: tuple[str, ...]


async def preview(context: Context, sequence_id: int, contact_id: int | None) -> list[PreviewedStep] | None:
    """Return each step's text for a contact, `{VariableName}` where one is missing (S15).

    None if there is no such contact; it need not be in the sequence.
    """
    async with context.read() as session:
        found = await contacts.by_ids(session, context.caller.view, [contact_id or 0])
        steps = await sequences.steps_of(session, context.team_id, [sequence_id])
    if contact_id not in found:
        return None
    profile = found[contact_id].contact.profile()
    return [previewed(step, profile) for step in steps[sequence_id]]


def previewed(step: Step, profile: Mapping[str, str | None]) -> PreviewedStep:
    """Return a step as it would go out to a contact with this profile."""
    return PreviewedStep(
        step,
        render(step.subject, profile) if step.subject else step.subject,
        render(step.body, profile),
        missing(variables_in(step.subject, step.body), profile),
    )


def next_step(completed: Collection[int], steps: Iterable[Step]) -> Step | None:
    """Return the first step that a contact has not completed; None if there is none."""
    return next((step for step in steps if step.id not in completed), None)


async def _own(
    session: AsyncSession, context: Context, sequence_id: int | None, what: str
) -> Sequence | Failure:
    """Lock the caller's sequence; a Failure if there is none or it is someone else's."""
    sequence = await sequences.locked(session, context.team_id, sequence_id or 0)
    if sequence is None:
        return Failure([not_found(ProblemCode.SEQUENCE_NOT_FOUND)])
    if context.caller.who(sequence.owner_id) is not Who.OWNER:
        return Failure([not_the_owner(sequence.owner_id, what)])
    return sequence


@dataclass(frozen=True, slots=True)
class _OwnStep:
    sequence: Sequence
    step: Step
    number: int  # of steps in the sequence


async def _own_step(
    session: AsyncSession, context: Context, step_id: int | None, what: str
) -> _OwnStep | Failure:
    missing_step = Failure([not_found(ProblemCode.STEP_NOT_FOUND)])
    known = (await sequences.steps_by_ids(session, context.team_id, [step_id or 0])).get(step_id or 0)
    if known is None:
        return missing_step
    sequence = await _own(session, context, known.sequence_id, what)
    if isinstance(sequence, Failure):
        return sequence
    session.expire(known)  # read anew: it may have changed while we waited for the sequence
    steps = (await sequences.steps_of(session, context.team_id, [sequence.id]))[sequence.id]
    step = next((step for step in steps if step.id == step_id), None)
    return missing_step if step is None else _OwnStep(sequence, step, len(steps))


async def _owner(session: AsyncSession, context: Context, owner_id: int | None) -> list[Problem]:
    known = await accounts.members(session, context.team_id, [owner_id or 0])
    return [] if owner_id in known else [not_found(ProblemCode.MEMBER_NOT_FOUND)]


def _name(name: str) -> Iterable[Problem]:
    return text_problems("name", name, most=200, blank=False)


def _days(values: Mapping[str, Any]) -> Iterable[Problem]:
    if not 1 <= values.get("days_away", 1) <= MOST_DAYS_AWAY:
        yield invalid("settings.daysAway", f"Give 1 to {MOST_DAYS_AWAY} days.")


def _texts(kind: StepKind, subject: str | None, body: str) -> Iterable[Problem]:
    if kind is StepKind.EMAIL and not (subject or "").strip():
        yield invalid("subject", "Write a subject: an email step needs one.")
    if kind is not StepKind.EMAIL and subject is not None:
        yield invalid("subject", f"Leave the subject out: a step of kind {kind.value} has none.")
    yield from text_problems("subject", subject, most=500)
    yield from text_problems("body", body, most=TEXT, blank=False)


def _place(place: int, last: int) -> Iterable[Problem]:
    if last > MOST_STEPS:
        yield invalid("sequenceId", f"A sequence has at most {MOST_STEPS} steps.")
    elif not 1 <= place <= last:
        yield invalid("position", f"Give a position from 1 to {last}.")
