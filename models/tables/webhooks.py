"""Webhooks: who is told of which changes of statuses, how far that has come, and each delivery."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlmodel import Field, SQLModel

from models.columns import TIME, key, team_key, word


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "it is to be sent, now or again later"
    SENDING = "a worker is sending it"
    DELIVERED = "the receiver answered 2xx"
    FAILED = "it was tried for a day and given up: `redeliver` sends it again"


OPEN = "state in ('WAITING', 'SENDING')"
"""Which deliveries are not at an end: word for word in the indexes and in every query."""


class Webhook(SQLModel, table=True):
    """Where a team wants its changes of statuses sent, which of them, and how far that has come.

    `stamp` and `line_id` are its place in the feed (`models.feed`): what lies before has been looked at, and
    has a delivery if it was wanted. A filter that is null lets everything through.
    """

    __table_args__ = (
        ForeignKeyConstraint(["team_id", "member_id"], ["member.team_id", "member.id"]),
        ForeignKeyConstraint(["team_id", "sequence_id"], ["sequence.team_id", "sequence.id"]),
        CheckConstraint("(disabled_at is null) = (disabled_because is null)", name="webhook_disabled_whole"),
        CheckConstraint(
            "(previous_secret is null) = (previous_until is null)", name="webhook_previous_whole"
        ),
    )

    team_id: int = team_key()
    id: int = key()
    member_id: int = Field(sa_type=BigInteger)  # who created it: it sees what that member sees
    url: str = Field(sa_type=Text)
    kinds: list[str] | None = Field(default=None, sa_type=ARRAY(Text))
    sequence_id: int | None = Field(default=None, sa_type=BigInteger)
    statuses: int | None = Field(default=None, sa_type=SmallInteger)  # bits: one of them put on or taken off
    secret: str = Field(sa_type=Text)
    previous_secret: str | None = Field(default=None, sa_type=Text)
    previous_until: datetime | None = Field(default=None, sa_type=TIME)
    stamp: int = Field(sa_type=BigInteger)
    line_id: int = Field(default=0, sa_type=BigInteger)
    disabled_at: datetime | None = Field(default=None, sa_type=TIME)
    disabled_because: str | None = Field(default=None, sa_type=Text)
    failing_since: datetime | None = Field(default=None, sa_type=TIME)
    failures: int = Field(default=0, sa_type=Integer)  # in a row, since then
    created_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )


class WebhookDelivery(SQLModel, table=True):
    """One line of the log on its way to one webhook; with no line it is a test.

    Deliveries of a contact to a webhook are sent in the order of their ids. `next_at` is when it is to be
    sent; while it is being sent, when whoever sends it must be dead.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        ForeignKeyConstraint(
            ["team_id", "webhook_id"], ["webhook.team_id", "webhook.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["team_id", "activity_id"], ["activity.team_id", "activity.id"]),
        ForeignKeyConstraint(["team_id", "contact_id"], ["contact.team_id", "contact.id"]),
        CheckConstraint("(activity_id is null) = (contact_id is null)", name="webhook_delivery_whole"),
        CheckConstraint(f"({OPEN}) = (finished_at is null)", name="webhook_delivery_finished"),
        Index("webhook_delivery_list", "team_id", "webhook_id", "id"),
        Index("webhook_delivery_state", "team_id", "webhook_id", "state", "id"),
        Index("webhook_delivery_due", "team_id", "webhook_id", "next_at", postgresql_where=text(OPEN)),
        Index(
            "webhook_delivery_order",
            "team_id",
            "webhook_id",
            "contact_id",
            "id",
            postgresql_where=text(OPEN),
        ),
        Index(
            "webhook_delivery_old",
            "team_id",
            "finished_at",
            postgresql_where=text("finished_at is not null"),
        ),
    )

    team_id: int = team_key()
    id: int = key()
    webhook_id: int = Field(sa_type=BigInteger)
    activity_id: int | None = Field(default=None, sa_type=BigInteger)
    contact_id: int | None = Field(default=None, sa_type=BigInteger)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=word(DeliveryState))
    attempts: int = Field(default=0, sa_type=Integer, sa_column_kwargs={"server_default": text("0")})
    first_at: datetime | None = Field(default=None, sa_type=TIME)  # when it was first sent
    next_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    status: int | None = Field(default=None, sa_type=Integer)  # of the latest answer
    reason: str | None = Field(default=None, sa_type=Text)  # why that does not count
    created_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    finished_at: datetime | None = Field(default=None, sa_type=TIME)
