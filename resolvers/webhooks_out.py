"""Webhooks: whom to tell of changes of statuses. Any member of the team makes and changes them.

In private mode a webhook is there for its creator alone, and tells of what its creator sees.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from models import deliveries, sequences, webhooks_out
from models.columns import to_bits
from models.tables import ActivityKind, Webhook, WebhookDelivery
from outbound.addresses import AddressRefused
from outbound.signing import new_secret
from outbound.urls import BadUrl, Target
from resolvers.context import Context
from resolvers.problems import Failure, Problem, ProblemCode, invalid, not_found

MOST_WEBHOOKS = 20
BOTH_SIGN = timedelta(hours=24)
"""How long after a rotation messages are signed with the secret before it, too."""

BY_HAND = "A member switched it off."
LOOK_UP = 2.0
"""Seconds that looking up the host of a new URL may take; else it is looked up when something is sent."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A webhook and its new secret: the only time that it can be seen."""

    webhook: Webhook
    secret: str


async def create(context: Context, values: Mapping[str, Any]) -> NewSecret | Failure:
    """Create a webhook that tells of what happens from now on."""
    problems = [*await _url(context, values["url"]), *_filter(values)]
    async with context.write() as session:
        number = await webhooks_out.count(session, context.team_id)
        if number >= MOST_WEBHOOKS:
            message = f"A team has at most {MOST_WEBHOOKS} webhooks: change or delete one of them."
            problems.append(Problem(ProblemCode.TOO_MANY_WEBHOOKS, message))
        problems += await _sequence(session, context, values)
        if problems:
            return Failure(problems)
        webhook = Webhook(
            team_id=context.team_id,
            member_id=context.caller.member_id or 0,
            secret=new_secret(),
            stamp=await webhooks_out.place(session),
            **_columns(values),
        )
        session.add(webhook)
        await session.flush()
        return NewSecret(webhook, webhook.secret)


async def update(context: Context, webhook_id: int | None, values: Mapping[str, Any]) -> Webhook | Failure:
    """Change where a webhook sends, what it tells of, or whether it is on; what is not given stays.

    Switched on again it goes on where it stood: what happened meanwhile is delivered.
    """
    problems = [*(await _url(context, values["url"]) if "url" in values else ()), *_filter(values)]
    async with context.write() as session:
        webhook = await webhooks_out.by_id(session, context.caller.view, webhook_id, lock=True)
        if webhook is None:
            return Failure([not_found(ProblemCode.WEBHOOK_NOT_FOUND)])
        problems += await _sequence(session, context, values)
        if problems:
            return Failure(problems)
        for column, value in _columns(values).items():
            setattr(webhook, column, value)
        if values.get("enabled") is True:
            webhook.disabled_at = webhook.disabled_because = webhook.failing_since = None
            webhook.failures = 0
        elif values.get("enabled") is False and webhook.disabled_at is None:
            webhook.disabled_at, webhook.disabled_because = datetime.now(UTC), BY_HAND
        await session.flush()
        await webhooks_out.wake(session, context.team_id)
        return webhook


async def delete(context: Context, webhook_id: int | None) -> Failure | None:
    """Delete a webhook with its deliveries; what is being sent at this moment may still arrive."""
    async with context.write() as session:
        webhook = await webhooks_out.by_id(session, context.caller.view, webhook_id, lock=True)
        if webhook is None:
            return Failure([not_found(ProblemCode.WEBHOOK_NOT_FOUND)])
        await webhooks_out.delete(session, webhook)
        return None


async def rotate(context: Context, webhook_id: int | None) -> NewSecret | Failure:
    """Give a webhook a new secret; for 24 hours messages are signed with the one before it, too."""
    async with context.write() as session:
        webhook = await webhooks_out.by_id(session, context.caller.view, webhook_id, lock=True)
        if webhook is None:
            return Failure([not_found(ProblemCode.WEBHOOK_NOT_FOUND)])
        webhook.previous_secret, webhook.previous_until = webhook.secret, datetime.now(UTC) + BOTH_SIGN
        webhook.secret = new_secret()
        await session.flush()
        return NewSecret(webhook, webhook.secret)


async def test(context: Context, webhook_id: int | None) -> WebhookDelivery | Failure:
    """Send a message that tells of nothing, as every delivery is sent, also if the webhook is disabled."""
    async with context.write() as session:
        webhook = await webhooks_out.by_id(session, context.caller.view, webhook_id)
        if webhook is None:
            return Failure([not_found(ProblemCode.WEBHOOK_NOT_FOUND)])
        delivery = WebhookDelivery(team_id=context.team_id, webhook_id=webhook.id)
        session.add(delivery)
        await session.flush()
        await session.refresh(delivery)
        await webhooks_out.wake(session, context.team_id)
        return delivery


async def redeliver(context: Context, delivery_id: int | None) -> WebhookDelivery | Failure:
    """Send a delivery that is at an end again, with the same id and the same content."""
    async with context.write() as session:
        found = await deliveries.by_ids(session, context.caller.view, [delivery_id or 0])
        delivery = found.get(delivery_id or 0)
        if delivery is None:
            return Failure([not_found(ProblemCode.DELIVERY_NOT_FOUND)])
        if not await deliveries.send_again(session, delivery):
            message = "It is on its way still, and is tried again by itself: see `nextAt`."
            return Failure([Problem(ProblemCode.DELIVERY_UNDER_WAY, message)])
        await webhooks_out.wake(session, context.team_id)
        return delivery


async def listed(context: Context) -> Sequence[Webhook]:
    """Return the webhooks there are for the caller, the oldest first."""
    async with context.read() as session:
        return await webhooks_out.listed(session, context.caller.view)


async def by_ids(context: Context, ids: Collection[int]) -> dict[int, Webhook]:
    """Return webhooks there are for the caller, by id."""
    return {webhook.id: webhook for webhook in await listed(context) if webhook.id in ids}


async def _url(context: Context, url: str) -> list[Problem]:
    """Check where to send. A host that has no address now may have one later; a wrong one is told now."""
    try:
        target = Target.of(url, http=context.outgoing.http)
        async with asyncio.timeout(LOOK_UP):
            await context.outgoing.addresses(target.host, target.port)
    except BadUrl as problem:
        return [invalid("url", str(problem))]
    except AddressRefused:
        return [invalid("url", "Name a host with public addresses: this one has an address that is not.")]
    except OSError:  # which a timeout is, too
        pass
    return []


def _filter(values: Mapping[str, Any]) -> list[Problem]:
    return [
        invalid(name, "Name at least one, or leave it out: nothing would be sent.")
        for name in ("kinds", "statuses")
        if values.get(name) is not None and not values[name]
    ]


async def _sequence(session: AsyncSession, context: Context, values: Mapping[str, Any]) -> list[Problem]:
    if (number := values.get("sequence_id")) is None:
        return []
    found = await sequences.there_is(session, context.team_id, number)
    return [] if found else [not_found(ProblemCode.SEQUENCE_NOT_FOUND)]


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given as it is stored."""
    given = {name: values[name] for name in ("url", "sequence_id") if name in values}
    if "kinds" in values:
        kinds: Sequence[ActivityKind] | None = values["kinds"]
        given["kinds"] = None if kinds is None else sorted({kind.name for kind in kinds})
    if "statuses" in values:
        given["statuses"] = None if values["statuses"] is None else to_bits(frozenset(values["statuses"]))
    return given
