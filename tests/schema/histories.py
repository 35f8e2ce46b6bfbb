"""Random histories: persons and events in any order and any duplication, against the fold of `folded.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from rules.events import Event
from rules.facts import RepliesHandling, Settings, Who
from rules.statuses import ChangeKind, Status
from tests.schema import living
from tests.schema.folded import Contact, Place, Step
from tests.schema.living import OLD, Answer, Life, later
from tests.schema.test_dry_run import without_ids

T = TypeVar("T")
REPORTED = (
    *("EMAIL_SENT", "EMAIL_SENT", "EMAIL_BOUNCED", "EMAIL_OPENED", "LINK_CLICKED", "REPLY_RECEIVED"),
    *("AUTO_REPLY_RECEIVED", "OUT_OF_OFFICE_RECEIVED", "OPT_OUT_CLICKED", "COMPLAINT_RECEIVED", "SMS_SENT"),
    *("STEP_REACHED", "STEP_COMPLETED", "CALL_MADE"),
)
PEOPLE, PLACES = range(6), range(2)
SETTINGS = st.builds(
    Settings,
    replies_handling=st.sampled_from(RepliesHandling),
    track_opens=st.booleans(),
    track_clicks=st.booleans(),
)
STEPS = st.tuples(st.sampled_from(("EMAIL", "EMAIL", "CALL", "SMS")), st.booleans())


@dataclass(frozen=True)
class Report:
    """One event of a batch: of whom, about which step, before or after what persons decided."""

    kind: str
    who: int
    step: int | None
    sms: bool
    old: bool


NEW = st.builds(
    Report,
    st.sampled_from(REPORTED),
    st.sampled_from(PEOPLE),
    st.none() | st.integers(0, 4),
    st.sampled_from((False, False, True)),
    st.sampled_from((False, False, True)),
)
AGAIN = st.integers(0, 40)  # an event reported before, by its place
ADDS = st.lists(st.sampled_from(Status), max_size=2, unique=True)
REMOVES = st.lists(st.sampled_from(Status), max_size=1)


class Histories(RuleBasedStateMachine):
    """Six contacts and two sequences; each step is a request, and what it answers is what the fold says."""

    life: ClassVar[Life]
    loop: ClassVar[asyncio.AbstractEventLoop]
    told: ClassVar[int] = 0
    """How many histories were told."""

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Let the loop of the tests, in its own thread, do it."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    @initialize(settings=st.tuples(SETTINGS, SETTINGS), steps=st.lists(STEPS, min_size=1, max_size=3))
    def begin(self, settings: tuple[Settings, Settings], steps: list[tuple[str, bool]]) -> None:
        """Make two sequences with steps, and contacts, most of them enrolled."""
        type(self).told += 1
        self.reported: list[tuple[dict[str, Any], Contact, Report]] = []
        self.seen: set[str] = set()
        self.gone: list[Step] = []
        self.places = [self.run(self._sequence(each)) for each in settings]
        for place in self.places:
            for kind, lacks in steps:
                self.add_step(self.places.index(place), (kind, lacks))
        self.people = [Contact(id_) for id_ in self.run(self.life.contacts(len(PEOPLE)))]
        for who in PEOPLE[:4]:
            self.enroll(who, who % 2)

    async def _sequence(self, settings: Settings) -> Place:
        return Place(await self.life.sequence(**as_given(settings)), settings)

    @rule(batch=st.lists(NEW | AGAIN, min_size=1, max_size=16))
    def report(self, batch: list[Report | int]) -> None:
        """Report events, new ones and ones reported before, in one call."""
        sent, expected = [], []
        for each in batch:
            if isinstance(each, Report):
                self.reported.append((*self._written(each), each))
            if self.reported:
                which = each % len(self.reported) if isinstance(each, int) else -1
                sent.append(self.reported[which][0])
                expected.append(self._folded(*self.reported[which]))
        if sent:
            tried = self.run(self.life.record(sent, dryRun=True))
            results = self.run(self.life.record(sent))
            assert without_ids(tried) == without_ids(results)
            assert [result["__typename"] for result in results] == expected, (sent, results)

    def _written(self, each: Report) -> tuple[dict[str, Any], Contact]:
        person, more = self.people[each.who], dict[str, Any]()
        steps = [step for place in self.places for step in place.steps] + self.gone
        if each.step is not None and steps:
            more["stepId"] = steps[each.step % len(steps)].id
        if each.sms:
            more["channel"] = "SMS"
        at = OLD if each.old else later()
        return self.life.event(each.kind, person.id, occurredAt=at, **more), person

    def _folded(self, event: dict[str, Any], person: Contact, each: Report) -> str:
        if event["id"] in self.seen:
            return "EventDuplicate"
        step = event.get("stepId")
        if step in {each.id for each in self.gone}:
            return "EventRejected"
        self.seen.add(event["id"])
        sms = each.sms and each.kind in {"REPLY_RECEIVED", "AUTO_REPLY_RECEIVED", "OUT_OF_OFFICE_RECEIVED"}
        return person.happened(Event[each.kind], event["id"], step=step, sms=sms, old=each.old)

    @rule(who=st.sampled_from(PEOPLE), add=ADDS, remove=REMOVES, mate=st.sampled_from((False, False, True)))
    def change(self, who: int, add: list[Status], remove: list[Status], mate: bool) -> None:
        """Change statuses by hand, as the owner or as a teammate."""
        if not add and not remove:
            return
        person = self.people[who]
        asked = [(ChangeKind.REMOVE, each) for each in remove] + [(ChangeKind.ADD, each) for each in add]
        why = person.by_hand(asked, Who.TEAMMATE if mate else Who.OWNER)
        given = [[status.name for status in each] for each in (add, remove)]
        tried = self.run(self.life.by_hand(person.id, *given, mate=mate, dryRun=True))
        answer = self.run(self.life.by_hand(person.id, *given, mate=mate))
        assert without_ids(tried) == without_ids(answer)
        assert [reason["code"] for reason in answer.get("reasons", ())] == why

    @rule(who=st.sampled_from(PEOPLE), city=st.booleans())
    def fill_in(self, who: int, city: bool) -> None:
        """Fill in what the templates use, or empty it."""
        person = self.people[who]
        given = {
            "email": self.life.address_of[person.id],
            "variables": [{"name": "City", "value": "Oslo" if city else None}],
        }
        self.run(self.life.ask(living.UPSERT, contacts=[given]))
        if person.city is not city:
            person.city = city
            person.change("PROFILE_CHANGED", person.statuses, by="Member")
            person.things_changed(Event.VARIABLE_MISSING)

    @rule(who=st.sampled_from(PEOPLE), where=st.sampled_from((*PLACES, *PLACES, None)))
    def enroll(self, who: int, where: int | None) -> None:
        """Enroll a contact, move it to another sequence, or take it out of the one it is in."""
        person, place = self.people[who], None if where is None else self.places[where]
        query = living.MOVE if person.sequence else living.ENROLL
        given: Answer = {"contactIds": [person.id]} | ({"sequenceId": place.id} if place else {})
        answer = self.run(self.life.ask(query if place else living.LEAVE, **given))
        if place is None:
            possible = person.sequence is not None
        else:
            possible = bool(place.steps) and person.sequence is not place
            possible = possible and Status.OPTED_OUT not in person.statuses
        done = "results" in answer and "contact" in answer["results"][0]
        assert done == possible, answer
        if possible:
            kind = "REMOVED" if place is None else "MOVED" if person.sequence else "ENROLLED"
            person.enrolled(place, kind)

    @rule(where=st.sampled_from(PLACES), what=STEPS)
    def add_step(self, where: int, what: tuple[str, bool]) -> None:
        """Add a step at the end of a sequence."""
        place, (kind, lacks) = self.places[where], what
        body = "Hi {City}" if lacks else "Hi"
        place.steps.append(Step(self.run(self.life.step(place.id, kind, body)), kind, lacks))
        self._changed(place)

    @rule(where=st.sampled_from(PLACES), which=st.integers(0, 4))
    def remove_step(self, where: int, which: int) -> None:
        """Remove a step of a sequence."""
        place = self.places[where]
        if place.steps:
            step = place.steps.pop(which % len(place.steps))
            self.gone.append(step)
            self.run(self.life.ask(living.REMOVE_STEP, stepId=step.id))
            self._changed(place)

    @rule(where=st.sampled_from(PLACES), which=st.integers(0, 4), lacks=st.booleans())
    def rewrite_step(self, where: int, which: int, lacks: bool) -> None:
        """Write a step anew, with the variable in its text or without."""
        place = self.places[where]
        if place.steps:
            step = place.steps[which % len(place.steps)]
            step.lacks = lacks
            given: Answer = {"stepId": step.id, "body": "Hi {City}" if lacks else "Hi"}
            self.run(self.life.ask(living.UPDATE_STEP, **given))
            self._changed(place)

    @rule(where=st.sampled_from(PLACES), settings=SETTINGS)
    def set_up(self, where: int, settings: Settings) -> None:
        """Change the settings of a sequence."""
        place = self.places[where]
        place.settings = settings
        given: Answer = {"sequenceId": place.id, "settings": as_given(settings)}
        self.run(self.life.ask(living.UPDATE, **given))

    def _changed(self, place: Place) -> None:
        for person in getattr(self, "people", ()):
            if person.sequence is place:
                person.things_changed(Event.STEPS_CHANGED, Event.VARIABLE_MISSING)

    def teardown(self) -> None:
        """Report everything again, the last first: nothing comes of it, and what is stored is the fold."""
        if not hasattr(self, "people"):
            return
        again = [event for event, _, _ in reversed(self.reported)]
        for result in self.run(self.life.record(again)) if again else ():
            assert result["__typename"] in {"EventDuplicate", "EventRejected"}, result
        read = self.run(self.life.read(*(person.id for person in self.people)))
        for person, stored in zip(self.people, read, strict=True):
            assert as_stored(stored) == person.shown()


def as_given(settings: Settings) -> dict[str, Any]:
    """Return settings as the API takes them."""
    return {
        "repliesHandling": settings.replies_handling.name,
        "trackOpens": settings.track_opens,
        "trackClicks": settings.track_clicks,
    }


def as_stored(read: dict[str, Any]) -> dict[str, Any]:
    """Return what the API shows of a contact, without what a fold cannot know: ids and times."""
    stay = read["enrolment"] and {name: read["enrolment"][name] for name in read["enrolment"]}
    if stay:
        stay.pop("returnsOn")
    channels = [each["channel"] for each in read["statusDetails"] if each["status"] == "REPLIED"]
    shown = {name: read[name] for name in ("statuses", "version", "sequence")}
    log = read["activity"]["nodes"][::-1]
    return shown | {"enrolment": stay, "repliedBy": next(iter(channels), None), "log": log}
