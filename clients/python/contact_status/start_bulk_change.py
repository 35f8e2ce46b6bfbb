from typing import Literal, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import Progress, Why


class StartBulkChange(BaseModel):
    start_bulk_change: Union[
        "StartBulkChangeStartBulkChangeStartBulkChangeFailure",
        "StartBulkChangeStartBulkChangeStartBulkChangeSuccess",
    ] = Field(alias="startBulkChange", discriminator="typename__")


class StartBulkChangeStartBulkChangeStartBulkChangeFailure(BaseModel):
    typename__: Literal["StartBulkChangeFailure"] = Field(alias="__typename")
    reasons: list["StartBulkChangeStartBulkChangeStartBulkChangeFailureReasons"]


class StartBulkChangeStartBulkChangeStartBulkChangeFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class StartBulkChangeStartBulkChangeStartBulkChangeSuccess(BaseModel):
    typename__: Literal["StartBulkChangeSuccess"] = Field(alias="__typename")
    bulk_change: "StartBulkChangeStartBulkChangeStartBulkChangeSuccessBulkChange" = (
        Field(alias="bulkChange")
    )


StartBulkChangeStartBulkChangeStartBulkChangeSuccessBulkChange = Progress
StartBulkChange.model_rebuild()
StartBulkChangeStartBulkChangeStartBulkChangeFailure.model_rebuild()
StartBulkChangeStartBulkChangeStartBulkChangeSuccess.model_rebuild()
