"""Changes of many contacts that a worker makes, and what became of each contact."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.columns import TIME, team_key, word


class BulkState(StrEnum):
    """How far a bulk change is."""

    WAITING = "no contact was looked at yet"
    RUNNING = "some contacts are done, the others wait for their turn"
    DONE = "every contact was looked at"
    CANCELLED = "it was called off: what was done stays, the rest is left as it is"


class BulkOutcome(StrEnum):
    """What became of one contact of a bulk change."""

    WAITING = "it was not looked at yet; if the bulk change was cancelled, it never will be"
    CHANGED = "its statuses were changed"
    REFUSED = "its statuses were left as they are; the reasons say why"


ENDED = frozenset({BulkState.DONE, BulkState.CANCELLED})


class BulkChange(SQLModel, table=True):
    """A change of many contacts: what is asked, by whom, and how far it is.

    The lines of the log that it leaves carry its id as their `bulk_id`. `reached` is the contact up to which
    all are done, in the order of their ids: it moves in the transaction that changes them.
    """

    __tablename__ = "bulk_change"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "member_id"], ["member.team_id", "member.id"]),
        ForeignKeyConstraint(["team_id", "undoes"], ["bulk_change.team_id", "bulk_change.id"]),
        CheckConstraint("changed >= 0 and refused >= 0 and changed + refused <= total", name="bulk_counts"),
        CheckConstraint("(ended_at is not null) = (state in ('DONE', 'CANCELLED'))", name="bulk_ended"),
        Index("bulk_change_age", "team_id", "created_at", "id"),
    )

    team_id: int = team_key()
    id: int = Field(primary_key=True, sa_type=BigInteger)  # drawn by chance when it is previewed
    member_id: int = Field(sa_type=BigInteger)
    adds: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    removes: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    note: str | None = Field(default=None, sa_type=Text)
    undoes: int | None = Field(default=None, sa_type=BigInteger)  # the bulk change that this one puts back
    state: BulkState = Field(default=BulkState.WAITING, sa_type=word(BulkState))
    total: int = Field(sa_type=Integer)
    changed: int = Field(default=0, sa_type=Integer)
    refused: int = Field(default=0, sa_type=Integer)
    reasons: dict[str, int] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )  # how many contacts each reason stands in the way of, by code
    reached: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    updated_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    ended_at: datetime | None = Field(default=None, sa_type=TIME)


class BulkItem(SQLModel, table=True):
    """One contact of a bulk change.

    No foreign key leads to the contact: checking it would lock every selected contact at the start, in no
    order. Contacts are never deleted.
    """

    __tablename__ = "bulk_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["team_id", "bulk_id"], ["bulk_change.team_id", "bulk_change.id"], name="bulk_item_of"
        ),
        CheckConstraint("(outcome = 'REFUSED') = (codes <> '{}')", name="bulk_item_reasons"),
        CheckConstraint("(outcome = 'CHANGED') = (activity_id is not null)", name="bulk_item_line"),
        Index(
            "bulk_item_refused",
            "team_id",
            "bulk_id",
            "contact_id",
            postgresql_where=text("outcome = 'REFUSED'"),
        ),
    )

    team_id: int = team_key()
    bulk_id: int = Field(primary_key=True, sa_type=BigInteger)
    contact_id: int = Field(primary_key=True, sa_type=BigInteger)
    outcome: BulkOutcome = Field(
        default=BulkOutcome.WAITING,
        sa_type=word(BulkOutcome),
        sa_column_kwargs={"server_default": text("'WAITING'")},
    )
    activity_id: int | None = Field(default=None, sa_type=BigInteger)  # the line of the log, if changed
    codes: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")}
    )
    reasons: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB)  # see `resolvers.told`
