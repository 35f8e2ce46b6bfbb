"""The log of what happened to contacts."""

from datetime import datetime
from enum import StrEnum

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
from sqlmodel import Field, SQLModel

from models.columns import TIME, Statuses, key, team_key, word
from models.stamps import OWN
from rules.events import Category, Event
from rules.facts import Channel
from rules.statuses import StatusSet


class ActivityKind(StrEnum):
    """What a line of the log tells."""

    CREATED = "the contact was created"
    PROFILE_CHANGED = "the profile was changed"
    ENROLLED = "the contact entered a sequence"
    MOVED = "the contact moved to another sequence"
    REMOVED = "the contact left its sequence"
    STATUSES_CHANGED = "the set of statuses was changed"
    EVENT_COUNTED = "an event was counted; the set stayed as it was"
    EVENT_IGNORED = "an event changed nothing; the reasons say why"
    REPLY_CATEGORIZED = "a person put a reply into an inbox category"
    UNDONE = "an earlier change of the statuses was undone"


IN_FEED = "activity.before <> activity.after or activity.kind in ('ENROLLED', 'MOVED', 'REMOVED')"
"""Which lines are changes of statuses (`models.feed`): word for word in the index and in every query."""


class Activity(SQLModel, table=True):
    """One line of the log. Lines are only ever added.

    `version` is the contact's after the line; lines that did not change the contact have none. With no
    member it was the system.
    """

    __table_args__ = (
        # Exactly once: an event that was reported before is known by this.
        Index(
            "activity_source",
            "team_id",
            "source",
            "source_id",
            unique=True,
            postgresql_where=text("source is not null"),
        ),
        CheckConstraint("(source is null) = (source_id is null)", name="activity_source_whole"),
        ForeignKeyConstraint(["team_id", "contact_id"], ["contact.team_id", "contact.id"]),
        ForeignKeyConstraint(["team_id", "sequence_id"], ["sequence.team_id", "sequence.id"]),
        ForeignKeyConstraint(["team_id", "member_id"], ["member.team_id", "member.id"]),
        ForeignKeyConstraint(["team_id", "reply_id"], ["activity.team_id", "activity.id"]),
        ForeignKeyConstraint(["team_id", "undoes"], ["activity.team_id", "activity.id"]),
        Index("activity_bulk", "team_id", "bulk_id", "id", postgresql_where=text("bulk_id is not null")),
        Index("activity_reply", "team_id", "reply_id", "id", postgresql_where=text("reply_id is not null")),
        Index("activity_contact", "team_id", "contact_id", "id"),
        Index("activity_feed", "team_id", "stamp", "id", postgresql_where=text(IN_FEED)),
        Index(
            "activity_version",
            "team_id",
            "contact_id",
            "version",
            unique=True,
            postgresql_where=text("version is not null"),
        ),
    )

    team_id: int = team_key()
    id: int = key()
    contact_id: int = Field(sa_type=BigInteger)
    sequence_id: int | None = Field(default=None, sa_type=BigInteger)
    kind: ActivityKind = Field(sa_type=word(ActivityKind))
    member_id: int | None = Field(default=None, sa_type=BigInteger)
    cause: Event | None = Field(default=None, sa_type=word(Event))
    channel: Channel | None = Field(default=None, sa_type=word(Channel))
    before: StatusSet = Field(sa_type=Statuses)
    after: StatusSet = Field(sa_type=Statuses)
    source: str | None = Field(default=None, sa_type=Text)
    source_id: str | None = Field(default=None, sa_type=Text)
    reasons: list[str] = Field(
        default_factory=list, sa_type=ARRAY(Text), sa_column_kwargs={"server_default": text("'{}'")}
    )
    category: Category | None = Field(default=None, sa_type=word(Category))
    reply_id: int | None = Field(
        default=None, sa_type=BigInteger
    )  # the line of the reply put into a category
    why: str | None = Field(default=None, sa_type=Text)  # how a machine came to see it so
    rules: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    note: str | None = Field(default=None, sa_type=Text)
    bulk_id: int | None = Field(default=None, sa_type=BigInteger)  # of what changed many at once
    undoes: int | None = Field(default=None, sa_type=BigInteger)  # the line that this one undoes
    version: int | None = Field(default=None, sa_type=Integer)
    stamp: int = Field(default=None, sa_type=BigInteger, sa_column_kwargs={"server_default": text(OWN)})
    happened_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    recorded_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
