"""Sequences, their settings and their steps."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlmodel import Field, SQLModel

from models.columns import TIME, key, team_key, word
from rules.facts import OutOfOfficeProcessing, RepliesHandling, Settings, settings

DAYS_AWAY = 7
MOST_DAYS_AWAY = 365


class StepKind(StrEnum):
    """What a step of a sequence is."""

    EMAIL = "email"
    CALL = "call"
    SMS = "SMS"


class Sequence(SQLModel, table=True):
    """A sequence of steps, its owner and its settings."""

    __table_args__ = (
        ForeignKeyConstraint(["team_id", "owner_id"], ["member.team_id", "member.id"]),
        Index("sequence_owner", "team_id", "owner_id"),
        CheckConstraint(f"days_away between 1 and {MOST_DAYS_AWAY}", name="sequence_days_away"),
    )

    team_id: int = team_key()
    id: int = key()
    name: str = Field(sa_type=Text)
    owner_id: int = Field(sa_type=BigInteger)
    replies_handling: RepliesHandling = Field(default=RepliesHandling.FINISH, sa_type=word(RepliesHandling))
    track_opens: bool = True
    track_clicks: bool = True
    text_opt_out: bool = True
    out_of_office: OutOfOfficeProcessing = Field(
        default=OutOfOfficeProcessing.MANUAL, sa_type=word(OutOfOfficeProcessing)
    )
    # Days after which an absence is over that an automatic reply named no end of.
    days_away: int = Field(
        default=DAYS_AWAY, sa_type=Integer, sa_column_kwargs={"server_default": text(str(DAYS_AWAY))}
    )
    archived: bool = False
    created_at: datetime = Field(default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.now()})

    def settings(self) -> Settings:
        """Return the settings a decision depends on."""
        return settings(
            self.replies_handling, self.track_opens, self.track_clicks, self.text_opt_out, self.out_of_office
        )


class Step(SQLModel, table=True):
    """One step of a sequence: an email, a call or an SMS, with the template of its text."""

    __table_args__ = (
        ForeignKeyConstraint(["team_id", "sequence_id"], ["sequence.team_id", "sequence.id"]),
        # Deferred, so that steps can change places within one statement.
        UniqueConstraint("team_id", "sequence_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("position > 0", name="step_position"),
    )

    team_id: int = team_key()
    id: int = key()
    sequence_id: int = Field(sa_type=BigInteger)
    position: int = Field(sa_type=Integer)
    kind: StepKind = Field(sa_type=word(StepKind))
    subject: str | None = Field(default=None, sa_type=Text)
    body: str = Field(sa_type=Text)
