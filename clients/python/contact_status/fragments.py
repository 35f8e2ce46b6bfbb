from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ActivityKind, BulkState, ReasonCode, Status


class ContactParts(BaseModel):
    id: str
    email: str
    statuses: list[Status]
    version: int


class Change(BaseModel):
    id: str
    kind: ActivityKind
    before: list[Status]
    after: list[Status]
    version: Optional[int]
    recorded_at: datetime = Field(alias="recordedAt")
    contact: Optional["ChangeContact"]


class ChangeContact(ContactParts):
    pass


class Progress(BaseModel):
    id: str
    state: BulkState
    total: int
    done: int
    changed: int
    refused: int
    reasons: list["ProgressReasons"]


class ProgressReasons(BaseModel):
    code: ReasonCode
    count: int


class Why(BaseModel):
    code: ReasonCode
    message: str


ContactParts.model_rebuild()
Change.model_rebuild()
Progress.model_rebuild()
Why.model_rebuild()
