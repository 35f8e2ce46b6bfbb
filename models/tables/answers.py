"""Answers that are kept for a day, so that a request sent again does nothing twice."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, Text, func
from sqlmodel import Field, SQLModel

from models.columns import TIME, team_key


class KeptAnswer(SQLModel, table=True):
    """What a caller was answered to a request that came with an idempotency key.

    `caller_id` is the member's, 0 for the team's system. There is no answer while the request is being done:
    nobody else sees the row then, but waits for it.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (Index("kept_answer_age", "team_id", "created_at"),)

    team_id: int = team_key()
    caller_id: int = Field(primary_key=True, sa_type=BigInteger)
    key: str = Field(primary_key=True, sa_type=Text)
    fingerprint: bytes = Field(sa_type=LargeBinary)  # of what was asked
    answer: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
