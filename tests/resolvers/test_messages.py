"""Which contact a message is about: by the id of the email that was sent, and in which sequence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from resolvers import contacts, enrolments, events, statuses
from resolvers.contacts import Profile
from resolvers.events import Fate, Happened, Outcome, Rejected
from rules.events import Event
from rules.statuses import Status
from tests.resolvers.making import a_sequence, codes, enrolled, happens, log_of, one, statuses_of, the_record
from tests.resolvers.soundness import assert_sound
from tests.world import Home, World, made

S = Status
SENT, REPLY = Event.EMAIL_SENT, Event.REPLY_RECEIVED
ID = "<Launch.1@mail.example.com>"


async def tell(home: Home, *happened: Happened) -> list[Outcome | Rejected]:
    """Report events."""
    answers = made(await events.report(home.system.context, happened))
    return list(answers)


def outcome(answer: Outcome | Rejected) -> Outcome:
    assert isinstance(answer, Outcome), answer
    return answer


@pytest.mark.parametrize("together", [True, False])
async def test_a_message_about_one_that_was_sent_is_of_the_contact_it_was_sent_to(
    world: World, *, together: bool
) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    sent = Happened(SENT, contact_id, source="t", id="1", message_id=ID)
    about = Happened(REPLY, source="t", id="2", message_id=ID.strip("<>"))
    if together:
        *_, answer = await tell(home, sent, about)
    else:
        await tell(home, sent)
        [answer] = await tell(home, about)
    assert outcome(answer).record.contact.id == contact_id
    assert await statuses_of(home.owner.context, [contact_id]) == [{S.FINISHED, S.CONTACTED, S.REPLIED}]
    await assert_sound(world.database, home.team_id)


async def test_the_id_wins_then_the_address_then_the_message(world: World) -> None:
    home = await world.team()
    sequence_id = await a_sequence(home.owner.context, "A", "B")
    first, second = await enrolled(home.owner.context, sequence_id, 2)
    theirs = (await the_record(home.owner.context, second)).contact.email
    answers = await tell(
        home,
        Happened(SENT, first, source="t", id="1", message_id=ID),
        Happened(Event.EMAIL_OPENED, second, source="t", id="2", message_id=ID),
        Happened(Event.EMAIL_OPENED, email=theirs, source="t", id="3", message_id=ID),
        Happened(Event.EMAIL_OPENED, email="old@example.com", source="t", id="4", message_id=ID),
    )
    assert [outcome(each).record.contact.id for each in answers] == [first, second, second, first]


async def test_a_message_nobody_sent_names_nobody_and_a_sent_one_needs_its_contact(world: World) -> None:
    home, other = await world.team(), await world.team()
    await tell(other, Happened(SENT, await one(other, "A", "B"), source="t", id="1", message_id=ID))
    unknown, nameless, blank = await tell(
        home,
        Happened(REPLY, source="t", id="1", message_id=ID),
        Happened(SENT, source="t", id="2", message_id=ID),
        Happened(REPLY, source="t", id="3", message_id="<>"),
    )
    assert [codes(each.problems) for each in (unknown, nameless, blank) if isinstance(each, Rejected)] == [
        ["CONTACT_NOT_FOUND"],
        ["INVALID_INPUT", "CONTACT_NOT_FOUND"],
        ["INVALID_INPUT", "CONTACT_NOT_FOUND"],
    ]


async def test_whoever_had_a_message_first_keeps_it(world: World) -> None:
    home = await world.team()
    first, second = await one(home, "A", "B"), await one(home, "A", "B")
    for place, contact_id in enumerate((first, second)):
        await tell(home, Happened(SENT, contact_id, source="t", id=f"{place}", message_id=ID))
    [answer] = await tell(home, Happened(Event.EMAIL_OPENED, source="t", id="3", message_id=ID))
    assert outcome(answer).record.contact.id == first


async def test_an_email_that_did_not_count_is_known_for_what_answers_it(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    made(await statuses.set_status(home.owner.context, contact_id, add=[S.PAUSED]))
    sent, opted_out = await tell(
        home,
        Happened(SENT, contact_id, source="t", id="1", message_id=ID),
        Happened(Event.OPT_OUT_CLICKED, source="t", id="2", message_id=ID),
    )
    assert outcome(sent).fate is Fate.IGNORED
    assert outcome(opted_out).after == {S.OPTED_OUT}


@pytest.mark.parametrize(
    ("event", "after"),
    [
        (Event.EMAIL_BOUNCED, {S.ACTIVE, S.CONTACTED}),
        (Event.EMAIL_OPENED, {S.ACTIVE, S.CONTACTED}),
        (Event.LINK_CLICKED, {S.ACTIVE, S.CONTACTED}),
        (Event.AUTO_REPLY_RECEIVED, {S.ACTIVE, S.CONTACTED}),
        (REPLY, {S.FINISHED, S.CONTACTED, S.REPLIED}),
        (Event.OUT_OF_OFFICE_RECEIVED, {S.OUT_OF_OFFICE, S.CONTACTED}),
        (Event.COMPLAINT_RECEIVED, {S.OPTED_OUT, S.CONTACTED}),
    ],
)
async def test_what_is_about_an_email_of_an_earlier_sequence_leaves_the_present_one_alone(
    world: World, event: Event, after: set[Status]
) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    await tell(home, Happened(SENT, contact_id, source="t", id="1", message_id="old@x"))
    later = await a_sequence(home.owner.context, "C", "D")
    made(await enrolments.move(home.owner.context, later, [contact_id]))
    *_, answer = await tell(
        home,
        Happened(SENT, contact_id, source="t", id="2", message_id="new@x"),
        Happened(event, source="t", id="3", message_id="old@x"),
    )
    assert outcome(answer).after == after
    ignored = after == {S.ACTIVE, S.CONTACTED}
    assert codes(outcome(answer)) == (["EARLIER_SEQUENCE"] if ignored else [])
    if ignored:  # the same about the present sequence's counts
        [present] = await tell(home, Happened(event, source="t", id="4", message_id="new@x"))
        assert outcome(present).fate is Fate.APPLIED
    await assert_sound(world.database, home.team_id)


async def test_an_event_repeated_under_an_address_the_contact_no_longer_has_is_a_duplicate(
    world: World,
) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    old = (await the_record(home.owner.context, contact_id)).contact.email
    event = Happened(SENT, email=old, source="t", id="1")
    [first] = await tell(home, event)
    made(await contacts.upsert(home.owner.context, [Profile(old, new_email="new@example.com")]))
    [again] = await tell(home, event)
    assert outcome(again).fate is Fate.DUPLICATE
    assert outcome(again).line.id == outcome(first).line.id
    assert outcome(again).record.contact.email == "new@example.com"


async def test_who_is_put_out_of_office_by_hand_is_not_back_when_an_earlier_reply_said(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    back = date(2027, 1, 7)
    await happens(home.system.context, contact_id, SENT, at=datetime(2026, 1, 1, tzinfo=UTC))
    await happens(home.system.context, contact_id, Event.OUT_OF_OFFICE_RECEIVED, returns_on=back)
    stay = (await the_record(home.owner.context, contact_id)).enrolment
    assert stay is not None
    assert stay.returns_on == back
    made(await statuses.set_status(home.owner.context, contact_id, remove=[S.OUT_OF_OFFICE]))
    made(await statuses.set_status(home.owner.context, contact_id, add=[S.OUT_OF_OFFICE]))
    stay = (await the_record(home.owner.context, contact_id)).enrolment
    assert stay is not None
    assert stay.returns_on is None
    assert len(await log_of(home.owner.context, contact_id)) == 6
