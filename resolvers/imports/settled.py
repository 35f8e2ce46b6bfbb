"""From what a row says to what is stored: the set and the facts of the stay, or why that cannot be."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from models.tables import StepKind
from resolvers.imports.said import Said
from rules.facts import Channel, RepliesHandling
from rules.reach import Shape, can_be, nearest
from rules.statuses import NOTHING, Status, StatusSet, in_order

_BY_EMAIL: Final = {Status.CONTACTED, Status.OPENED, Status.CLICKED, Status.AUTO_REPLIED}
"""Marks that only an email brings."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a sequence, and what of it an import asks."""

    ids: tuple[int, ...]
    kinds: tuple[StepKind, ...]
    handling: RepliesHandling


class Facts(NamedTuple):
    """What a row says of the stay; None: nothing, so that it follows from the statuses."""

    emails: int | None = None
    sms: int | None = None
    steps: int | None = None
    lacking: bool = False


class Settled(NamedTuple):
    """What is stored of a row, what was mapped on the way, and what is wrong (then nothing is stored)."""

    statuses: StatusSet = NOTHING
    emails: int = 0
    sms: int = 0
    steps: int = 0
    channel: Channel | None = None
    mapped: tuple[tuple[str, str], ...] = ()
    problem: tuple[str, str] | None = None


def nowhere(said: Said, facts: Facts) -> Settled:
    """Settle a row of a contact in no sequence: it carries nothing or Opted out (S35)."""
    if facts.emails or facts.sms or facts.steps:
        why = "Emails, SMS and steps are counted in a sequence: name the sequence, or leave them out."
        return Settled(problem=("sequence", why))
    if said.stage is Status.OPTED_OUT:
        mapped = tuple((f"{mark.value}, in no sequence", "left out") for mark in in_order(said.marks))
        return Settled(frozenset({Status.OPTED_OUT}), mapped=mapped)
    if said.stage or said.marks:
        words = _words(said.marks | ({said.stage} if said.stage else set()))
        why = f"In no sequence a contact carries only Opted out: name the sequence, or leave {words} out."
        return Settled(problem=("statuses", why))
    return Settled()


@lru_cache(maxsize=65_536)
def settle(said: Said, facts: Facts, steps: Steps) -> Settled:
    """Settle a row of a contact in a sequence."""
    marks, mapped = said.marks, []
    replied_by_sms = said.channel is Channel.SMS
    emails, sms = facts.emails, facts.sms
    if emails is None:
        by_reply = Status.REPLIED in marks and not replied_by_sms
        emails = int(bool(marks & _BY_EMAIL) or said.stage is Status.BOUNCED or by_reply)
    if sms is None:
        sms = int(Status.REPLIED in marks and replied_by_sms)
    done = facts.steps
    if done is None:
        done = max(_through(steps, StepKind.EMAIL, emails), _through(steps, StepKind.SMS, sms))
    if done > len(steps.ids):
        why = f"The sequence has {len(steps.ids)} steps, not {done}."
        return Settled(problem=("stepsCompleted", why))
    if emails and Status.CONTACTED not in marks:
        marks |= {Status.CONTACTED}
        mapped.append(("an email was received", "+ Contacted"))
    left = len(steps.ids) - done
    stage = said.stage
    if stage is None:
        stage = _stage(marks, steps, left)
        mapped.append(("no stage", stage.value))
    if stage is Status.ACTIVE and facts.lacking:
        stage = Status.MISSING_DATA
        mapped.append(("Active, but a variable is missing", stage.value))
    statuses = marks | {stage}
    shape = Shape(emails > 0, sms > 0, left > 0, facts.lacking)
    if not can_be(statuses, shape):
        return Settled(problem=("statuses", _unreachable(statuses, shape)))
    channel = said.channel if Status.REPLIED in marks else None
    return Settled(statuses, emails, sms, done, channel, tuple(mapped))


def _through(steps: Steps, kind: StepKind, count: int) -> int:
    """Return how many steps are done when so many of this kind are: what went out does not go out again."""
    places = [place for place, each in enumerate(steps.kinds, 1) if each is kind]
    return places[min(count, len(places)) - 1] if count and places else 0


def _stage(marks: StatusSet, steps: Steps, left: int) -> Status:
    """Return the stage of a contact of whom only marks are told."""
    stopped = Status.AUTO_REPLIED in marks or (
        Status.REPLIED in marks and steps.handling is RepliesHandling.FINISH
    )
    return Status.FINISHED if stopped or not left else Status.ACTIVE


def _unreachable(statuses: StatusSet, shape: Shape) -> str:
    counts = [
        "emails received" if shape.emails else "no email received",
        "SMS sent" if shape.sms else "no SMS sent",
        "steps left" if shape.steps_left else "no steps left",
        *(["a variable missing"] if shape.lacking else []),
    ]
    close = " or ".join(sorted(f"“{_words(each)}”" for each in nearest(statuses, shape)[:3]))
    return f"No change leads to “{_words(statuses)}” with {', '.join(counts)}. The nearest: {close}."


def _words(statuses: StatusSet | set[Status]) -> str:
    return "; ".join(each.value for each in in_order(statuses))
