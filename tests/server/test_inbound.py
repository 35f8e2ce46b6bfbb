"""POST /inbound/mail: raw messages over HTTP, of every kind, and what becomes of whose statuses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from resolvers import contacts, enrolments, events
from resolvers.contacts import Profile
from resolvers.events import Happened
from rules.events import Event
from rules.facts import RepliesHandling
from rules.statuses import Status
from schema.ids import to_id
from tests.inbound import letters
from tests.inbound.letters import LOST, SENDER, Letter, letter, person
from tests.resolvers.making import a_sequence, log_of, statuses_of
from tests.resolvers.soundness import assert_sound
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, World

S = Status
ANN = "ann@theirs.example"
MAILED = ["ACTIVE", "CONTACTED"]


async def mailed(
    home: Home, address: str = LOST, message: str = "step1@ours.example", **settings: Any
) -> int:
    """Enroll a contact with this address and report that it was sent a message."""
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B", **settings)
    [written] = made(await contacts.upsert(context, [Profile(address)]))
    contact_id: int = written.record.contact.id
    made(await enrolments.enroll(context, sequence_id, [contact_id]))
    sent = Happened(Event.EMAIL_SENT, contact_id, source="t", id=message, message_id=f"<{message}>", at=None)
    made(await events.report(home.system.context, [sent]))
    return contact_id


async def post(
    world: World, key: str | None, raw: str | bytes, status: int = 200, kind: str = "message/rfc822"
) -> dict[str, Any]:
    """Send a raw message; return the answer."""
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {key}"} if key else {})
    content = raw.encode() if isinstance(raw, str) else raw
    response = await world.client.post("/inbound/mail", content=content, headers=headers)
    answer: dict[str, Any] = response.json()
    assert response.status_code == status, answer
    return answer


AFTER = {
    "BOUNCE": ["BOUNCED", "CONTACTED"],
    "AUTO_REPLY": ["FINISHED", "CONTACTED", "AUTO_REPLIED"],
    "OUT_OF_OFFICE": ["OUT_OF_OFFICE", "CONTACTED"],
    "COMPLAINT": ["OPTED_OUT", "CONTACTED"],
    "UNSUBSCRIBE": ["OPTED_OUT", "CONTACTED"],
    "REPLY": ["FINISHED", "CONTACTED", "REPLIED"],
}
FIRST_OF_EACH = [
    letters.BOUNCES[0],
    letters.DELAYS[0],
    letters.AWAY[0],
    letters.AUTOMATIC[0],
    letters.COMPLAINTS[0],
    letters.UNSUBSCRIBES[0],
    letters.RECEIPTS[0],
    letters.NOTHING[0],
    letters.REPLIES[0],
]


@pytest.mark.parametrize("sample", FIRST_OF_EACH, ids=lambda sample: sample.kind.name)
async def test_each_kind_of_message_does_what_it_means(world: World, sample: Letter) -> None:
    home = await world.team()
    ids = [await mailed(home), await mailed(home, ANN, "other@ours.example")]
    answer = await post(world, home.system.key, sample.raw)
    assert answer["kind"] == sample.kind.name
    after = AFTER.get(sample.kind.name)
    lines = [line for id_ in ids for line in await log_of(home.owner.context, id_) if line.source == "mail"]
    if after is None:
        assert (answer["fate"], answer["contacts"], answer["event"], lines) == ("nothing", [], None, [])
        return
    assert answer["fate"] == "applied"
    [told], [line] = answer["contacts"], lines
    assert (told["id"], told["before"], told["after"]) == (to_id("Contact", line.contact_id), MAILED, after)
    assert line.cause
    assert line.cause.name == answer["event"]
    assert (line.why or "").startswith(answer["why"])
    await assert_sound(world.database, home.team_id)


async def test_the_same_message_twice_counts_once_also_at_the_same_moment(world: World) -> None:
    home = await world.team()
    contact_id = await mailed(home)
    raw = letters.BOUNCES[0].raw
    answers = await asyncio.gather(*(post(world, home.system.key, raw) for _ in range(4)))
    assert sorted(answer["fate"] for answer in answers) == ["applied", "duplicate", "duplicate", "duplicate"]
    assert len(await log_of(home.owner.context, contact_id)) == 4


async def test_a_message_without_an_id_is_known_by_its_bytes(world: World) -> None:
    home = await world.team()
    await mailed(home, ANN)
    raw = person("Re: hello", "Hi").replace("Message-ID: <answer@theirs.example>\n", "")
    fates = [(await post(world, home.system.key, each))["fate"] for each in (raw, raw, raw + "!")]
    assert fates == ["applied", "duplicate", "ignored"]


async def test_whose_it_was_stays_so_when_the_address_is_somebody_elses_by_then(world: World) -> None:
    home = await world.team()
    first = await mailed(home, ANN)
    raw = person("Re: hello", "Hi")
    await post(world, home.system.key, raw)
    moved = [Profile(ANN, new_email="ann.new@theirs.example")]
    made(await contacts.upsert(home.owner.context, moved))
    made(await contacts.upsert(home.owner.context, [Profile(ANN)]))
    again = await post(world, home.system.key, raw)
    assert [(each["id"], each["fate"]) for each in again["contacts"]] == [
        (to_id("Contact", first), "duplicate")
    ]


async def test_a_bounce_of_several_addresses_is_an_event_of_each(world: World) -> None:
    home = await world.team()
    first = await mailed(home, "one@theirs.example", "a@ours.example")
    second = await mailed(home, "two@theirs.example", "b@ours.example")
    raw = letters.report("5.1.1", "failed").replace(
        f"Final-Recipient: rfc822; {LOST}\n",
        "Final-Recipient: rfc822; one@theirs.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; nobody@theirs.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; two@theirs.example\n",
    )
    answer = await post(world, home.system.key, raw)
    assert {each["id"] for each in answer["contacts"]} == {to_id("Contact", id_) for id_ in (first, second)}
    bounced = {S.BOUNCED, S.CONTACTED}
    assert await statuses_of(home.owner.context, [first, second]) == [bounced, bounced]


async def test_a_bounce_is_of_the_message_it_returns_whatever_address_it_names(world: World) -> None:
    home = await world.team()
    contact_id = await mailed(home, "asked@theirs.example")  # its mail is forwarded to LOST
    await post(world, home.system.key, letters.report("5.1.1", "failed"))
    assert await statuses_of(home.owner.context, [contact_id]) == [{S.BOUNCED, S.CONTACTED}]


async def test_a_bounce_of_an_earlier_sequences_email_leaves_the_present_stay_alone(world: World) -> None:
    home = await world.team()
    contact_id = await mailed(home)
    later = await a_sequence(home.owner.context, "C", "D")
    made(await enrolments.move(home.owner.context, later, [contact_id]))
    made(
        await events.report(
            home.system.context,
            [Happened(Event.EMAIL_SENT, contact_id, source="t", id="2", message_id="n@x")],
        )
    )
    answer = await post(world, home.system.key, letters.report("5.1.1", "failed"))
    assert answer["fate"] == "ignored"
    assert [reason["code"] for reason in answer["contacts"][0]["reasons"]] == ["EARLIER_SEQUENCE"]
    assert await statuses_of(home.owner.context, [contact_id]) == [{S.ACTIVE, S.CONTACTED}]


FORWARDED = f"\n\n------ Forwarded message -----\nFrom: Ann <{ANN}>\nTo: {SENDER}\n\nYes!"


@pytest.mark.parametrize(
    ("sender", "more", "text", "finds"),
    [
        (ANN, "", "Hello", True),  # from the address that was written to
        ("colleague@theirs.example", letters.REPLIED, "She gave me your mail.", True),  # in the thread
        ("colleague@theirs.example", "", f"See below.{FORWARDED}", True),  # S37: forwarded
        ("colleague@theirs.example", "", "Hello", False),
        ("MEMBER", "", f"Look what came in.{FORWARDED}", True),  # passed on by one of the team
        ("MEMBER", letters.REPLIED, "Dear Ann, one more thing.", False),  # one of the team writes
        ("MEMBER", "", "Hello all", False),
    ],
)
async def test_a_reply_is_of_whom_was_written_to_or_whose_thread_was_forwarded(
    world: World, sender: str, more: str, text: str, *, finds: bool
) -> None:
    home = await world.team()
    contact_id = await mailed(home, ANN)
    raw = person("Re: A question", text, more, sender.replace("MEMBER", f"Olga@team{home.team_id}.example"))
    answer = await post(world, home.system.key, raw)
    assert (answer["kind"], answer["fate"]) == ("REPLY", "applied" if finds else "no contact")
    if finds:
        line = (await log_of(home.owner.context, contact_id))[-1]
        assert line.after == {S.FINISHED, S.CONTACTED, S.REPLIED}
        assert line.note == (None if sender == ANN else f"Forwarded from {raw_sender(raw)}")


def raw_sender(raw: str) -> str:
    """Return the address in From."""
    return raw.partition("From: ")[2].partition("\n")[0].lower()


async def test_a_reply_is_sorted_and_who_wants_no_mail_is_opted_out(world: World) -> None:
    home = await world.team()
    await mailed(home, ANN, replies_handling=RepliesHandling.CONTINUE)
    raw = person("Re: A question", "Where did you get my address? Stop emailing me.")
    [told] = (await post(world, home.system.key, raw))["contacts"]
    assert told["category"] == "DO_NOT_CONTACT"
    assert told["after"] == ["OPTED_OUT", "CONTACTED", "REPLIED"]


async def test_an_absence_keeps_the_day_it_ends(world: World) -> None:
    home = await world.team()
    contact_id = await mailed(home, ANN)
    raw = person(
        "Automatic reply: A question",
        "I am out of office until 5 May 2031.",
        "\nAuto-Submitted: auto-replied",
    )
    answer = await post(world, home.system.key, raw)
    assert answer["contacts"][0]["after"] == ["OUT_OF_OFFICE", "CONTACTED"]
    query = "query ($id: ID!) { contact(id: $id) { statuses activity { nodes { why source sourceId } } } }"
    seen = await world.ask(home.owner, query, id=to_id("Contact", contact_id))
    newest = seen["contact"]["activity"]["nodes"][0]
    assert newest["source"] == "mail"
    assert newest["sourceId"] == "answer@theirs.example"
    assert "out of office" in newest["why"].lower()


async def test_another_teams_mail_is_nobodys(world: World) -> None:
    home, other = await world.team(), await world.team()
    contact_id = await mailed(home)
    answer = await post(world, other.system.key, letters.report("5.1.1", "failed"))
    assert (answer["kind"], answer["fate"], answer["contacts"]) == ("BOUNCE", "no contact", [])
    assert await statuses_of(home.owner.context, [contact_id]) == [{S.ACTIVE, S.CONTACTED}]


async def test_what_is_refused_says_why(world: World) -> None:
    home = await world.team()
    raw = letter(f"From: {ANN}\nTo: {SENDER}", "Hi")
    cases: list[tuple[str | None, str | bytes, str, int, str]] = [
        (None, raw, "message/rfc822", 401, "UNAUTHENTICATED"),
        ("cs_1_xxxxxxxx_nothing", raw, "message/rfc822", 401, "UNAUTHENTICATED"),
        (home.owner.key, raw, "message/rfc822", 403, "FORBIDDEN"),
        (home.system.key, raw, "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (home.system.key, b"", "message/rfc822", 400, "BAD_REQUEST"),
        (home.system.key, b"not a message\n", "message/rfc822", 400, "UNREADABLE"),
    ]
    for key, body, kind, status, code in cases:
        answer = await post(world, key, body, status, kind)
        assert answer["code"] == code
        assert answer["error"].endswith(".")
    answer = await post(world, home.system.key, raw, kind="message/rfc822; charset=utf-8")
    assert answer["fate"] == "no contact"
    assert (await world.client.get("/inbound/mail")).status_code == 405
