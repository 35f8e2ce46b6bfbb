"""Webhooks that do not arrive: given up, sent again, disabled, kept in order, killed meanwhile, refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from models.engine import Database
from models.tables import Visibility
from outbound.addresses import Address, Outgoing
from resolvers import deliveries, webhooks_out
from resolvers.deliveries import of_team
from tests.resolvers.away import rows_of, until
from tests.resolvers.making import a_sequence, enrolled
from tests.server.receiver import QUICK, delivering, receiving
from tests.server.sending import a_webhook, change, states
from tests.world import Home, World, made

IMPATIENT = replace(QUICK, give_up=0.0)
STRICT = replace(QUICK, disable_after=0.0, failures=3)


def so(database: Database, **expected: int) -> Callable[[], Any]:
    async def condition() -> bool:
        return await states(database) == expected

    return condition


async def one(home: Home) -> int:
    [contact_id] = await enrolled(home.owner.context, await a_sequence(home.owner.context, "A"))
    return contact_id


async def test_what_is_given_up_is_sent_again_the_same_and_the_next_one_meanwhile(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    contact_id, answers = await one(home), iter([500])
    with receiving(lambda: next(answers, 200)) as receiver:
        await a_webhook(home, receiver.url)
        await change(home.owner.context, contact_id, 2)
        async with delivering(empty_database_url, pace=IMPATIENT):
            await until(so(empty_database, FAILED=1, DELIVERED=1))
            [(failed,)] = await rows_of(
                empty_database, "select id from webhook_delivery where state = 'FAILED'"
            )
            made(await webhooks_out.redeliver(home.owner.context, failed))
            await until(so(empty_database, DELIVERED=2))
    first, _second, again = receiver.got
    assert (first.id, first.body) == (again.id, again.body)


async def test_the_next_change_of_a_contact_waits_and_those_of_others_do_not(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    slow, other = await one(home), await one(home)
    slow_pace = replace(QUICK, first=3600.0, longest=3600.0)
    answers = iter([500])
    with receiving(lambda: next(answers, 200)) as receiver:
        await a_webhook(home, receiver.url)
        await change(home.owner.context, slow, 2)
        async with delivering(empty_database_url, pace=slow_pace):

            async def refused_once() -> bool:
                return len(receiver.got) == 1

            await until(refused_once)
            await change(home.owner.context, other, 2)
            await until(so(empty_database, WAITING=2, DELIVERED=2))


async def test_who_answers_410_is_disabled_at_once_and_told_all_when_enabled(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    contact_id, answers = await one(home), iter([410])
    with receiving(lambda: next(answers, 200)) as receiver:
        webhook = (await a_webhook(home, receiver.url)).webhook
        await change(home.owner.context, contact_id, 1)
        async with delivering(empty_database_url):

            async def is_disabled() -> bool:
                [found] = await webhooks_out.listed(home.owner.context)
                return found.disabled_because == deliveries.BECAUSE_GONE

            await until(is_disabled)
            assert len(receiver.got) == 1
            made(await webhooks_out.update(home.owner.context, webhook.id, {"enabled": True}))
            await until(so(empty_database, DELIVERED=1))


async def test_what_keeps_failing_is_disabled_and_a_test_is_sent_all_the_same(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    contact_id = await one(home)
    with receiving(lambda: 500) as receiver:
        webhook = (await a_webhook(home, receiver.url)).webhook
        await change(home.owner.context, contact_id, 1)
        async with delivering(empty_database_url, pace=STRICT):

            async def is_disabled() -> bool:
                [found] = await webhooks_out.listed(home.owner.context)
                return found.disabled_because == deliveries.BECAUSE_FAILING and found.failures == 3

            await until(is_disabled)
            receiver.answer = lambda: 200
            made(await webhooks_out.test(home.owner.context, webhook.id))
            await until(so(empty_database, WAITING=1, DELIVERED=1))
    assert [each.answered for each in receiver.got] == [500, 500, 500, 200]


async def test_after_a_rotation_both_secrets_verify(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    with receiving() as receiver:
        old = await a_webhook(home, receiver.url)
        new = made(await webhooks_out.rotate(home.owner.context, old.webhook.id))
        made(await webhooks_out.test(home.owner.context, old.webhook.id))
        async with delivering(empty_database_url):
            await until(so(empty_database, DELIVERED=1))
    [got] = receiver.got
    for secret in (old.secret, new.secret):
        assert got.verified(secret)["type"] == "webhook.test"


async def test_what_a_killed_worker_had_taken_another_sends_with_the_same_id(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    contact_id = await one(home)
    with receiving() as receiver:
        await a_webhook(home, receiver.url)
        await change(home.owner.context, contact_id, 1)

        async def is_taken() -> bool:  # by who never says what became of it
            taken, _ = await deliveries.take(of_team(empty_database, home.team_id), QUICK, 10)
            return len(taken) == 1

        await until(is_taken)
        async with delivering(empty_database_url):
            assert await states(empty_database) == {"SENDING": 1}
            await rows_of(empty_database, "update webhook_delivery set next_at = now()")
            await until(so(empty_database, DELIVERED=1))
    assert len(receiver.got) == 1


async def test_nothing_goes_to_a_name_that_turns_to_this_machine_after_it_was_saved(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    turned: list[Address] = [ip_address("8.8.8.8")]

    async def resolve(_host: str, _port: int) -> list[Address]:
        return [turned[0]]

    with receiving() as receiver:
        outgoing = Outgoing(http=True, resolve=resolve)
        context = replace(home.owner.context, outgoing=outgoing)
        url = receiver.url.replace("127.0.0.1", "rebinds.example.com")
        webhook = made(await webhooks_out.create(context, {"url": url})).webhook
        async with delivering(empty_database_url, outgoing):
            for number, address in enumerate(("127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"), 1):
                turned[0] = ip_address(address)
                made(await webhooks_out.test(context, webhook.id))
                await until(so(empty_database, FAILED=number))
        reasons = await rows_of(empty_database, "select distinct status, reason from webhook_delivery")
        assert reasons == [(None, "The host has an address that is not public.")]
        assert receiver.got == []


async def test_a_webhook_tells_of_what_its_creator_sees(
    world: World, empty_database: Database, empty_database_url: str
) -> None:
    private = World(world.url, empty_database, world.client)
    home = await private.team(visibility=Visibility.PRIVATE)
    mates, mine = await enrolled(home.mate.context, await a_sequence(home.mate.context, "A")), await one(home)
    with receiving() as receiver:
        await a_webhook(home, receiver.url)
        await change(home.mate.context, mates[0], 2)
        await change(home.owner.context, mine, 1)
        async with delivering(empty_database_url):
            await until(so(empty_database, DELIVERED=1))
    assert len(receiver.got) == 1
