"""What a webhook does not do: read what is too large, fetch from elsewhere, wait for ever, tell a secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette

from models.engine import Database
from server import webhook_secrets, webhooks
from server.amazon import KEPT, LARGEST, Amazon, Unanswered
from server.reader import Reader
from tests.inbound.payloads import signing
from tests.server.deliveries import CASES, PEM, Answer, accept, answering, now, person, post, stamp, stored
from tests.server.endpoint import served
from tests.world import World

if TYPE_CHECKING:
    from tests.world import Home

SES = next(case for case in CASES if case.provider == "ses")


async def test_a_topic_is_confirmed_and_a_certificate_fetched_once(
    database_url: str, database: Database
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, content=PEM)

    async with answering(database_url, database, answer) as world:
        home = await world.team()
        await accept(world, home, "ses", SES.secrets)
        contact = await person(world, home)
        confirm = signing.envelope("Confirm", **signing.CONFIRMATION, Timestamp=stamp(now()))
        assert (await post(world, contact.team, signing.ses(confirm))).status_code == 200
        assert asked == [signing.CERTIFICATE, signing.CONFIRMATION["SubscribeURL"]]
        assert (await post(world, contact.team, SES.delivery(contact, now()))).json()["applied"] == 1
        assert len(asked) == 2

        elsewhere = signing.envelope("x", Timestamp=stamp(now()), SigningCertURL="https://example.com/a.pem")
        assert (await post(world, contact.team, signing.ses(elsewhere))).status_code == 401
        stranger = signing.envelope("x", Timestamp=stamp(now()), TopicArn="arn:aws:sns:eu-west-1:1:theirs")
        assert (await post(world, contact.team, signing.ses(stranger))).status_code == 401
        assert len(asked) == 2


def _unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("too slow", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx.Response(302, headers={"location": "https://example.com/a.pem"}),
        lambda _: httpx.Response(404),
        lambda _: httpx.Response(200, content=b"x" * (LARGEST + 1)),
        _unreachable,
    ],
)
async def test_without_a_certificate_the_delivery_is_to_come_again(
    database_url: str, database: Database, answer: Answer
) -> None:
    async with answering(database_url, database, answer) as world:
        home = await world.team()
        await accept(world, home, "ses", SES.secrets)
        contact = await person(world, home)
        refused = await post(world, contact.team, SES.delivery(contact, now()))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
        assert await stored(world, home) == ([], [])


def test_few_certificates_are_remembered() -> None:
    amazon = Amazon(
        httpx.MockTransport(lambda request: httpx.Response(200, content=str(request.url).encode()))
    )
    for number in range(2 * KEPT):
        assert amazon.certificate(f"https://a/{number}").endswith(str(number).encode())
    assert len(amazon._certificates) == KEPT
    with pytest.raises(Unanswered):
        Amazon(httpx.MockTransport(_unreachable)).confirm("https://a/")


async def team(world: World, provider: str) -> tuple[Home, str]:
    """Make a team that accepts a provider's deliveries; return it and its id."""
    home = await world.team()
    case = next(case for case in CASES if case.provider == provider)
    await accept(world, home, provider, case.secrets)
    return home, (await person(world, home)).team


async def test_what_is_signed_but_not_documented_is_a_400(world: World) -> None:
    home, number = await team(world, "sendgrid")
    answer = await post(world, number, signing.sendgrid(b'{"no": "array"}', at=now()))
    assert (answer.status_code, answer.json()) == (400, {"error": "SendGrid sends an array of events."})
    assert await stored(world, home) == ([], [])


async def test_what_is_too_large_is_a_413_before_it_is_read(world: World) -> None:
    _, number = await team(world, "twilio")
    answer = await post(world, number, signing.twilio({"MessageSid": "SM1", "Body": "x" * 110_000}))
    assert answer.status_code == 413
    _, number = await team(world, "sendgrid")
    events = [{"event": "open", "email": "a@example.com", "sg_event_id": str(each)} for each in range(5_001)]
    answer = await post(world, number, signing.sendgrid(json.dumps(events).encode(), at=now()))
    assert answer.status_code == 413


async def test_only_few_large_deliveries_are_held_at_once(world: World, database_url: str) -> None:
    _, number = await team(world, "sendgrid")
    own = Database(database_url)
    hooks = webhooks.Webhooks(own, "", Amazon(), Reader())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await own.close()

    large, go_on = b"x" * (webhooks.LARGE + 1), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield large[:1]
        await go_on.wait()
        yield large[1:]

    def send(client: httpx.AsyncClient, body: Any) -> Awaitable[httpx.Response]:
        headers = {"content-length": str(len(large))}
        return client.post("/webhooks/sendgrid", params={"team": number}, content=body, headers=headers)

    with served(Starlette(routes=[hooks.route], lifespan=lifespan)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            held = [asyncio.ensure_future(send(client, slowly())) for _ in range(webhooks.MOST_LARGE)]
            while not hooks._large.locked():  # noqa: ASYNC110 - in another thread
                await asyncio.sleep(0.01)
            refused = await send(client, large)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
            go_on.set()
            assert [(await each).status_code for each in held] == [401] * webhooks.MOST_LARGE
            assert (await send(client, large)).status_code == 401


async def test_there_are_five_providers_and_one_method(world: World) -> None:
    unknown = await world.client.post("/webhooks/pigeon?team=x")
    assert (unknown.status_code, "sendgrid" in unknown.json()["error"]) == (404, True)
    assert (await world.client.get("/webhooks/sendgrid")).status_code == 405


@pytest.mark.parametrize(
    ("provider", "given", "why"),
    [
        ("sendgrid", [], "They are one JSON object."),
        ("sendgrid", {}, "Give at least one"),
        ("sendgrid", {"keys": ["hunter2"]}, "A SendGrid key is the base64 text"),
        ("mailgun", {"keys": [""]}, "none that is empty"),
        ("mailgun", {"keys": "hunter2"}, "keys: Input should be a valid tuple"),
        ("mailgun", {"keys": ["a"], "hunter2": 1}, "mailgun knows keys, tolerance, not hunter2"),
        ("mailgun", {"keys": ["a"], "tolerance": 90_000}, "at most a day"),
        ("postmark", {"users": [["us", ""]]}, "empty"),
        ("postmark", {"users": [["us"]]}, "users"),
        ("ses", {"topics": []}, "Give at least one"),
        ("ses", {"topics": ["a"], "certificate": "hunter2"}, "ses knows sha1, tolerance, topics"),
        ("twilio", {"tokens": [7]}, "tokens.0: Input should be a valid string"),
    ],
)
def test_secrets_that_cannot_be_used_are_refused_without_repeating_them(
    provider: str, given: object, why: str
) -> None:
    with pytest.raises(webhook_secrets.BadSecrets) as refused:
        webhook_secrets.read(provider, given)
    assert why in str(refused.value)
    assert "hunter2" not in str(refused.value).replace("not hunter2", "")
