"""What can be: every set of statuses that a contact in a sequence can carry, and with which facts beside it.

Nothing here is listed. It is walked: from where a stay begins, by every change that the table allows a person
or the system, while emails and SMS are sent, steps come and go, and variables are filled in and emptied.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rules.decide import HANDS, becomes
from rules.events import REACTIONS, Event
from rules.facts import Channel, Facts, OutOfOfficeProcessing, RepliesHandling, Settings, Who
from rules.statuses import StatusSet
from rules.stay import enter


class Shape(NamedTuple):
    """The facts of a stay as far as the table asks for them: some or none, never how many."""

    emails: bool = False
    sms: bool = False
    steps_left: bool = True
    lacking: bool = False


class Standing(NamedTuple):
    """How a contact stands in its sequence: the set it carries, and the shape of the facts."""

    statuses: StatusSet
    shape: Shape


# Replies handling picks between rows. Of the other settings these let most through: a sequence may have had
# them when it happened.
_SETTINGS = tuple(
    Settings(replies_handling=handling, out_of_office=OutOfOfficeProcessing.AUTOMATIC)
    for handling in RepliesHandling
)


@cache
def standings() -> frozenset[Standing]:
    """Return every standing there can be; a second of work, once in the life of a process."""
    starts = [Shape(lacking=lacking) for lacking in (False, True)]
    settings = _SETTINGS[0]
    found = {Standing(enter(_facts(shape, Who.OWNER, settings, Channel.EMAIL)), shape) for shape in starts}
    unseen = list(found)
    while unseen:
        following = set(_following(unseen.pop())) - found
        found |= following
        unseen += following
    return frozenset(found)


def can_be(statuses: StatusSet, shape: Shape) -> bool:
    """Say whether a contact in a sequence can come to carry this set with such facts."""
    return Standing(statuses, shape) in standings()


def nearest(statuses: StatusSet, shape: Shape) -> tuple[StatusSet, ...]:
    """Return the sets that can be with such facts and differ least from this one."""
    away = [(len(each.statuses ^ statuses), each.statuses) for each in standings() if each.shape == shape]
    least = min((distance for distance, _ in away), default=0)
    return tuple(found for distance, found in away if distance == least)


def _following(standing: Standing) -> Iterator[Standing]:
    """Yield what a contact that stands so may come to next."""
    statuses, shape = standing
    for settings in _SETTINGS:
        facts = _facts(shape, Who.OWNER, settings, Channel.EMAIL)
        for change in HANDS:
            after = becomes(statuses, change, facts)
            if after is not None:
                yield Standing(after, shape)
        for event in Event:
            yield from _happening(event, standing, settings, Channel.EMAIL)
        yield from _happening(Event.REPLY_RECEIVED, standing, settings, Channel.SMS)
    emptied, added = not shape.lacking, not shape.steps_left
    yield _reacting(Event.VARIABLE_MISSING, standing, shape._replace(lacking=emptied), _SETTINGS[0])
    yield _reacting(Event.STEPS_CHANGED, standing, shape._replace(steps_left=added), _SETTINGS[0])


def _happening(event: Event, standing: Standing, settings: Settings, channel: Channel) -> Iterator[Standing]:
    """Yield what an event leads to, counted first; a step it completes may have been the last."""
    shape, reaction = standing.shape, REACTIONS[event]
    facts = _facts(shape, Who.SYSTEM, settings, channel)
    if not all(proviso.holds(standing.statuses, facts) for proviso in reaction.provided):
        return
    counted = shape._replace(emails=shape.emails or reaction.emails > 0, sms=shape.sms or reaction.sms > 0)
    yield _reacting(event, standing, counted, settings, channel)
    if reaction.completes_step and shape.steps_left:
        yield _reacting(event, standing, counted._replace(steps_left=False), settings, channel)


def _reacting(
    event: Event, standing: Standing, shape: Shape, settings: Settings, channel: Channel = Channel.EMAIL
) -> Standing:
    """Return what the system makes of an event, as `rules.stay.react` does, without the reasons."""
    statuses, facts = standing.statuses, _facts(shape, Who.SYSTEM, settings, channel)
    for change in REACTIONS[event].tries:
        statuses = becomes(statuses, change, facts) or statuses
    return Standing(statuses, shape)


@cache
def _facts(shape: Shape, who: Who, settings: Settings, channel: Channel) -> Facts:
    return Facts(
        who=who,
        emails_received=int(shape.emails),
        sms_sent=int(shape.sms),
        steps_left=int(shape.steps_left),
        missing_variables=("",) if shape.lacking else (),
        settings=settings,
        channel=channel,
    )
