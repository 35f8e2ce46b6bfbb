"""The settings of a sequence over the API: each has the effect that the specification gives it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers import absences
from schema.ids import to_id
from tests.resolvers.away import let_time_pass
from tests.schema.test_record_events import enrolled, event, record
from tests.world import Home, World

CREATE = """mutation ($settings: SequenceSettingsInput) {
  createSequence(input: { name: "Launch", settings: $settings }) {
    ... on CreateSequenceSuccess { sequence { id settings { ...all } } }
    ... on CreateSequenceFailure { reasons { code ... on InvalidInput { field } } }
  }
}
fragment all on SequenceSettings { repliesHandling trackOpens trackClicks textOptOut outOfOffice daysAway }"""
UPDATE = """mutation ($id: ID!, $settings: SequenceSettingsInput) {
  updateSequence(input: { sequenceId: $id, settings: $settings }) {
    ... on UpdateSequenceSuccess { sequence { settings { outOfOffice daysAway } } }
    ... on UpdateSequenceFailure { reasons { code ... on InvalidInput { field } } }
  }
}"""
CONTACT = """query ($email: String!) { contact(email: $email) {
  statuses canReceiveEmail repliesTracked bySms: repliesTracked(channel: SMS) sequence { id }
  enrolment { returnsOn awayUntil } statusDetails { status channel }
} }"""
FILTERED = "query ($filter: ContactFilter) { contacts(filter: $filter) { nodes { email } } }"
HOW = """query ($id: ID!) { contact(id: $id) {
  statusDetails { status channel } activity { nodes { cause channel } }
} }"""
ADA = "ada@example.com"
DEFAULTS = {
    "repliesHandling": "FINISH",
    "trackOpens": True,
    "trackClicks": True,
    "textOptOut": True,
    "outOfOffice": "MANUAL",
    "daysAway": 7,
}


async def ada(world: World, home: Home) -> dict[str, Any]:
    contact: dict[str, Any] = (await world.ask(home.owner, CONTACT, email=ADA))["contact"]
    return contact


async def change(world: World, home: Home, **settings: Any) -> None:
    sequence_id = (await ada(world, home))["sequence"]["id"]
    answer = await world.ask(home.owner, UPDATE, id=sequence_id, settings=settings)
    assert "sequence" in answer["updateSequence"], answer


async def happen(world: World, home: Home, *kinds: str, start: int = 0, **more: Any) -> list[dict[str, Any]]:
    happened = [event(f"{kind} {start + n}", kind, ADA, **more) for n, kind in enumerate(kinds)]
    return await record(world, home, *happened)


async def filtered(world: World, home: Home, **given: Any) -> set[str]:
    answer = await world.ask(home.owner, FILTERED, filter=given)
    return {node["email"].partition("@")[0] for node in answer["contacts"]["nodes"]}


async def test_a_new_sequence_has_the_settings_it_is_given_and_the_defaults(world: World) -> None:
    home = await world.team()
    given = {"repliesHandling": "CONTINUE", "trackOpens": False, "outOfOffice": "AUTOMATIC", "daysAway": 30}
    for settings in (None, {}, given):
        sequence = (await world.ask(home.owner, CREATE, settings=settings))["createSequence"]["sequence"]
        assert sequence["settings"] == DEFAULTS | (settings or {})


@pytest.mark.parametrize("days", [0, 366])
async def test_days_away_that_cannot_be_are_refused_and_nothing_is_changed(world: World, days: int) -> None:
    home = await world.team()
    refusal = {"reasons": [{"code": "INVALID_INPUT", "field": "settings.daysAway"}]}
    settings = {"outOfOffice": "AUTOMATIC", "daysAway": days}
    answer = await world.ask(home.owner, CREATE, settings=settings)
    assert answer["createSequence"] == refusal
    made = (await world.ask(home.owner, CREATE, settings={}))["createSequence"]["sequence"]
    answer = await world.ask(home.owner, UPDATE, id=made["id"], settings=settings)
    assert answer["updateSequence"] == refusal
    answer = await world.ask(home.owner, UPDATE, id=made["id"], settings={})
    assert answer["updateSequence"]["sequence"]["settings"] == {"outOfOffice": "MANUAL", "daysAway": 7}


@pytest.mark.parametrize(
    ("handling", "statuses", "goes_on"),
    [
        ("FINISH", ["FINISHED", "CONTACTED", "REPLIED"], False),
        ("CONTINUE", ["ACTIVE", "CONTACTED", "REPLIED"], True),
    ],
)
@pytest.mark.parametrize("first", [["EMAIL_SENT"], ["EMAIL_SENT", "OUT_OF_OFFICE_RECEIVED"]])
async def test_replies_handling_says_whether_a_reply_stops_the_sequence(
    world: World, first: list[str], handling: str, statuses: list[str], goes_on: bool
) -> None:
    home = await world.team()
    await enrolled(home, [ADA], steps=3)
    await change(world, home, repliesHandling=handling)
    await happen(world, home, *first, "REPLY_RECEIVED")
    contact = await ada(world, home)
    assert (contact["statuses"], contact["canReceiveEmail"]) == (statuses, goes_on)
    assert (contact["repliesTracked"], contact["bySms"]) == (False, False)  # S42
    [again] = await happen(world, home, "REPLY_RECEIVED", start=9)
    assert again["__typename"] == "EventIgnored"


@pytest.mark.parametrize(
    ("setting", "kind", "mark", "reason"),
    [
        ("trackOpens", "EMAIL_OPENED", "OPENED", "OPENS_NOT_TRACKED"),
        ("trackClicks", "LINK_CLICKED", "CLICKED", "CLICKS_NOT_TRACKED"),
    ],
)
async def test_what_is_not_tracked_is_ignored_until_it_is(
    world: World, setting: str, kind: str, mark: str, reason: str
) -> None:
    home = await world.team()
    await enrolled(home, [ADA])
    await happen(world, home, "EMAIL_SENT")
    await change(world, home, **{setting: False})
    [ignored] = await happen(world, home, kind)
    assert [each["code"] for each in ignored["reasons"]] == ignored["activity"]["ignoredBecause"] == [reason]
    assert mark not in (await ada(world, home))["statuses"]
    await change(world, home, **{setting: True})
    [applied] = await happen(world, home, kind, start=1)
    assert applied["after"] == ["ACTIVE", "CONTACTED", mark]


@pytest.mark.parametrize("on", [True, False])
async def test_text_opt_out_says_whether_a_reply_that_asks_for_no_more_mail_is_obeyed(
    world: World, on: bool
) -> None:
    home = await world.team()
    await enrolled(home, [ADA], steps=3)
    await change(world, home, textOptOut=on, repliesHandling="CONTINUE")
    await happen(world, home, "EMAIL_SENT")
    text = "Please remove me from your mailing list and do not contact me again."
    await happen(world, home, "REPLY_RECEIVED", text=text)
    contact = await ada(world, home)
    assert ("OPTED_OUT" in contact["statuses"], contact["canReceiveEmail"]) == (on, not on)


async def test_out_of_office_processing_says_whether_the_system_ends_it(world: World) -> None:
    home = await world.team()
    await enrolled(home, [ADA], steps=3)
    await happen(world, home, "EMAIL_SENT", "OUT_OF_OFFICE_RECEIVED", returnsOn="2026-01-12")
    contact = await ada(world, home)
    assert (contact["statuses"], contact["canReceiveEmail"]) == (["OUT_OF_OFFICE", "CONTACTED"], False)
    assert contact["repliesTracked"]
    assert contact["enrolment"] == {"returnsOn": "2026-01-12", "awayUntil": None}
    await change(world, home, outOfOffice="AUTOMATIC")
    assert (await ada(world, home))["enrolment"]["awayUntil"] == "2026-01-12T00:00:00+00:00"
    await let_time_pass(world.database, home.team_id)
    await absences.end(home.system.context, datetime.now(UTC))
    contact = await ada(world, home)
    assert (contact["statuses"], contact["canReceiveEmail"]) == (["ACTIVE", "CONTACTED"], True)
    assert contact["enrolment"]["awayUntil"] is None


SET = """mutation ($id: ID!, $add: [Status!]!) { setStatus(input: { contactId: $id, add: $add }) {
  ... on SetStatusSuccess { contact { repliesTracked bySms: repliesTracked(channel: SMS) canReceiveEmail } }
} }"""


@pytest.mark.parametrize("stage", ["PAUSED", "FINISHED", "BOUNCED", "OPTED_OUT", "OUT_OF_OFFICE"])
async def test_replies_are_tracked_of_who_was_written_to_by_that_channel_and_is_active_or_away(
    world: World, stage: str
) -> None:
    home = await world.team()
    [contact_id] = await enrolled(home, [ADA], steps=4)
    facts = ("canReceiveEmail", "repliesTracked", "bySms")
    for kind, expected in (
        ("", (True, False, False)),
        ("SMS_SENT", (True, False, True)),
        ("EMAIL_SENT", (True,) * 3),
    ):
        if kind:
            await happen(world, home, kind)
        contact = await ada(world, home)
        assert tuple(contact[fact] for fact in facts) == expected
    answer = await world.ask(home.owner, SET, id=to_id("Contact", contact_id), add=[stage])
    away = stage == "OUT_OF_OFFICE"
    contact = answer["setStatus"]["contact"]
    assert tuple(contact[fact] for fact in facts) == (False, away, away)


async def test_contacts_are_filtered_by_how_they_replied(world: World) -> None:
    home = await world.team()
    names = ["mail", "sms", "hand", "silent"]
    ids = await enrolled(home, [f"{name}@example.com" for name in names], steps=3)
    for name in names:
        for kind in ("EMAIL_SENT", "SMS_SENT"):
            await record(world, home, event(f"{kind} {name}", kind, f"{name}@example.com"))
    for name, channel in (("mail", None), ("sms", "SMS")):
        replied = event(f"reply {name}", "REPLY_RECEIVED", f"{name}@example.com", channel=channel)
        await record(world, home, replied)
    await world.ask(home.owner, SET, id=to_id("Contact", ids[2]), add=["REPLIED"])
    assert await filtered(world, home, statuses={"all": ["REPLIED"]}) == {"mail", "sms", "hand"}
    assert await filtered(world, home, repliedBy="EMAIL") == {"mail"}
    assert await filtered(world, home, repliedBy="SMS") == {"sms"}
    assert await filtered(world, home, canReceiveEmail=True) == {"silent"}
    for contact_id, channel in zip(ids[:3], ("EMAIL", "SMS", None), strict=True):
        contact = (await world.ask(home.owner, HOW, id=to_id("Contact", contact_id)))["contact"]
        [replied] = [each for each in contact["statusDetails"] if each["status"] == "REPLIED"]
        assert replied["channel"] == channel
        told = [each["channel"] for each in contact["activity"]["nodes"] if each["cause"] == "REPLY_RECEIVED"]
        assert told == ([channel] if channel else [])
