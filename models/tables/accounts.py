"""Teams, their members, and the keys they call with."""

from datetime import datetime
from enum import StrEnum
from secrets import token_urlsafe

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlmodel import Field, SQLModel

from models.columns import TIME, key, team_key, word


class Visibility(StrEnum):
    """What teammates see of each other's contacts with Team Edition on (section 2)."""

    PUBLIC = "teammates see each other's contacts"
    PRIVATE = "for a teammate the contact does not exist"


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    EVENTS = "record events and upsert contacts"


class Team(SQLModel, table=True):
    """A team: everything belongs to exactly one."""

    id: int = key()
    name: str = Field(sa_type=Text)
    team_edition: bool = False
    visibility: Visibility = Field(default=Visibility.PUBLIC, sa_type=word(Visibility))
    # What its opt-out links are signed with: made once, they work as long as the team is there.
    link_secret: str = Field(default_factory=lambda: token_urlsafe(32), sa_type=Text)
    # Raised by the database at each change of one of its sequences or members.
    revision: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    created_at: datetime = Field(default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.now()})


class Member(SQLModel, table=True):
    """A person of the team."""

    __table_args__ = (Index("member_email", "team_id", text("lower(email)"), unique=True),)

    team_id: int = team_key()
    id: int = key()
    email: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    created_at: datetime = Field(default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.now()})


class ApiKey(SQLModel, table=True):
    """A credential: a member's, or with no member the team's system. Only its hash is stored."""

    __tablename__ = "api_key"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "member_id"], ["member.team_id", "member.id"]),
        UniqueConstraint("team_id", "prefix"),
    )

    team_id: int = team_key()
    id: int = key()
    member_id: int | None = Field(default=None, sa_type=BigInteger)
    prefix: str = Field(sa_type=Text)
    hash: bytes = Field(sa_type=LargeBinary)
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    created_at: datetime = Field(default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.now()})
    expires_at: datetime | None = Field(default=None, sa_type=TIME)
    revoked_at: datetime | None = Field(default=None, sa_type=TIME)
    last_used_at: datetime | None = Field(default=None, sa_type=TIME)
