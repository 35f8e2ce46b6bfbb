"""Imports: how far each has come, so that one that was cut off goes on, and none is done twice."""

from datetime import datetime

from sqlalchemy import BigInteger, Text, func
from sqlmodel import Field, SQLModel

from models.columns import TIME, team_key


class ImportRun(SQLModel, table=True):
    """One import: it is named by its key, and done up to a line; it has ended when `finished_at` says so."""

    __tablename__ = "import_run"

    team_id: int = team_key()
    key: str = Field(primary_key=True, sa_type=Text)
    digest: str = Field(sa_type=Text)  # of the file and of what was asked for with it
    done_line: int = Field(default=0, sa_type=BigInteger)  # every row that begins up to this line is stored
    created: int = Field(default=0, sa_type=BigInteger)
    merged: int = Field(default=0, sa_type=BigInteger)  # contacts that were there
    opted_out: int = Field(default=0, sa_type=BigInteger)  # of these
    begun_at: datetime = Field(
        default=None, sa_type=TIME, sa_column_kwargs={"server_default": func.statement_timestamp()}
    )
    finished_at: datetime | None = Field(default=None, sa_type=TIME)
