"""Deliveries as a worker sees them: what is to be sent now, and what becomes of it afterwards."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import deliveries, webhooks_out
from models.deliveries import Result, Taken
from models.engine import Database
from models.paging import Slice, Window
from models.tables import DeliveryState, Visibility, Webhook, WebhookDelivery
from outbound.sender import GONE, Answer
from resolvers.context import Caller, Context

__all__ = ["Pace", "Taken", "due_teams", "settle", "take"]

KEPT_DAYS = 30
"""How long a delivery that is at an end can be looked up, and sent again."""

WAITING = 1_000
"""How many deliveries of a webhook are not at an end, at most; the rest waits in the feed."""

SLICE = 500
PRUNED = 5_000

BECAUSE_GONE = "The receiver answered 410: it is gone for good."
BECAUSE_FAILING = "Nothing could be delivered for a day."


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, how long and how often; times are in seconds."""

    timeout: float = 10.0
    first: float = 5.0
    """Until the second attempt; each later one waits twice as long as the one before it, up to `longest`."""
    longest: float = 4 * 3_600.0
    give_up: float = 24 * 3_600.0
    """After the first attempt; then a delivery has failed."""
    disable_after: float = 24 * 3_600.0
    failures: int = 10
    """A webhook is disabled that has delivered nothing for `disable_after`, and failed so often in a row."""
    at_once: int = 8
    """Requests to one webhook at the same time, each of another contact."""
    while_failing: int = 2
    look_every: float = 1.0

    @property
    def lease(self) -> float:
        """Return after how long whoever took a delivery must be dead."""
        return self.timeout * 3 + 5

    def again_in(self, attempt: int) -> float:
        """Return how long to wait after this attempt: between half of it and all of it, by chance."""
        whole = min(self.first * 2.0 ** min(attempt - 1, 40), self.longest)
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - it spreads load, it hides nothing


async def due_teams(database: Database, pace: Pace, most: int) -> list[int]:
    """Return teams with webhooks that it is time to look at."""
    async with database.write(None) as session:
        return await webhooks_out.due_teams(session, most=most, again_in=pace.look_every)


def of_team(database: Database, team_id: int) -> Context:
    """Return the context in which a team's deliveries are made: its system's."""
    return Context(database, Caller(team_id, False, Visibility.PUBLIC, None, frozenset()))


async def take(context: Context, pace: Pace, room: int) -> tuple[list[Taken], bool]:
    """Return deliveries to send now, at most `room`, and whether more may be due at once.

    They are the caller's for `pace.lease`; then they are anyone's again.
    """
    async with context.write() as session:
        found = await deliveries.fill(session, context.team_id, slice_=SLICE, most=WAITING)
        if not found:
            return [], False
        taken = await deliveries.take(
            session,
            context.team_id,
            list(found),
            at_once=pace.at_once,
            while_failing=pace.while_failing,
            lease=pace.lease,
            most=room,
        )
    return taken, any(found.values()) or len(taken) == room


def judged(taken: Taken, answer: Answer, pace: Pace) -> Result:
    """Return what becomes of a delivery: done, sent again later, or given up after a day."""
    delivery = taken.delivery
    state, delay = DeliveryState.WAITING, pace.again_in(delivery.attempts)
    begun = delivery.first_at or datetime.now(UTC)
    if answer.delivered:
        state = DeliveryState.DELIVERED
    elif taken.line is None or datetime.now(UTC) + timedelta(seconds=delay) > begun + timedelta(
        seconds=pace.give_up
    ):
        state = DeliveryState.FAILED  # a test is not repeated: who asked for it is waiting
    return Result(
        delivery.id,
        delivery.webhook_id,
        delivery.attempts,
        state,
        delay,
        status=answer.status,
        reason=answer.reason,
        gone=answer.status == GONE,
        counts=taken.line is not None,
    )


async def settle(context: Context, results: Sequence[Result], pace: Pace) -> list[int]:
    """Write down what came of deliveries; return the webhooks that are disabled for it."""
    async with context.write() as session:
        changed = await deliveries.judge(
            session,
            context.team_id,
            results,
            failures=pace.failures,
            disable_after=pace.disable_after,
            because_gone=BECAUSE_GONE,
            because_failing=BECAUSE_FAILING,
        )
        await deliveries.settle(session, context.team_id, results)
        await webhooks_out.wake(session, context.team_id)
    return [webhook_id for webhook_id, disabled in changed.items() if disabled]


async def look_again(context: Context) -> None:
    """Have the team looked at again at once."""
    async with context.write() as session:
        await webhooks_out.wake(session, context.team_id)


async def prune(context: Context) -> None:
    """Forget deliveries that have long been at an end."""
    async with context.write() as session:
        await deliveries.prune(session, context.team_id, days=KEPT_DAYS, most=PRUNED)


def secrets(webhook: Webhook, now: datetime) -> list[str]:
    """Return what messages of a webhook are signed with: after a rotation, the secret before it as well."""
    if webhook.previous_secret and webhook.previous_until and webhook.previous_until > now:
        return [webhook.secret, webhook.previous_secret]
    return [webhook.secret]


async def page(
    context: Context, webhook_id: int, state: DeliveryState | None, window: Window
) -> Slice[WebhookDelivery]:
    """Return a window of a webhook's deliveries, the newest first."""
    async with context.read() as session:
        return await deliveries.page(session, context.caller.view, webhook_id, state, window)


async def count(context: Context, webhook_id: int, state: DeliveryState | None) -> int:
    """Count a webhook's deliveries."""
    async with context.read() as session:
        return await deliveries.count(session, context.caller.view, webhook_id, state)


async def by_ids(context: Context, ids: Collection[int]) -> dict[int, WebhookDelivery]:
    """Return deliveries of webhooks there are for the caller, by id."""
    async with context.read() as session:
        return await deliveries.by_ids(session, context.caller.view, list(ids))
