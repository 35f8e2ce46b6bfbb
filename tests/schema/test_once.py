"""Idempotency keys over HTTP: one effect and one answer, whoever sends it again, when, and how often."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest
from sqlalchemy import text

from models.connection import Address
from resolvers import kept, sequences, statuses
from resolvers.once import Request, once
from rules.statuses import Status
from schema.ids import number_of, to_id
from tests.resolvers.making import a_sequence, enrolled, log_of
from tests.schema.test_bad_input_text import SCHEMA
from tests.schema.test_concurrency import crowded
from tests.world import Home, World, made

__all__ = ["crowded"]

PAIRS = int(os.environ.get("PAIRS", "50"))
"""How many pairs of requests are sent at the same moment; `make prove` sends a thousand."""

SET = """mutation ($input: SetStatusInput!) { setStatus(input: $input) { __typename
  ... on SetStatusSuccess { before after contact { id version statuses email updatedAt enrolment { stepsLeft }
    sequence { id name owner { name } } statusDetails { status since } } activity { id recordedAt rules } }
  ... on SetStatusFailure { reasons { __typename code message ... on NoTransition { allowed { status } }
    ... on InvalidInput { field } } wayOut { status } present: contact { version statuses } } } }"""
LESS = """mutation ($input: SetStatusInput!) { setStatus(input: $input) {
  ... on SetStatusSuccess { after } ... on SetStatusFailure { reasons { code } } } }"""


async def contacts_of(home: Home, number: int = 1) -> list[int]:
    return await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"), number)


async def change(world: World, home: Home, query: str = SET, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await world.ask(home.owner, query, input=given))["setStatus"]
    return answer


def paused(contact_id: int, key: str) -> dict[str, Any]:
    return {"contactId": to_id("Contact", contact_id), "add": ["PAUSED"], "idempotencyKey": key}


async def test_two_at_the_same_moment_have_one_effect_and_equal_answers(crowded: World) -> None:
    world, home = crowded, await crowded.team()
    ids = await contacts_of(home, min(PAIRS, 50))
    for turn, start in enumerate(range(0, PAIRS, 5)):  # ten at once, fewer than connections
        some = [ids[number % len(ids)] for number in range(start, min(start + 5, PAIRS))]
        add, take = (["PAUSED"], ["ACTIVE"]) if turn // 10 % 2 == 0 else (["ACTIVE"], ["PAUSED"])
        given: list[dict[str, Any]] = [paused(id_, f"{turn}-{id_}") | {"add": add} for id_ in some]
        answers = await asyncio.gather(*(change(world, home, **each) for each in given for _ in "ab"))
        assert answers[::2] == answers[1::2]
        assert {each["__typename"] for each in answers} == {"SetStatusSuccess"}
        assert {(*each["before"], *each["after"]) for each in answers} == {(*take, *add)}
    lines = [len(await log_of(home.owner.context, id_)) for id_ in ids]
    assert sum(lines) == 2 * len(ids) + PAIRS, "two lines each, and one for each pair"


async def test_the_first_answer_is_given_again_whatever_has_happened_since(world: World) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    first = await change(world, home, **paused(id_, "k"))
    await change(world, home, contactId=to_id("Contact", id_), add=["OPTED_OUT"])
    sequence_id = number_of("Sequence", first["contact"]["sequence"]["id"])
    made(await sequences.update(home.owner.context, sequence_id, {"name": "Renamed"}))
    again = await change(world, home, **paused(id_, "k"))
    assert again["contact"].pop("statusDetails")
    assert first["contact"].pop("statusDetails")
    assert again == first
    assert await change(world, home, LESS, **paused(id_, "k")) == {"after": ["PAUSED"]}


async def test_a_refusal_is_the_answer_too(world: World) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    await change(world, home, **paused(id_, "first"))
    first = await change(world, home, **paused(id_, "second"))
    assert [each["code"] for each in first["reasons"]] == ["ALREADY_SET"]
    await change(world, home, contactId=to_id("Contact", id_), add=["ACTIVE"])
    assert await change(world, home, **paused(id_, "second")) == first


@pytest.mark.parametrize("differs", [{"add": ["FINISHED"]}, {"note": "x"}, {"expectedVersion": 2}])
async def test_another_input_with_the_key_is_refused(world: World, differs: dict[str, Any]) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    await change(world, home, **paused(id_, "k"))
    lines = len(await log_of(home.owner.context, id_))
    answer = await change(world, home, **paused(id_, "k") | differs)
    assert [each["code"] for each in answer["reasons"]] == ["IDEMPOTENCY_KEY_REUSED"]
    assert len(await log_of(home.owner.context, id_)) == lines


async def test_a_key_is_of_one_caller(world: World) -> None:
    one, other = await world.team(team_edition=False), await world.team()
    [id_], [theirs] = await contacts_of(one), await contacts_of(other)
    assert (await change(world, one, **paused(id_, "k")))["after"] == ["PAUSED"]
    assert (await change(world, other, **paused(theirs, "k")))["after"] == ["PAUSED"]
    answer = (await world.ask(one.mate, SET, input=paused(id_, "k")))["setStatus"]
    assert [each["code"] for each in answer["reasons"]] == ["ALREADY_SET"], "it was looked at anew"


@pytest.mark.parametrize("key", ["", " ", "x" * 201])
async def test_a_key_that_cannot_be_one_is_refused(world: World, key: str) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    answer = await change(world, home, **paused(id_, key))
    assert {(each["code"], each["field"]) for each in answer["reasons"]} == {
        ("INVALID_INPUT", "idempotencyKey")
    }


async def test_the_second_does_it_if_the_first_is_killed_on_the_way(world: World, database_url: str) -> None:
    home = await world.team()
    [id_] = await contacts_of(home)
    context, working, go_on = home.owner.context, asyncio.Event(), asyncio.Event()
    killed: list[int] = []

    async def slowly(joined: Any) -> object:
        outcome = await statuses.set_status(joined, id_, add=[Status.PAUSED])
        killed.append((await joined.session.execute(text("select pg_backend_pid()"))).scalar_one())
        working.set()
        await go_on.wait()
        return outcome

    first = asyncio.create_task(once(context, Request("k", b"same"), slowly))
    await working.wait()
    second = asyncio.create_task(
        once(context, Request("k", b"same"), lambda c: statuses.set_status(c, id_, add=[Status.PAUSED]))
    )
    admin = await asyncpg.connect(Address.parse(database_url).dsn)
    try:
        while not await admin.fetchval(  # noqa: ASYNC110 - another process gets there
            "select count(*) from pg_locks where not granted and locktype = 'transactionid'"
            " and $1 = any (pg_blocking_pids(pid))",
            killed[0],
        ):
            await asyncio.sleep(0.01)
        assert not second.done()
        await admin.execute("select pg_terminate_backend($1)", killed[0])
    finally:
        await admin.close()
    answer = await second
    go_on.set()
    with pytest.raises(Exception, match=r"terminat|closed|connection"):
        await first
    assert isinstance(answer, statuses.Changed)
    assert len([line for line in await log_of(context, id_) if Status.PAUSED in line.after]) == 1


async def test_a_day_later_the_key_is_free_and_what_was_kept_is_cleared_away(world: World) -> None:
    home = await world.team()
    one, other = await contacts_of(home, 2)
    await change(world, home, **paused(one, "k"))
    await change(world, home, **paused(other, "old"))
    age = text("update kept_answer set created_at = created_at - cast(:age as interval)")
    async with world.database.write(home.team_id) as session:
        await session.execute(age, {"age": timedelta(hours=23, minutes=59)})
    assert (await change(world, home, **paused(one, "k")))["after"] == ["PAUSED"]
    async with world.database.write(home.team_id) as session:
        await session.execute(age, {"age": timedelta(minutes=1)})
    answer = await change(world, home, **paused(one, "k"))
    assert [each["code"] for each in answer["reasons"]] == ["ALREADY_SET"]
    async with world.database.read(home.team_id) as session:
        assert (await session.execute(text("select key from kept_answer"))).scalars().all() == ["k"]


async def test_without_a_key_it_costs_nothing(world: World) -> None:
    home = await world.team()
    one, other = await contacts_of(home, 2)
    counts = []
    for given in (paused(one, "k"), paused(other, "k") | {"idempotencyKey": None}):
        with world.database.count() as statements:
            await once(
                home.owner.context,
                Request(given["idempotencyKey"], b""),
                lambda context, id_=given["contactId"]: statuses.set_status(  # type: ignore[misc]
                    context, one if id_ == to_id("Contact", one) else other, add=[Status.PAUSED]
                ),
            )
        counts.append([each for each in statements if "savepoint" not in each.lower()])
    assert len(counts[1]) == 2, "as if there were no keys"
    assert [bool("kept_answer" in each) for each in counts[0]].count(True) == 2
    assert not [each for each in counts[1] if "kept_answer" in each]


def test_every_mutation_takes_a_key() -> None:
    assert SCHEMA.mutation_type
    without = [
        name
        for name, field in SCHEMA.mutation_type.fields.items()
        if "idempotencyKey" not in getattr(field.args["input"].type, "of_type").fields  # noqa: B009
    ]
    assert not without


def test_what_is_of_no_known_class_is_not_written() -> None:
    with pytest.raises(TypeError, match="kept answers"):
        kept.written([object()])
