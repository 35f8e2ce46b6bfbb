"""What a contact wrote, sorted into an inbox category as it comes in (S33)."""

from __future__ import annotations

from typing import Any

import pytest

from models.tables import ActivityKind
from resolvers import events, statuses
from resolvers.events import Fate, Happened, Outcome
from rules.events import Category, Event
from rules.facts import Channel, RepliesHandling
from rules.statuses import Status
from tests.resolvers.making import happens, log_of, one, recorded, statuses_of, the_contacts
from tests.resolvers.soundness import assert_sound
from tests.world import World, made

S = Status
SENT, REPLY, STOP = Event.EMAIL_SENT, Event.REPLY_RECEIVED, "Please remove me from your list."
CONTINUE = {"replies_handling": RepliesHandling.CONTINUE}


@pytest.mark.parametrize(
    ("text", "category", "why"),
    [
        ("Sounds great, and thank you.", Category.INTERESTED, "It says “Sounds great”."),
        ("No thanks, we are all set.", Category.NOT_INTERESTED, "It says “No thanks”."),
        ("The weather is nice here.", Category.OTHER, "No phrase in it speaks for another category."),
        (
            "Danke, aber wir haben leider kein Interesse.",
            None,
            "It is written in German, and only English replies are sorted.",
        ),
        (None, None, None),
    ],
)
async def test_a_reply_has_its_category_and_why_on_its_line(
    world: World, text: str | None, category: Category | None, why: str | None
) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    await happens(home.system.context, contact_id, SENT)
    replied = await happens(home.system.context, contact_id, REPLY, text=text)
    *_, line = await log_of(home.owner.context, contact_id)
    assert (line.id, line.category, line.why) == (replied.line.id, category, why)
    assert line.note is None  # what was written is not kept
    assert line.after == {S.FINISHED, S.CONTACTED, S.REPLIED}


@pytest.mark.parametrize(
    ("settings", "before", "after", "lines"),
    [
        ({}, [SENT], {S.OPTED_OUT, S.CONTACTED, S.REPLIED}, ["STATUSES_CHANGED", "STATUSES_CHANGED"]),
        (CONTINUE, [SENT], {S.OPTED_OUT, S.CONTACTED, S.REPLIED}, ["STATUSES_CHANGED", "STATUSES_CHANGED"]),
        ({}, [], {S.OPTED_OUT}, ["EVENT_IGNORED", "STATUSES_CHANGED"]),  # replies are not tracked
        (
            {"text_opt_out": False},
            [SENT],
            {S.FINISHED, S.CONTACTED, S.REPLIED},
            ["STATUSES_CHANGED", "EVENT_IGNORED"],
        ),
        ({}, [Event.OPT_OUT_CLICKED], {S.OPTED_OUT}, ["EVENT_IGNORED", "EVENT_IGNORED"]),
    ],
)
async def test_who_writes_not_to_be_written_to_is_opted_out_with_text_opt_out(
    world: World, settings: dict[str, Any], before: list[Event], after: set[Status], lines: list[str]
) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B", **settings)
    for event in before:
        await happens(home.system.context, contact_id, event)
    replied = Happened(REPLY, contact_id, text=STOP, source="t", id="1", why="A person wrote it.")
    [first, again] = await recorded(home.system.context, [replied, replied])
    assert await statuses_of(home.owner.context, [contact_id]) == [after]
    assert set(first.after) == after
    assert first.fate is (Fate.APPLIED if "STATUSES_CHANGED" in lines else Fate.IGNORED)
    reply, opted_out = (await log_of(home.owner.context, contact_id))[-2:]
    assert [reply.kind.name, opted_out.kind.name] == lines
    assert (reply.cause, opted_out.cause) == (REPLY, Event.DO_NOT_CONTACT_SET)
    assert reply.category is opted_out.category is Category.DO_NOT_CONTACT
    assert (
        reply.why
        == opted_out.why
        == "A person wrote it. It says nothing but “Please remove me from your list.”."
    )
    assert (again.fate, again.line.id) == (Fate.DUPLICATE, reply.id)
    await assert_sound(world.database, home.team_id)


async def test_it_holds_for_an_sms_for_a_contact_in_no_sequence_and_after_a_person_decided(
    world: World,
) -> None:
    home = await world.team()
    by_sms = await one(home, "A", "B")
    [nowhere] = await the_contacts(home.owner.context, 1, "nowhere")
    made(await statuses.set_status(home.owner.context, by_sms, add=[S.PAUSED]))
    line = (await log_of(home.owner.context, by_sms))[0]
    answers = await events.record(
        home.system.context,
        [
            Happened(REPLY, by_sms, text="STOP", channel=Channel.SMS, at=line.happened_at),
            Happened(REPLY, nowhere, text=STOP),
        ],
    )
    assert [set(each.after) for each in answers if isinstance(each, Outcome)] == [{S.OPTED_OUT}] * 2
    await assert_sound(world.database, home.team_id)


async def test_only_what_a_contact_replied_is_read(world: World) -> None:
    home = await world.team()
    contact_id = await one(home, "A", "B")
    await happens(home.system.context, contact_id, SENT, text=STOP)
    outcome = await happens(home.system.context, contact_id, Event.AUTO_REPLY_RECEIVED, text=STOP)
    assert set(outcome.after) == {S.FINISHED, S.CONTACTED, S.AUTO_REPLIED}
    lines = await log_of(home.owner.context, contact_id)
    assert {(line.category, line.why) for line in lines} == {(None, None)}
    assert ActivityKind.REPLY_CATEGORIZED not in {line.kind for line in lines}
