"""Webhooks, from a change to a receiver: whatever it does, each arrives, signed, in a contact's order."""

from __future__ import annotations

import asyncio
import json

from models.engine import Database
from tests.resolvers.away import until
from tests.resolvers.making import a_sequence, enrolled
from tests.server.receiver import at_random, delivering, receiving
from tests.server.sending import a_webhook, change, states
from tests.world import Home

CHANGES = 6


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
