"""What comes in about contacts: which mail was whose, and whom to believe."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.columns import TIME, team_key


class SentMessage(SQLModel, table=True):
    """An email that was sent to a contact: a later message that answers or returns it names its id."""

    __tablename__ = "sent_message"
    __table_args__ = (
        ForeignKeyConstraint(["team_id", "contact_id"], ["contact.team_id", "contact.id"]),
        ForeignKeyConstraint(["team_id", "sequence_id"], ["sequence.team_id", "sequence.id"]),
    )

    team_id: int = team_key()
    message_id: str = Field(primary_key=True, sa_type=Text)  # without angle brackets, as it was sent
    contact_id: int = Field(sa_type=BigInteger)
    sequence_id: int | None = Field(default=None, sa_type=BigInteger)
    sent_at: datetime = Field(sa_type=TIME)


class WebhookAccount(SQLModel, table=True):
    """What a provider's deliveries to a team are verified with, as `inbound.webhooks` takes it."""

    __tablename__ = "webhook_account"

    team_id: int = team_key()
    provider: str = Field(primary_key=True, sa_type=Text)
    secrets: dict[str, Any] = Field(sa_type=JSONB)


class WebhookReceipt(SQLModel, table=True):
    """A delivery that may be accepted a single time, and was: the next one of this name is a replay."""

    __tablename__ = "webhook_receipt"
    __table_args__ = (Index("webhook_receipt_age", "team_id", "received_at"),)

    team_id: int = team_key()
    provider: str = Field(primary_key=True, sa_type=Text)
    once: str = Field(primary_key=True, sa_type=Text)
    received_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
