"""Webhooks over the API: made, changed, rotated, tested, deleted; and why not."""

from __future__ import annotations

from typing import Any

import pytest

from models.tables import Visibility
from resolvers.webhooks_out import MOST_WEBHOOKS
from schema.ids import to_id
from tests.resolvers.away import rows_of
from tests.world import Home, Person, World

HOOK = "https://8.8.8.8/hook"
WEBHOOK = "id url kinds statuses sequence { id } enabled disabledAt disabledBecause creator { id }"
REASONS = "reasons { code message ... on InvalidInput { field } }"
DELIVERY = "id state attempts statusCode reason nextAt finishedAt activity { id }"


async def do(world: World, person: Person, name: str, asked: str, **given: Any) -> dict[str, Any]:
    """Call a mutation; of a success, return what is asked."""
    kind = name[0].upper() + name[1:]
    query = f"""mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ __typename
        ... on {kind}Success {{ {asked} }} ... on {kind}Failure {{ {REASONS} }} }} }}"""
    answer: dict[str, Any] = (await world.ask(person, query, input=given))[name]
    return answer


async def a_webhook(world: World, home: Home, **given: Any) -> dict[str, Any]:
    asked = f"secret webhook {{ {WEBHOOK} }}"
    return await do(world, home.owner, "createWebhook", asked, **({"url": HOOK} | given))


def codes(answer: dict[str, Any]) -> list[str]:
    return [each["code"] for each in answer["reasons"]]


async def test_a_webhook_is_made_and_its_secret_shown_once(world: World) -> None:
    home = await world.team()
    made = await a_webhook(world, home, kinds=["MOVED", "ENROLLED"], filter={"statuses": ["BOUNCED"]})
    assert made["secret"].startswith("whsec_")
    webhook = made["webhook"]
    assert webhook == {
        "id": webhook["id"],
        "url": HOOK,
        "kinds": ["ENROLLED", "MOVED"],
        "statuses": ["BOUNCED"],
        "sequence": None,
        "enabled": True,
        "disabledAt": None,
        "disabledBecause": None,
        "creator": {"id": home.owner.id},
    }
    listed = await world.ask(home.mate, f"{{ webhooks {{ {WEBHOOK} }} }}")
    assert listed == {"webhooks": [webhook]}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "http://example.com/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"url": "https://localhost:8000/"}, "url"),
        ({"url": "https://user@example.com/"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"filter": {"statuses": []}}, "statuses"),
    ],
)
async def test_what_cannot_be_used_is_refused(world: World, given: dict[str, Any], field: str) -> None:
    home = await world.team()
    answer = await a_webhook(world, home, **given)
    assert [(each["code"], each["field"]) for each in answer["reasons"]] == [("INVALID_INPUT", field)]
    assert await world.ask(home.owner, "{ webhooks { id } }") == {"webhooks": []}


async def test_a_sequence_must_be_there_and_webhooks_are_not_without_number(world: World) -> None:
    home = await world.team()
    for id_ in (to_id("Sequence", 10**12), "nonsense"):
        assert codes(await a_webhook(world, home, filter={"sequenceId": id_})) == ["SEQUENCE_NOT_FOUND"]
    for _ in range(MOST_WEBHOOKS):
        assert "secret" in await a_webhook(world, home)
    assert codes(await a_webhook(world, home)) == ["TOO_MANY_WEBHOOKS"]


async def test_what_is_not_given_stays_and_what_is_null_is_taken_away(world: World) -> None:
    home = await world.team()
    id_ = (await a_webhook(world, home, kinds=["MOVED"]))["webhook"]["id"]

    async def update(**given: Any) -> dict[str, Any]:
        asked = f"webhook {{ {WEBHOOK} }}"
        answer = await do(world, home.mate, "updateWebhook", asked, webhookId=id_, **given)
        webhook: dict[str, Any] = answer["webhook"]
        return webhook

    changed = await update(filter={"statuses": ["ACTIVE"]})
    assert (changed["kinds"], changed["statuses"]) == (["MOVED"], ["ACTIVE"])
    changed = await update(kinds=None, filter=None, url="https://1.1.1.1/")
    assert (changed["kinds"], changed["statuses"], changed["url"]) == (None, None, "https://1.1.1.1/")
    off = await update(enabled=False)
    assert (off["enabled"], off["disabledBecause"]) == (False, "A member switched it off.")
    assert off["disabledAt"]
    on = await update(enabled=True)
    assert (on["enabled"], on["disabledAt"], on["disabledBecause"]) == (True, None, None)


async def test_a_new_secret_is_another_and_the_one_before_it_holds_for_a_day(world: World) -> None:
    home = await world.team()
    made = await a_webhook(world, home)
    asked = "secret webhook { previousSecretUntil }"
    rotated = await do(
        world, home.owner, "rotateWebhookSecret", asked, webhookId=made["webhook"]["id"], idempotencyKey="k"
    )
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != made["secret"]
    assert rotated["webhook"]["previousSecretUntil"]
    again = await do(
        world, home.owner, "rotateWebhookSecret", asked, webhookId=made["webhook"]["id"], idempotencyKey="k"
    )
    assert again == rotated


async def test_a_test_is_a_delivery_and_one_under_way_is_not_sent_again(world: World) -> None:
    home = await world.team()
    id_ = (await a_webhook(world, home))["webhook"]["id"]
    tested = (await do(world, home.owner, "testWebhook", f"delivery {{ {DELIVERY} }}", webhookId=id_))[
        "delivery"
    ]
    assert (tested["state"], tested["attempts"], tested["activity"]) == ("WAITING", 0, None)
    query = f"""query ($id: ID!, $state: DeliveryState) {{
        deliveries(webhookId: $id, state: $state) {{ totalCount nodes {{ {DELIVERY} }} }} }}"""
    assert (await world.ask(home.mate, query, id=id_))["deliveries"] == {"totalCount": 1, "nodes": [tested]}
    failed = await world.ask(home.mate, query, id=id_, state="FAILED")
    assert failed["deliveries"] == {"totalCount": 0, "nodes": []}
    again = await do(world, home.owner, "redeliver", f"delivery {{ {DELIVERY} }}", deliveryId=tested["id"])
    assert codes(again) == ["DELIVERY_UNDER_WAY"]
    await rows_of(
        world.database,
        "update webhook_delivery set state = 'FAILED', finished_at = now(), attempts = 9 where team_id = $1",
        home.team_id,
    )
    again = await do(world, home.owner, "redeliver", f"delivery {{ {DELIVERY} }}", deliveryId=tested["id"])
    assert (again["delivery"]["state"], again["delivery"]["attempts"]) == ("WAITING", 0)


async def test_deleted_it_is_gone_with_its_deliveries(world: World) -> None:
    home = await world.team()
    id_ = (await a_webhook(world, home))["webhook"]["id"]
    await do(world, home.owner, "testWebhook", "delivery { id }", webhookId=id_)
    deleted = await do(world, home.mate, "deleteWebhook", "webhookId", webhookId=id_)
    assert deleted["webhookId"] == id_
    assert await world.ask(home.owner, "{ webhooks { id } }") == {"webhooks": []}
    for name in ("deleteWebhook", "testWebhook", "updateWebhook", "rotateWebhookSecret"):
        assert codes(await do(world, home.owner, name, "__typename", webhookId=id_)) == ["WEBHOOK_NOT_FOUND"]
    left = "select count(*) from jobs.webhook_team where team_id = $1"
    assert await rows_of(world.database, left, home.team_id) == [(0,)]


async def test_in_private_mode_a_webhook_is_its_creators(world: World) -> None:
    home = await world.team(visibility=Visibility.PRIVATE)
    id_ = (await a_webhook(world, home))["webhook"]["id"]
    delivery = await do(world, home.owner, "testWebhook", "delivery { id }", webhookId=id_)
    assert await world.ask(home.mate, "{ webhooks { id } }") == {"webhooks": []}
    query = (
        "query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } deliveries(webhookId: $id) { totalCount } }"
    )
    ids = [id_, delivery["delivery"]["id"]]
    assert await world.ask(home.mate, query, ids=ids, id=id_) == {
        "nodes": [None, None],
        "deliveries": {"totalCount": 0},
    }
    assert (await world.ask(home.owner, query, ids=ids, id=id_))["deliveries"] == {"totalCount": 1}
    refused = await do(world, home.mate, "redeliver", "__typename", deliveryId=ids[1])
    assert codes(refused) == ["DELIVERY_NOT_FOUND"]
