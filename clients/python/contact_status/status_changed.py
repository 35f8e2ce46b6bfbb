from pydantic import Field

from .base_model import BaseModel
from .fragments import Change


class StatusChanged(BaseModel):
    status_changed: "StatusChangedStatusChanged" = Field(alias="statusChanged")


class StatusChangedStatusChanged(BaseModel):
    cursor: str
    node: "StatusChangedStatusChangedNode"


StatusChangedStatusChangedNode = Change
StatusChanged.model_rebuild()
StatusChangedStatusChanged.model_rebuild()
