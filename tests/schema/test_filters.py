"""Filters of contacts: every part alone and with others, against the same filter written in Python."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col

from models.tables import Contact, StepKind
from resolvers import contacts, enrolments, sequences
from resolvers.contacts import Profile
from rules.facts import Channel
from rules.statuses import MARKS, STAGES, Status
from schema.ids import to_id
from tests.world import Home, made

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

FIND = """query ($filter: ContactFilter) { contacts(filter: $filter, first: 100) {
  totalCount nodes { id email firstName lastName company owner { id } sequence { id } statuses
    canReceiveEmail updatedAt } } }"""
NAMES = ["Ärger", "ärmel", "100% Ltd", "a_b", "axb", "back\\slash", "O'Neil", "SMITH", "smithers", "", None]
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Crowd:
    """Contacts of many kinds as the API shows them, and what it does not show."""

    home: Home
    sequences: list[str]
    nodes: list[dict[str, Any]]
    channels: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crowd(world: World) -> Crowd:
    """Contacts of many kinds: in two sequences or none, with any stage and any marks."""
    home, draw = await world.team(), random.Random(5)  # noqa: S311 - a sample, the same each time
    context = home.owner.context
    given = [made(await sequences.create(context, f"S{number}", {})) for number in range(2)]
    for each in given:
        made(await sequences.add_step(context, each.id, kind=StepKind.CALL, body="x"))
    profiles = [
        Profile(
            f"c{number:02}@{draw.choice(['a.example', 'B.example'])}",
            {name: draw.choice(NAMES) for name in ("first_name", "last_name", "company")},
            owner_id=home.mate.member_id if number % 3 == 0 else home.owner.member_id,
        )
        for number in range(80)
    ]
    written = [each.record.contact for each in made(await contacts.upsert(context, profiles))]
    for number, sequence in enumerate(given):
        mine = [each.id for each in written[number::4] if each.owner_id == home.owner.member_id]
        made(await enrolments.enroll(context, sequence.id, mine))
    found = (await world.ask(home.owner, FIND))["contacts"]["nodes"]
    channels: dict[str, str] = {}
    async with world.database.write(home.team_id) as session:
        for number, node in enumerate(found):
            statuses = {draw.choice(sorted(STAGES))} | set(draw.sample(sorted(MARKS), draw.randint(0, 4)))
            if not node["sequence"]:
                statuses = draw.choice([set(), {Status.OPTED_OUT}])
            channel = draw.choice([None, *Channel]) if Status.REPLIED in statuses else None
            if channel:
                channels[node["email"]] = channel.name
            at = START + timedelta(hours=number // 2)
            values = {"statuses": frozenset(statuses), "replied_by": channel, "updated_at": at}
            await session.execute(update(Contact).where(col(Contact.email) == node["email"]).values(**values))
    nodes = (await world.ask(home.owner, FIND))["contacts"]["nodes"]
    return Crowd(home, [to_id("Sequence", each.id) for each in given], nodes, channels)


def holds(crowd: Crowd, node: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Say whether a contact meets a filter: the filter's second writing."""
    has, sequence = set(node["statuses"]), node["sequence"] and node["sequence"]["id"]
    statuses = wanted.get("statuses") or {}
    texts = [node[name] or "" for name in ("email", "firstName", "lastName", "company")]
    search, since = wanted.get("search"), wanted.get("updatedSince")
    parts: dict[str, Callable[[Any], bool]] = {
        "sequenceId": lambda value: sequence == value,
        "ownerId": lambda value: node["owner"]["id"] == value,
        "inSequence": lambda value: (sequence is not None) is value,
        "repliedBy": lambda value: crowd.channels.get(node["email"]) == value,
        "canReceiveEmail": lambda value: ("ACTIVE" in has) is value,
    }
    return (
        all(check(wanted[name]) for name, check in parts.items() if wanted.get(name) is not None)
        and set(statuses.get("all") or ()) <= has
        and (statuses.get("any") is None or bool(has & set(statuses["any"])))
        and not has & set(statuses.get("none") or ())
        and (not search or any(text.lower().startswith(search.lower()) for text in texts))
        and (not since or datetime.fromisoformat(node["updatedAt"]) >= datetime.fromisoformat(since))
    )


SEARCHES = ["Ä", "ä", "är", "100%", "%", "_", "a_", "ax", "back\\", "\\", "BACK\\S", "o'n", "smi"]
SEARCHES += ["C0", "c0", "c05@", "mith", "x" * 10_000, "c00@a.example or 1=1"]
TIMES = ["2026-01-01T00:00:00Z", "2026-01-02T05:00:00+05:00", "2026-01-01T20:00:00-03:30"]
TIMES += ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T12:00:00.000001Z"]
STATUSES: list[dict[str, Any]] = [
    {"any": ["ACTIVE", "PAUSED"], "none": ["OPENED"]},
    {"all": ["REPLIED"], "any": ["FINISHED"]},
    {"all": ["ACTIVE", "ACTIVE"]},
    {"all": ["ACTIVE", "PAUSED"]},
    {"all": ["CALLED"], "none": ["CALLED"]},
    {},
]
for how in ("all", "any", "none"):
    STATUSES += [{how: value} for value in ([], None, [status.name for status in Status])]
    STATUSES += [{how: [status.name]} for status in Status]


def parts(crowd: Crowd) -> dict[str, list[Any]]:
    """Return values for each part of the filter, null and what matches nothing among them."""
    return {
        "sequenceId": [None, *crowd.sequences, to_id("Sequence", 10**9), "x", crowd.home.owner.id],
        "ownerId": [None, crowd.home.owner.id, crowd.home.mate.id, to_id("Member", 10**9), "", "x"],
        "inSequence": [None, True, False],
        "statuses": [None, *STATUSES],
        "repliedBy": [None, "EMAIL", "SMS"],
        "canReceiveEmail": [None, True, False],
        "search": [None, "", *SEARCHES],
        "updatedSince": [None, *TIMES],
    }


async def assert_same(world: World, crowd: Crowd, wanted: dict[str, Any]) -> int:
    """Assert that the API finds what the filter in Python finds, and return how many."""
    found = (await world.ask(crowd.home.owner, FIND, filter=wanted))["contacts"]
    assert found["nodes"] == [node for node in crowd.nodes if holds(crowd, node, wanted)], wanted
    assert found["totalCount"] == len(found["nodes"])
    return len(found["nodes"])


@pytest.mark.parametrize(
    "part",
    [
        "sequenceId",
        "ownerId",
        "inSequence",
        "statuses",
        "repliedBy",
        "canReceiveEmail",
        "search",
        "updatedSince",
    ],
)
async def test_each_part_alone(world: World, crowd: Crowd, part: str) -> None:
    counts = {await assert_same(world, crowd, {part: value}) for value in parts(crowd)[part]}
    assert len(crowd.nodes) in counts
    assert any(0 < count < len(crowd.nodes) for count in counts)


async def test_parts_together(world: World, crowd: Crowd) -> None:
    draw, values = random.Random(7), parts(crowd)  # noqa: S311 - a sample, the same each time
    some = 0
    for _ in range(150):
        names = draw.sample(sorted(values), draw.randint(2, 4))
        some += bool(await assert_same(world, crowd, {name: draw.choice(values[name]) for name in names}))
    assert some > 25
    assert (await world.ask(crowd.home.owner, FIND, filter=None))["contacts"]["totalCount"] == 80
