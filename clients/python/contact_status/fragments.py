from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ActivityKind, ReasonCode, Status


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


class Why(BaseModel):
    code: ReasonCode
    message: str


ContactParts.model_rebuild()
Change.model_rebuild()
Why.model_rebuild()
