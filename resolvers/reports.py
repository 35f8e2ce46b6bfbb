"""Checks of a reported event, and which step it completes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from models.tables import Enrolment, Step, StepKind
from resolvers.input import email_problems, text_problems
from resolvers.problems import Problem, ProblemCode, invalid, not_found
from rules.events import REACTIONS, Event, Reaction

if TYPE_CHECKING:
    from resolvers.happened import Happened

SKEW = timedelta(days=1)
"""How far ahead of ours the clock of whoever reports may be."""

OURS = "contact-status"
"""The source of events that the product notices itself."""

NOTICED = frozenset(
    {Event.VARIABLE_MISSING, Event.STEPS_CHANGED, Event.OUT_OF_OFFICE_OVER, Event.DO_NOT_CONTACT_SET}
)
"""Events that the product notices itself; nobody reports them."""

_ABOUT = {
    Event.EMAIL_SENT: {StepKind.EMAIL},
    Event.SMS_SENT: {StepKind.SMS},
    Event.STEP_COMPLETED: {StepKind.CALL, StepKind.SMS},  # an email is completed by being sent
}


def problems_of(event: Happened, path: str, steps: Mapping[int, Step]) -> Iterable[Problem]:
    """Return why an event cannot be recorded; `steps` are those that the batch names."""
    if event.key is None or event.noticed:  # our own
        return
    yield from text_problems(f"{path}.source", event.source, most=100, blank=False)
    if event.source == OURS:
        yield invalid(f"{path}.source", f"“{OURS}” is what the product calls itself: choose another name.")
    yield from text_problems(f"{path}.id", event.id, most=200, blank=False)
    yield from text_problems(f"{path}.detail", event.note, most=2_000)
    if event.event in NOTICED:
        yield invalid(f"{path}.kind", f"{event.event.name} is what the product notices itself: leave it out.")
    yield from text_problems(f"{path}.text", event.text, most=100_000)
    yield from text_problems(f"{path}.message_id", event.message_id, most=998, blank=False)
    nobody = event.contact_id is None and event.email is None and (event.sends or event.message is None)
    if nobody or (event.contact_id is not None and event.email is not None):
        yield invalid(f"{path}.contactId", "Name the contact by `contactId` or by `email`: one of the two.")
    if event.email is not None:
        yield from email_problems(f"{path}.email", event.email)
    if event.at is not None and event.at > datetime.now(UTC) + SKEW:
        yield invalid(f"{path}.occurredAt", "This is in the future: report what has happened.")
    if event.step_id is not None and event.step_id not in steps:
        yield not_found(ProblemCode.STEP_NOT_FOUND)


def needs_steps(event: Happened) -> bool:
    """Say whether the sequence's steps must be known: the event completes one that it does not name."""
    return event.key is not None and event.step_id is None and REACTIONS[event.event].completes_step


def step_of(
    event: Happened,
    reaction: Reaction,
    named: Mapping[int, Step],
    steps: Sequence[Step],
    stay: Enrolment,
) -> Step | None:
    """Return the step that an event completes in a stay; None if none. `steps` are those of its sequence.

    The one it names, if it is of this sequence; a reported event that names none is about the first one
    of its kind that is not completed.
    """
    if not reaction.completes_step or (event.step_id is None and event.key is None):
        return None
    if event.step_id is not None:
        step = named.get(event.step_id)
        here = step is not None and step.sequence_id == stay.sequence_id
        return step if step is not None and here and step.id not in stay.completed else None
    kinds = _ABOUT[event.event]
    return next((each for each in steps if each.id not in stay.completed and each.kind in kinds), None)
