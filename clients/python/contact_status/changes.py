from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .fragments import Change


class Changes(BaseModel):
    changes: "ChangesChanges"


class ChangesChanges(BaseModel):
    nodes: list["ChangesChangesNodes"]
    page_info: "ChangesChangesPageInfo" = Field(alias="pageInfo")


ChangesChangesNodes = Change


class ChangesChangesPageInfo(BaseModel):
    end_cursor: Optional[str] = Field(alias="endCursor")
    has_next_page: bool = Field(alias="hasNextPage")


Changes.model_rebuild()
ChangesChanges.model_rebuild()
