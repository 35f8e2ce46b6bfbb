"""Webhooks, from a change to a receiver: whatever it does, each arrives, signed, in a contact's order."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

from models.engine import Database
from resolvers import statuses, webhooks_out
from resolvers.context import Context
from resolvers.webhooks_out import NewSecret
from rules.statuses import Status
from tests.resolvers.away import rows_of, until
from tests.resolvers.making import a_sequence, enrolled
from tests.server.receiver import HERE, at_random, delivering, receiving
from tests.world import Home, made


def allowed(home: Home) -> Context:
    """Return the owner's context, in which this machine may be sent to."""
    return replace(home.owner.context, outgoing=HERE)


async def a_webhook(home: Home, url: str, **values: Any) -> NewSecret:
    made_: NewSecret = made(await webhooks_out.create(allowed(home), {"url": url, **values}))
    return made_


async def change(context: Context, contact_id: int, times: int) -> None:
    for turn in range(times):
        made(
            await statuses.set_status(context, contact_id, add=[Status.ACTIVE if turn % 2 else Status.PAUSED])
        )


CHANGES = 6


async def states(database: Database) -> dict[Any, Any]:
    found = await rows_of(database, "select state, count(*) from webhook_delivery group by 1")
    return dict(found)


async def test_whatever_a_receiver_does_each_change_arrives_signed_and_in_order(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    context = home.owner.context
    ids = await enrolled(context, await a_sequence(context, "A"), 4)
    with receiving(at_random(7)) as receiver:
        webhook = await a_webhook(home, receiver.url)
        async with delivering(empty_database_url), delivering(empty_database_url):
            await asyncio.gather(*(change(context, contact_id, CHANGES) for contact_id in ids))

            async def all_arrived() -> bool:
                return await states(empty_database) == {"DELIVERED": 4 * CHANGES}

            await until(all_arrived)
        assert {each.answered for each in receiver.got} == {200, 500, 302, 0}
        assert receiver.trapped == 0
        messages = [each.verified(webhook.secret) for each in receiver.got]
        assert all(message["type"] == "contact.statuses_changed" for message in messages)
        bodies: dict[str, set[bytes]] = {}
        for each in receiver.got:
            bodies.setdefault(each.id, set()).add(each.body)
        assert len(bodies) == 4 * CHANGES
        assert all(len(found) == 1 for found in bodies.values())
        accepted = [json.loads(each.body)["data"] for each in receiver.accepted]
        assert len({each["activityId"] for each in accepted}) == 4 * CHANGES
        for contact in {each["contactId"] for each in accepted}:
            versions = [each["version"] for each in accepted if each["contactId"] == contact]
            assert list(dict.fromkeys(versions)) == sorted(set(versions)) == list(range(3, 3 + CHANGES))
