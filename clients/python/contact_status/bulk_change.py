from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Progress


class BulkChange(BaseModel):
    bulk_change: Optional["BulkChangeBulkChange"] = Field(alias="bulkChange")


BulkChangeBulkChange = Progress
BulkChange.model_rebuild()
