"""Contacts, and their stays in sequences."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.columns import BIT, STAGE_BITS, TIME, Statuses, key, team_key, word
from models.stamps import OWN
from rules.facts import Channel
from rules.statuses import STAGES, Status, StatusSet

PHONE_KEY = r"regexp_replace(regexp_replace(phone, '\(0\)|[^0-9]', '', 'g'), '^00', '')"


def _key_of(expression: str) -> Any:
    """Return a column that is searched and ordered by: in lower case, and compared byte by byte."""
    return Field(
        default=None, sa_type=Text(collation="C"), sa_column_args=[Computed(expression, persisted=True)]
    )


class Contact(SQLModel, table=True):
    """A contact: its profile, the sequence it is in, and its set of statuses.

    `sequence_id` stands here as well as in the enrolment, held to it by a foreign key, because lists are
    filtered by it.
    """

    __table_args__ = (
        ForeignKeyConstraint(["team_id", "owner_id"], ["member.team_id", "member.id"]),
        ForeignKeyConstraint(
            ["team_id", "enrolment_id", "id", "sequence_id"],
            ["enrolment.team_id", "enrolment.id", "enrolment.contact_id", "enrolment.sequence_id"],
            name="contact_enrolment",
            use_alter=True,
        ),
        CheckConstraint("(enrolment_id is null) = (sequence_id is null)", name="contact_enrolled_whole"),
        CheckConstraint(
            f"case when sequence_id is null then statuses in (0, {BIT[Status.OPTED_OUT]})"
            f" else statuses between 1 and {sum(BIT.values())}"
            f" and statuses & {STAGE_BITS} in ({', '.join(str(BIT[s]) for s in Status if s in STAGES)}) end",
            name="contact_one_stage",
        ),
        CheckConstraint(
            f"replied_by is null or statuses & {BIT[Status.REPLIED]} <> 0", name="contact_replied_by"
        ),
        Index("contact_email", "team_id", "email_key", unique=True),
        Index("contact_phone", "team_id", "phone_key", postgresql_where=text("phone_key is not null")),
        # With the statuses, so that a page of a sequence filtered by them reads no contacts but its own.
        Index("contact_sequence", "team_id", "sequence_id", "id", "statuses"),
        Index("contact_statuses", "team_id", "statuses", "id"),
        Index(
            "contact_replied_by",
            "team_id",
            "replied_by",
            "id",
            postgresql_where=text("replied_by is not null"),
        ),
        Index(
            "contact_first_name",
            "team_id",
            "first_name_key",
            postgresql_where=text("first_name_key is not null"),
        ),
        Index("contact_last_name", "team_id", "last_name_key", "id"),
        Index("contact_company", "team_id", "company_key", postgresql_where=text("company_key is not null")),
        Index("contact_owner", "team_id", "owner_id", "id"),
        Index("contact_updated", "team_id", "updated_at", "id"),
    )

    team_id: int = team_key()
    id: int = key()
    email: str = Field(sa_type=Text)
    # Stored, because row level security lets an index look up a column but not `lower` of one.
    email_key: str = _key_of("lower(email)")
    first_name_key: str | None = _key_of("lower(first_name)")
    last_name_key: str = _key_of("coalesce(lower(last_name), '')")
    company_key: str | None = _key_of("lower(company)")
    first_name: str | None = Field(default=None, sa_type=Text)
    last_name: str | None = Field(default=None, sa_type=Text)
    company: str | None = Field(default=None, sa_type=Text)
    phone: str | None = Field(default=None, sa_type=Text)
    # What of the number is compared, see `models.phones.digits`.
    phone_key: str | None = Field(
        default=None, sa_type=Text, sa_column_args=[Computed(PHONE_KEY, persisted=True)]
    )
    variables: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    owner_id: int = Field(sa_type=BigInteger)
    sequence_id: int | None = Field(default=None, sa_type=BigInteger)
    enrolment_id: int | None = Field(default=None, sa_type=BigInteger)
    statuses: StatusSet = Field(default=frozenset(), sa_type=Statuses)
    replied_by: Channel | None = Field(default=None, sa_type=word(Channel))
    decided_at: datetime | None = Field(default=None, sa_type=TIME)  # when a person last changed the statuses
    version: int = Field(default=1, sa_type=Integer)
    # Of its latest line. Whoever adds one writes the greater of this and its own (models.feed).
    stamp: int = Field(default=None, sa_type=BigInteger, sa_column_kwargs={"server_default": text(OWN)})
    created_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    updated_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )

    def profile(self) -> dict[str, str | None]:
        """Return what the variables of a template stand for, by their names."""
        return profile(self, self.variables)


class Profiled(Protocol):
    """A contact, whoever holds its profile."""

    email: str
    first_name: str | None
    last_name: str | None
    company: str | None
    phone: str | None


def profile(contact: Profiled, variables: Mapping[str, str]) -> dict[str, str | None]:
    """Return what the variables of a template stand for, by name; `variables` are the contact's own."""
    return {
        **variables,
        "Email": contact.email,
        "FirstName": contact.first_name,
        "LastName": contact.last_name,
        "Company": contact.company,
        "Phone": contact.phone,
    }


BUILT_IN_VARIABLES = ("Email", "FirstName", "LastName", "Company", "Phone")


class Enrolment(SQLModel, table=True):
    """A contact's stay in a sequence: the facts decisions depend on and, once ended, its final set."""

    __table_args__ = (
        ForeignKeyConstraint(["team_id", "contact_id"], ["contact.team_id", "contact.id"]),
        ForeignKeyConstraint(["team_id", "sequence_id"], ["sequence.team_id", "sequence.id"]),
        UniqueConstraint("team_id", "id", "contact_id", "sequence_id", name="enrolment_whole"),
        Index(
            "enrolment_current",
            "team_id",
            "contact_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("enrolment_sequence", "team_id", "sequence_id"),
        Index("enrolment_away", "team_id", "away_until", postgresql_where=text("away_until is not null")),
        CheckConstraint("(ended_at is null) = (final_statuses is null)", name="enrolment_final"),
        CheckConstraint(
            "emails_received >= 0 and sms_sent >= 0 and steps_left >= 0", name="enrolment_counts"
        ),
    )

    team_id: int = team_key()
    id: int = key()
    contact_id: int = Field(sa_type=BigInteger)
    sequence_id: int = Field(sa_type=BigInteger)
    started_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    ended_at: datetime | None = Field(default=None, sa_type=TIME)
    emails_received: int = Field(default=0, sa_type=Integer)
    sms_sent: int = Field(default=0, sa_type=Integer)
    completed: list[int] = Field(default_factory=list, sa_type=ARRAY(BigInteger))
    steps_left: int = Field(sa_type=Integer)
    missing_variables: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    returns_on: date | None = Field(default=None, sa_type=Date)  # of an out-of-office reply
    away_until: datetime | None = Field(default=None, sa_type=TIME)  # when the system ends the absence
    final_statuses: StatusSet | None = Field(default=None, sa_type=Statuses)
