"""Webhooks over HTTP: what each provider signs changes statuses once; anything else changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from models.engine import Database
from schema.ids import to_id
from tests.inbound.payloads import signing
from tests.resolvers.making import statuses_of
from tests.server.deliveries import (
    CASES,
    CONTACTED,
    PEM,
    Case,
    accept,
    answering,
    counts,
    now,
    person,
    post,
    stored,
)
from tests.world import World

NOTHING: tuple[list[tuple[str, str]], list[str]] = ([], [])
# Whose signature covers the body, and whose covers the time.
SIGNED = [case for case in CASES if case.provider not in {"mailgun", "postmark"}]
TIMED = [case for case in CASES if case.provider not in {"postmark", "twilio"}]


@pytest_asyncio.fixture(scope="module")
async def world(database_url: str, database: Database) -> AsyncIterator[World]:
    """The running application, and Amazon's certificate without its network."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == signing.CERTIFICATE
        return httpx.Response(200, content=PEM)

    async with answering(database_url, database, answer) as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.provider)
async def test_what_is_signed_changes_the_statuses_and_a_replay_changes_nothing(
    world: World, case: Case
) -> None:
    home = await world.team()
    await accept(world, home, case.provider, case.secrets)
    contact = await person(world, home)
    delivery = case.delivery(contact, now())

    answer = await post(world, contact.team, delivery)
    assert counts(answer)["applied"] == 1
    assert await statuses_of(home.owner.context, [contact.id]) == [case.after]
    after = await stored(world, home)
    assert [source for source, _ in after[0]] == [case.provider]

    again = await post(world, contact.team, delivery)
    told = counts(again)
    assert (told["applied"], told["duplicate"] + told["repeated"]) == (0, 1)
    assert await stored(world, home) == after


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.provider)
async def test_the_same_delivery_many_times_at_once_counts_once(world: World, case: Case) -> None:
    home = await world.team()
    await accept(world, home, case.provider, case.secrets)
    contact = await person(world, home)
    delivery = case.delivery(contact, now())
    answers = await asyncio.gather(*(post(world, contact.team, delivery) for _ in range(8)))
    assert sum(counts(answer)["applied"] for answer in answers) == 1
    assert len((await stored(world, home))[0]) == 1


WRONG: dict[str, dict[str, Any]] = {
    "sendgrid": {"keys": [signing.sendgrid_key(generate_private_key(SECP256R1()))]},
    "mailgun": {"keys": ["another-key"]},
    "postmark": {"users": [["us", "hunter3"]]},
    "ses": {"topics": ["arn:aws:sns:eu-central-1:123456789012:another"]},
    "twilio": {"tokens": ["another-token"]},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.provider)
async def test_whatever_is_wrong_is_the_same_401_and_changes_nothing(world: World, case: Case) -> None:
    home = await world.team()
    contact = await person(world, home)
    delivery = case.delivery(contact, now())
    without = await post(world, contact.team, delivery)
    await accept(world, home, case.provider, WRONG[case.provider])
    answers = [without, await post(world, contact.team, delivery)]
    for team in (to_id("Team", 10**9), to_id("Contact", home.team_id), "nobody", ""):
        path = f"/webhooks/{case.provider}"
        answers.append(
            await world.client.post(
                path, params={"team": team}, content=delivery.body, headers=dict(delivery.headers)
            )
        )
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}
    assert await stored(world, home) == NOTHING
    assert await statuses_of(home.owner.context, [contact.id]) == [CONTACTED]


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case.provider)
async def test_a_changed_body_is_refused(world: World, case: Case) -> None:
    home = await world.team()
    await accept(world, home, case.provider, case.secrets)
    contact = await person(world, home)
    delivery = case.delivery(contact, now())
    changed = delivery.body.replace(str(contact.id).encode(), str(contact.id + 1).encode())
    assert changed != delivery.body
    assert (await post(world, contact.team, delivery, changed)).status_code == 401
    assert await stored(world, home) == NOTHING


async def test_mailguns_token_lets_no_second_body_in(world: World) -> None:
    """Its signature covers the token only."""
    home = await world.team()
    case = next(case for case in CASES if case.provider == "mailgun")
    await accept(world, home, case.provider, case.secrets)
    first, second = await person(world, home), await person(world, home)
    delivery = case.delivery(first, now())
    changed = delivery.body.replace(first.email.encode(), second.email.encode())
    changed = changed.replace(f"mg-{first.id}".encode(), f"mg-{second.id}".encode())
    assert (await post(world, first.team, delivery)).json()["applied"] == 1
    assert (await post(world, first.team, delivery, changed)).json()["repeated"]
    assert await statuses_of(home.owner.context, [first.id, second.id]) == [case.after, CONTACTED]


@pytest.mark.parametrize("case", TIMED, ids=lambda case: case.provider)
async def test_what_was_signed_long_ago_is_refused(world: World, case: Case) -> None:
    home = await world.team()
    await accept(world, home, case.provider, case.secrets)
    contact = await person(world, home)
    for at in (now() - timedelta(hours=2), now() + timedelta(hours=2)):
        assert (await post(world, contact.team, case.delivery(contact, at))).status_code == 401
    assert await stored(world, home) == NOTHING


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.provider)
async def test_another_teams_contacts_are_unknown(world: World, case: Case) -> None:
    home, other = await world.team(), await world.team()
    await accept(world, home, case.provider, case.secrets)
    theirs = await person(world, other)
    contact = type(theirs)(theirs.id, theirs.email, to_id("Team", home.team_id), world.url)
    answer = await post(world, contact.team, case.delivery(contact, now()))
    assert counts(answer)["unknown"] == 1
    assert (await stored(world, home))[0] == []
    assert await stored(world, other) == NOTHING
    assert await statuses_of(other.owner.context, [theirs.id]) == [CONTACTED]
