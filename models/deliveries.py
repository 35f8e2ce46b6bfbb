"""Every query about deliveries: made from the feed, taken by a worker, settled, listed.

Each is one statement, however many webhooks and deliveries (`models.delivery_statements`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.contacts import View
from models.delivery_statements import FILL, HEALTH, PRUNE, SETTLE, TAKE
from models.paging import Order, Query, Slice, Window, cut, keys, within
from models.tables import Activity, DeliveryState, Webhook, WebhookDelivery

NEWEST_FIRST: Order[WebhookDelivery] = Order(
    (WebhookDelivery.id,), lambda delivery: (delivery.id,), descending=True
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that is to be sent now, where, and what it tells; with no line it is a test."""

    delivery: WebhookDelivery
    webhook: Webhook
    line: Activity | None


async def fill(session: AsyncSession, team_id: int, *, slice_: int, most: int) -> dict[int, bool]:
    """Make deliveries of what is new in the feed, for all of the team's webhooks that nobody else is at.

    At most `most` of a webhook are not at an end: what is beyond that waits in the feed. Returns the
    webhooks, which stay locked, and whether there may be more in the feed for each.
    """
    given = {"team_id": team_id, "slice": slice_, "most": most}
    found = (await session.execute(FILL, given)).all()
    return {webhook_id: looked_at >= slice_ for webhook_id, looked_at in found}


async def take(
    session: AsyncSession, team_id: int, webhook_ids: Sequence[int], **bounds: float
) -> list[Taken]:
    """Take deliveries that are due, of webhooks that are locked; return them with what they tell."""
    given: dict[str, Any] = {"team_id": team_id, "webhook_ids": list(webhook_ids), **bounds}
    ids = (await session.execute(TAKE, given)).scalars().all()
    if not ids:
        return []
    line = and_(
        col(Activity.team_id) == WebhookDelivery.team_id, col(Activity.id) == WebhookDelivery.activity_id
    )
    query = (
        select(WebhookDelivery, Webhook, Activity)
        .join(Webhook, _ITS_WEBHOOK)
        .outerjoin(Activity, line)
        .where(col(WebhookDelivery.team_id) == team_id, col(WebhookDelivery.id).in_(ids))
        .order_by(col(WebhookDelivery.id))
    )
    return [Taken(*found) for found in (await session.execute(query)).all()]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a delivery that was taken: its state now, and in how many seconds it is sent again."""

    delivery_id: int
    webhook_id: int
    attempt: int
    state: DeliveryState
    delay: float = 0
    status: int | None = None
    reason: str = ""
    gone: bool = False
    counts: bool = True
    """Whether it says something about the webhook's health; a test does not."""


async def settle(session: AsyncSession, team_id: int, results: Sequence[Result]) -> None:
    """Write down what came of deliveries."""
    given = {
        "team_id": team_id,
        "ids": [each.delivery_id for each in results],
        "attempts": [each.attempt for each in results],
        "states": [each.state.name for each in results],
        "delays": [float(each.delay) for each in results],
        "statuses": [each.status for each in results],
        "reasons": [each.reason for each in results],
    }
    await session.execute(SETTLE, given)


async def judge(
    session: AsyncSession, team_id: int, results: Sequence[Result], **bounds: float | str
) -> dict[int, bool]:
    """Write down how webhooks do; return those that changed, and whether each is disabled now."""
    of: dict[int, list[Result]] = {}
    for each in results:
        if each.counts:
            of.setdefault(each.webhook_id, []).append(each)
    if not of:
        return {}
    delivered = {id_: sum(each.state is DeliveryState.DELIVERED for each in some) for id_, some in of.items()}
    given: dict[str, Any] = {
        "team_id": team_id,
        "webhook_ids": list(of),
        "delivered": list(delivered.values()),
        "failed": [len(some) - delivered[id_] for id_, some in of.items()],
        "gone": [any(each.gone for each in some) for some in of.values()],
        **bounds,
    }
    return {id_: disabled for id_, disabled in (await session.execute(HEALTH, given)).all()}  # noqa: C416


async def prune(session: AsyncSession, team_id: int, *, days: int, most: int) -> None:
    """Forget deliveries that have been at an end for so many days, at most so many of them."""
    await session.execute(PRUNE, {"team_id": team_id, "days": days, "most": most})


_ITS_WEBHOOK = and_(
    col(Webhook.team_id) == WebhookDelivery.team_id, col(Webhook.id) == WebhookDelivery.webhook_id
)


def _seen(query: Query, view: View) -> Query:
    """Restrict to deliveries of webhooks that there are for this view."""
    query = query.where(col(WebhookDelivery.team_id) == view.team_id)
    if view.only_of is None:
        return query
    return query.join(Webhook, _ITS_WEBHOOK).where(col(Webhook.member_id) == view.only_of)


def _listed(query: Query, view: View, webhook_id: int, state: DeliveryState | None) -> Query:
    query = _seen(query, view).where(col(WebhookDelivery.webhook_id) == webhook_id)
    return query if state is None else query.where(col(WebhookDelivery.state) == state)


async def page(
    session: AsyncSession, view: View, webhook_id: int, state: DeliveryState | None, window: Window
) -> Slice[WebhookDelivery]:
    """Return a window of a webhook's deliveries, the newest first."""
    query = within(_listed(select(WebhookDelivery), view, webhook_id, state), NEWEST_FIRST, window)
    return cut(list((await session.execute(query, keys(window))).scalars()), window)


async def count(session: AsyncSession, view: View, webhook_id: int, state: DeliveryState | None) -> int:
    """Count a webhook's deliveries."""
    query = _listed(select(func.count()).select_from(WebhookDelivery), view, webhook_id, state)
    return int((await session.execute(query)).scalar_one())


async def by_ids(session: AsyncSession, view: View, ids: Sequence[int]) -> dict[int, WebhookDelivery]:
    """Return deliveries, by id."""
    query = _seen(select(WebhookDelivery), view).where(col(WebhookDelivery.id).in_(ids))
    return {each.id: each for each in (await session.execute(query)).scalars()}


async def send_again(session: AsyncSession, delivery: WebhookDelivery) -> bool:
    """Put a delivery that is at an end back, as if it had never been tried; say whether it was at one."""
    again = (
        update(WebhookDelivery)
        .where(
            col(WebhookDelivery.team_id) == delivery.team_id,
            col(WebhookDelivery.id) == delivery.id,
            col(WebhookDelivery.finished_at).is_not(None),
        )
        .values(
            state=DeliveryState.WAITING,
            attempts=0,
            first_at=None,
            finished_at=None,
            next_at=func.statement_timestamp(),
        )
        .returning(col(WebhookDelivery.id))
        .execution_options(synchronize_session=False)
    )
    found = (await session.execute(again)).scalar_one_or_none()
    await session.refresh(delivery)
    return found is not None
