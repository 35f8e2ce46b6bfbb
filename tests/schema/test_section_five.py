"""Section 5 of the specification, line by line, through the API: what happens, and what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from resolvers import absences
from rules.statuses import Status
from rules.table import BY_THE_SYSTEM
from tests.resolvers.soundness import assert_sound
from tests.schema import living
from tests.schema.living import Life
from tests.world import World

Case = Callable[[Life], Awaitable[None]]
CASES: dict[str, list[Case]] = {}


def line(event: str) -> Callable[[Case], Case]:
    """Say which line of section 5 a case is of, by its first column."""

    def note(case: Case) -> Case:
        CASES.setdefault(event, []).append(case)
        return case

    return note


async def comes(life: Life, contact_id: str, kind: str, after: str, *, log: str = "", **more: Any) -> None:
    """Report an event, which must lead to the set; or, where `log` names reasons, be ignored for them."""
    answer = await life.happens(contact_id, kind, **more)
    [read] = await life.read(contact_id)
    assert set(read["statuses"]) == set(after.split()), answer
    newest = next(each for each in read["activity"]["nodes"] if each["cause"] == kind)
    assert answer["__typename"] == ("EventIgnored" if log else "EventApplied")
    assert newest["ignoredBecause"] == log.split()
    assert newest["by"] == {"__typename": "System"}


async def stay(life: Life, contact_id: str) -> dict[str, Any]:
    return dict((await life.read(contact_id))[0]["enrolment"])


@line("email sent (step)")
async def _(life: Life) -> None:
    ada = await life.enrolled("EMAIL", "EMAIL")
    await comes(life, ada, "EMAIL_SENT", "ACTIVE CONTACTED")
    assert (await stay(life, ada))["emailsReceived"] == (await stay(life, ada))["stepsCompleted"] == 1
    await comes(life, ada, "EMAIL_SENT", "FINISHED CONTACTED")
    await comes(life, ada, "EMAIL_SENT", "FINISHED CONTACTED", log="NOT_ACTIVE NOT_ACTIVE")
    assert (await stay(life, ada))["emailsReceived"] == 2


@line("email bounced")
async def _(life: Life) -> None:
    ada = await life.enrolled()
    await comes(life, ada, "EMAIL_BOUNCED", "ACTIVE", log="REPLIES_NOT_TRACKED")
    await comes(life, ada, "EMAIL_SENT", "ACTIVE CONTACTED")
    await comes(life, ada, "EMAIL_BOUNCED", "BOUNCED CONTACTED")


@line("email opened / link clicked")
async def _(life: Life) -> None:
    for kind, mark, why in (
        ("EMAIL_OPENED", "OPENED", "OPENS_NOT_TRACKED"),
        ("LINK_CLICKED", "CLICKED", "CLICKS_NOT_TRACKED"),
    ):
        ada, bob = await life.enrolled(), await life.enrolled(trackOpens=False, trackClicks=False)
        await life.record([life.event("EMAIL_SENT", each) for each in (ada, bob)])
        await comes(life, ada, kind, f"ACTIVE CONTACTED {mark}")
        await comes(life, bob, kind, "ACTIVE CONTACTED", log=why)


@line("reply received (email or SMS)")
async def _(life: Life) -> None:
    ada, bob = await life.enrolled(), await life.enrolled("SMS", "EMAIL", repliesHandling="CONTINUE")
    await life.happens(ada, "EMAIL_SENT")
    await comes(life, ada, "REPLY_RECEIVED", "FINISHED CONTACTED REPLIED", forwardedFrom="boss@ada.example")
    await comes(life, bob, "REPLY_RECEIVED", "ACTIVE", log="REPLIES_NOT_TRACKED", channel="SMS")
    await life.happens(bob, "SMS_SENT")
    await comes(life, bob, "REPLY_RECEIVED", "ACTIVE", log="REPLIES_NOT_TRACKED", channel="EMAIL")
    await comes(life, bob, "REPLY_RECEIVED", "ACTIVE REPLIED", channel="SMS")
    for contact_id, channel in ((ada, "EMAIL"), (bob, "SMS")):
        [read] = await life.read(contact_id)
        assert read["activity"]["nodes"][0]["channel"] == channel
        assert {"status": "REPLIED", "channel": channel} in read["statusDetails"]


@line("automatic reply received")
async def _(life: Life) -> None:
    ada, bob = await life.enrolled(), await life.enrolled()
    await comes(life, ada, "AUTO_REPLY_RECEIVED", "ACTIVE", log="REPLIES_NOT_TRACKED")
    await life.record([life.event("EMAIL_SENT", each) for each in (ada, bob)])
    await comes(life, ada, "AUTO_REPLY_RECEIVED", "FINISHED CONTACTED AUTO_REPLIED")
    away = "OUT_OF_OFFICE_RECEIVED"
    await comes(life, bob, away, "OUT_OF_OFFICE CONTACTED", returnsOn="2030-01-07")
    assert (await stay(life, bob))["returnsOn"] == "2030-01-07"


@line("opt-out link clicked")
@line("spam complaint received")
async def _(life: Life) -> None:
    for kind in ("OPT_OUT_CLICKED", "COMPLAINT_RECEIVED"):
        ada, bob = await life.enrolled(), await life.contact()
        await comes(life, ada, kind, "OPTED_OUT")
        await comes(life, bob, kind, "OPTED_OUT")
        await comes(life, bob, kind, "OPTED_OUT", log="ALREADY_SET")


@line("inbox category set to Do Not Contact")
async def _(life: Life) -> None:
    for after, on in (("OPTED_OUT", True), ("FINISHED", False)):
        ada = await life.enrolled(textOptOut=on)
        replied = await life.happens(ada, "EMAIL_SENT", "REPLY_RECEIVED")
        given = {"activityId": replied["activity"]["id"], "category": "DO_NOT_CONTACT"}
        answer = await life.ask(living.CATEGORIZE, **given)
        assert answer["after"] == [after, "CONTACTED", "REPLIED"]


@line("step reached (call)")
@line("call made (task completed, cloud call, logged)")
async def _(life: Life) -> None:
    ada = await life.enrolled()
    await comes(life, ada, "STEP_REACHED", "ACTIVE TO_CALL")
    for how in ("TASK_COMPLETED", "CLOUD_CALL", "LOGGED"):
        await comes(life, ada, "CALL_MADE", "ACTIVE CALLED", callKind=how)
        await life.by_hand(ada, remove=["CALLED"])
    await life.happens(ada, "OPT_OUT_CLICKED")
    await comes(life, ada, "STEP_REACHED", "OPTED_OUT", log="INCOMPATIBLE")
    await comes(life, ada, "CALL_MADE", "OPTED_OUT CALLED")


@line("step completed (call, SMS, task)")
@line("SMS sent")
async def _(life: Life) -> None:
    ada, bob = await life.enrolled("CALL", "SMS"), await life.enrolled("CALL", "SMS")
    await comes(life, ada, "STEP_COMPLETED", "ACTIVE")
    await comes(life, ada, "STEP_COMPLETED", "FINISHED")
    await comes(life, bob, "SMS_SENT", "ACTIVE")
    now = await stay(life, bob)
    assert (now["smsSent"], now["stepsCompleted"], now["stepsLeft"]) == (1, 1, 1)
    await comes(life, bob, "STEP_COMPLETED", "FINISHED")


@line("profile or template changed, contact enrolled")
async def _(life: Life) -> None:
    ada = await life.enrolled(body="Hi {FirstName}")
    await life.ask(living.UPSERT, contacts=[{"email": life.address_of[ada], "firstName": None}])
    assert await life.statuses(ada) == {"MISSING_DATA"}
    assert allowed(await life.read(ada), "MISSING_DATA")
    bob = await life.enrolled()
    sequence_id = (await life.read(bob))[0]["sequence"]["id"]
    await life.step(sequence_id, body="To {City}")
    assert await life.statuses(bob) == {"MISSING_DATA"}
    cem = await life.contact()
    await life.ask(living.ENROLL, sequenceId=sequence_id, contactIds=[cem])
    assert await life.statuses(cem) == {"MISSING_DATA"}
    dan = await life.enrolled(body="Hi {FirstName}")
    await life.by_hand(dan, ["PAUSED"])
    await life.ask(living.UPSERT, contacts=[{"email": life.address_of[dan], "firstName": None}])
    assert await life.statuses(dan) == {"PAUSED"}


@line("steps added / removed")
async def _(life: Life) -> None:
    ada = await life.enrolled("EMAIL")
    sequence_id = (await life.read(ada))[0]["sequence"]["id"]
    more = await life.step(sequence_id)
    assert (await stay(life, ada))["stepsLeft"] == 2
    await life.happens(ada, "EMAIL_SENT")
    await life.ask(living.REMOVE_STEP, stepId=more)
    assert await life.statuses(ada) == {"FINISHED", "CONTACTED"}
    await life.step(sequence_id)
    assert await life.statuses(ada) == {"FINISHED", "CONTACTED"}
    assert (await stay(life, ada))["stepsLeft"] == 1
    await life.by_hand(ada, ["ACTIVE"])
    assert await life.statuses(ada) == {"ACTIVE", "CONTACTED"}


@line("out of office is over")
async def _(life: Life) -> None:
    ada, bob = await life.enrolled(outOfOffice="AUTOMATIC"), await life.enrolled(outOfOffice="MANUAL")
    cem = await life.enrolled(body="Hi {FirstName}", outOfOffice="AUTOMATIC")
    dan = await life.enrolled("EMAIL", "CALL", outOfOffice="AUTOMATIC")
    for contact_id in (ada, bob, cem, dan):
        await life.happens(contact_id, "EMAIL_SENT", "OUT_OF_OFFICE_RECEIVED")
    await life.ask(living.UPSERT, contacts=[{"email": life.address_of[cem], "firstName": None}])
    await life.happens(dan, "STEP_COMPLETED")
    time_passes = datetime.now(UTC) + timedelta(days=400)
    assert await absences.end(life.home.system.context, by=time_passes) == {"ended": 1, "ignored": 2}
    assert await life.statuses(ada) == {"ACTIVE", "CONTACTED"}
    assert allowed(await life.read(ada), "ACTIVE")
    assert await life.statuses(bob) == {"OUT_OF_OFFICE", "CONTACTED"}
    for contact_id, why in ((cem, "DATA_MISSING"), (dan, "NO_STEPS_LEFT")):
        [read] = await life.read(contact_id)
        assert "OUT_OF_OFFICE" in read["statuses"]
        assert read["activity"]["nodes"][0]["ignoredBecause"] == [why]


def allowed(read: list[living.Answer], status: str) -> bool:
    """Say whether the newest line names the row by which the system puts a status on."""
    [row] = [each for each in BY_THE_SYSTEM if each.change == +Status[status]]
    return bool(read[0]["activity"]["nodes"][0]["rules"] == [row.sentence])


@pytest.mark.parametrize("event", CASES)
async def test_each_line_leads_to_what_it_says(world: World, event: str) -> None:
    life = Life(world, await world.team())
    for case in CASES[event]:
        await case(life)
    await assert_sound(world.database, life.home.team_id)


LINES = (
    *("email sent (step)", "email bounced", "email opened / link clicked", "reply received (email or SMS)"),
    *("automatic reply received", "opt-out link clicked", "spam complaint received"),
    *("inbox category set to Do Not Contact", "step reached (call)", "step completed (call, SMS, task)"),
    *("SMS sent", "call made (task completed, cloud call, logged)"),
    *("profile or template changed, contact enrolled", "steps added / removed", "out of office is over"),
)


def test_every_line_has_a_case() -> None:
    assert set(CASES) == set(LINES)
