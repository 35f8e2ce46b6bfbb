"""categorizeReply over HTTP: what a person says of a reply wins, and Do not contact opts out (S33)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from models.tables import Visibility
from resolvers import statuses
from rules.statuses import Status
from schema.ids import to_id
from tests.resolvers.making import log_of, one, statuses_of
from tests.resolvers.soundness import assert_sound
from tests.schema.test_record_events import enrolled, event
from tests.world import made

if TYPE_CHECKING:
    from tests.world import Home, Person, World

S = Status
RECORD = """mutation ($events: [EventInput!]!) { recordEvents(input: { events: $events }) {
  ... on RecordEventsSuccess { results {
    ... on EventApplied { activity { id category why } }
    ... on EventIgnored { activity { id category why } } } } } }"""
CATEGORIZE = """mutation ($id: ID!, $category: Category!, $note: String) {
  categorizeReply(input: { activityId: $id, category: $category, note: $note }) {
    __typename
    ... on CategorizeReplyFailure { reasons { code message ... on InvalidInput { field } } }
    ... on CategorizeReplySuccess {
      before after contact { statuses version }
      activity { kind category note channel by { ... on Member { name } } reply { id category } }
    }
  }
}"""
LOG = """query ($id: ID!) { contact(id: $id) { activity { nodes {
  kind cause channel category why before after happenedAt recordedAt ignoredBecause rules
  by { __typename } reply { category } } } } }"""


async def replied(world: World, home: Home, text: str, email: str = "ada@example.com") -> str:
    """Report an email and a reply to it; return the id of the reply's line."""
    sent = event(f"{email}-1", "EMAIL_SENT", email, messageId=f"<{email}>")
    reply = event(f"{email}-2", "REPLY_RECEIVED", email, text=text)
    answer = await world.ask(home.system, RECORD, events=[sent, reply])
    line: str = answer["recordEvents"]["results"][1]["activity"]["id"]
    return line


async def categorize(world: World, person: Person, line: str, category: str, **more: Any) -> dict[str, Any]:
    """Put a reply into a category; return what came of it."""
    answer = await world.ask(person, CATEGORIZE, id=line, category=category, **more)
    found: dict[str, Any] = answer["categorizeReply"]
    return found


async def test_what_a_person_says_wins_whoever_of_the_team_it_is(world: World) -> None:
    home = await world.team()
    [contact_id] = await enrolled(home, ["ada@example.com"])
    line = await replied(world, home, "Sounds great, thank you")
    for person, name, category in ((home.mate, "Max", "NOT_NOW"), (home.owner, "Olga", "OTHER")):
        answer = await categorize(world, person, line, category, note="I know her")
        assert answer["activity"] == {
            "kind": "REPLY_CATEGORIZED",
            "category": category,
            "note": "I know her",
            "channel": "EMAIL",
            "by": {"name": name},
            "reply": {"id": line, "category": category},  # the present one
        }
        assert answer["before"] == answer["after"] == ["FINISHED", "CONTACTED", "REPLIED"]
    lines = (await world.ask(home.mate, LOG, id=to_id("Contact", contact_id)))["contact"]["activity"]["nodes"]
    assert [each["category"] for each in lines[:3]] == ["OTHER", "NOT_NOW", "OTHER"]
    assert lines[2]["why"] == "It says “Sounds great”."
    await assert_sound(world.database, home.team_id)


async def test_do_not_contact_by_hand_opts_out_and_taking_it_back_does_not_undo_that(world: World) -> None:
    home = await world.team()
    [contact_id] = await enrolled(home, ["ada@example.com"])
    line = await replied(world, home, "Please call my lawyer")
    answer = await categorize(world, home.mate, line, "DO_NOT_CONTACT")
    assert answer["after"] == answer["contact"]["statuses"] == ["OPTED_OUT", "CONTACTED", "REPLIED"]
    back = await categorize(world, home.owner, line, "INTERESTED")
    assert back["before"] == back["after"] == ["OPTED_OUT", "CONTACTED", "REPLIED"]
    made(await statuses.set_status(home.owner.context, contact_id, remove=[S.OPTED_OUT]))
    again = await categorize(world, home.owner, line, "DO_NOT_CONTACT")
    assert "OPTED_OUT" in again["after"]
    by_hand, system = (await log_of(home.owner.context, contact_id))[-2:]
    assert (by_hand.member_id, system.member_id) == (home.owner.member_id, None)
    lines = (await world.ask(home.owner, LOG, id=to_id("Contact", contact_id)))["contact"]["activity"]
    newest = lines["nodes"][0]
    assert newest["cause"] == "DO_NOT_CONTACT_SET"
    assert newest["why"] == "A person put the reply into Do not contact."
    assert newest["rules"]
    assert newest["by"]["__typename"] == "System"
    await assert_sound(world.database, home.team_id)


async def test_with_text_opt_out_off_a_category_is_a_word_and_the_log_says_so(world: World) -> None:
    home = await world.team()
    [contact_id] = await enrolled(home, ["ada@example.com"], text_opt_out=False)
    line = await replied(world, home, "Unsubscribe")
    answer = await categorize(world, home.owner, line, "DO_NOT_CONTACT")
    assert answer["after"] == ["FINISHED", "CONTACTED", "REPLIED"]
    lines = (await world.ask(home.owner, LOG, id=to_id("Contact", contact_id)))["contact"]["activity"]
    assert [each["ignoredBecause"] for each in lines["nodes"][:3]] == [
        ["TEXT_OPT_OUT_OFF"],
        [],
        ["TEXT_OPT_OUT_OFF"],
    ]
    assert {each["category"] for each in lines["nodes"][:4]} == {"DO_NOT_CONTACT"}


async def test_a_reply_that_was_not_tracked_can_be_categorized_too(world: World) -> None:
    home = await world.team()
    [contact_id] = await enrolled(home, ["ada@example.com"])
    made(await statuses.set_status(home.owner.context, contact_id, add=[S.PAUSED]))
    line = await replied(world, home, "Hello there")
    assert (await categorize(world, home.owner, line, "DO_NOT_CONTACT"))["after"] == ["OPTED_OUT"]


@pytest.mark.parametrize("kind", ["the first line", "another type", "nonsense"])
async def test_only_a_reply_has_a_category(world: World, kind: str) -> None:
    home = await world.team()
    contact_id = await one(home, "A")
    first = (await log_of(home.owner.context, contact_id))[0]
    given = {
        "the first line": to_id("Activity", first.id),
        "another type": to_id("Contact", contact_id),
        "nonsense": "%",
    }
    answer = await categorize(world, home.owner, given[kind], "DO_NOT_CONTACT")
    code = "NOT_A_REPLY" if kind == "the first line" else "ACTIVITY_NOT_FOUND"
    assert [reason["code"] for reason in answer["reasons"]] == [code]
    assert await statuses_of(home.owner.context, [contact_id]) == [{S.ACTIVE}]
    assert len(await log_of(home.owner.context, contact_id)) == 2


async def test_a_remark_that_is_too_long_says_so(world: World) -> None:
    home = await world.team()
    await enrolled(home, ["ada@example.com"])
    line = await replied(world, home, "Hello")
    answer = await categorize(world, home.owner, line, "OTHER", note="x" * 2_001)
    assert [(reason["code"], reason["field"]) for reason in answer["reasons"]] == [("INVALID_INPUT", "note")]


async def test_in_private_mode_a_teammates_reply_is_not_there(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    [contact_id] = await enrolled(home, ["ada@example.com"])
    line = await replied(world, home, "Hello")
    answer = await categorize(world, home.mate, line, "DO_NOT_CONTACT")
    assert [reason["code"] for reason in answer["reasons"]] == ["ACTIVITY_NOT_FOUND"]
    assert S.OPTED_OUT not in (await statuses_of(home.owner.context, [contact_id]))[0]


async def test_on_a_page_each_reply_has_its_own_category(world: World) -> None:
    home = await world.team()
    categories = {f"c{place}@example.com": name for place, name in enumerate(("NOT_NOW", "OTHER", None))}
    await enrolled(home, list(categories))
    for email, category in categories.items():
        line = await replied(world, home, "Sounds great", email)
        if category:
            await categorize(world, home.owner, line, category)
    query = "{ contacts { nodes { activity { nodes { cause category reply { category } } } } } }"
    found = (await world.ask(home.owner, query))["contacts"]["nodes"]
    shown = [
        each["category"]
        for contact in found
        for each in contact["activity"]["nodes"]
        if each["cause"] == "REPLY_RECEIVED"
    ]
    assert shown == ["NOT_NOW", "OTHER", "INTERESTED"]
