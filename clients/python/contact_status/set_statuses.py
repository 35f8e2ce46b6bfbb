from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import ReasonCode, Status
from .fragments import ContactParts, Why


class SetStatuses(BaseModel):
    set_statuses: Union[
        "SetStatusesSetStatusesSetStatusesFailure",
        "SetStatusesSetStatusesSetStatusesSuccess",
    ] = Field(alias="setStatuses", discriminator="typename__")


class SetStatusesSetStatusesSetStatusesFailure(BaseModel):
    typename__: Literal["SetStatusesFailure"] = Field(alias="__typename")
    reasons: list["SetStatusesSetStatusesSetStatusesFailureReasons"]
    results: list[
        Annotated[
            Union[
                "SetStatusesSetStatusesSetStatusesFailureResultsSetStatusFailure",
                "SetStatusesSetStatusesSetStatusesFailureResultsSetStatusSuccess",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class SetStatusesSetStatusesSetStatusesFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class SetStatusesSetStatusesSetStatusesFailureResultsSetStatusFailure(BaseModel):
    typename__: Literal["SetStatusFailure"] = Field(alias="__typename")
    present: Optional[
        "SetStatusesSetStatusesSetStatusesFailureResultsSetStatusFailurePresent"
    ]
    reasons: list[
        "SetStatusesSetStatusesSetStatusesFailureResultsSetStatusFailureReasons"
    ]


SetStatusesSetStatusesSetStatusesFailureResultsSetStatusFailurePresent = ContactParts


class SetStatusesSetStatusesSetStatusesFailureResultsSetStatusFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class SetStatusesSetStatusesSetStatusesFailureResultsSetStatusSuccess(BaseModel):
    typename__: Literal["SetStatusSuccess"] = Field(alias="__typename")
    after: list[Status]
    contact: "SetStatusesSetStatusesSetStatusesFailureResultsSetStatusSuccessContact"


SetStatusesSetStatusesSetStatusesFailureResultsSetStatusSuccessContact = ContactParts


class SetStatusesSetStatusesSetStatusesSuccess(BaseModel):
    typename__: Literal["SetStatusesSuccess"] = Field(alias="__typename")
    bulk_id: Optional[str] = Field(alias="bulkId")
    summary: "SetStatusesSetStatusesSetStatusesSuccessSummary"
    results: list[
        Annotated[
            Union[
                "SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusFailure",
                "SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusSuccess",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class SetStatusesSetStatusesSetStatusesSuccessSummary(BaseModel):
    changed: int
    refused: int
    reasons: list["SetStatusesSetStatusesSetStatusesSuccessSummaryReasons"]


class SetStatusesSetStatusesSetStatusesSuccessSummaryReasons(BaseModel):
    code: ReasonCode
    count: int


class SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusFailure(BaseModel):
    typename__: Literal["SetStatusFailure"] = Field(alias="__typename")
    present: Optional[
        "SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusFailurePresent"
    ]
    reasons: list[
        "SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusFailureReasons"
    ]


SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusFailurePresent = ContactParts


class SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusSuccess(BaseModel):
    typename__: Literal["SetStatusSuccess"] = Field(alias="__typename")
    after: list[Status]
    contact: "SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusSuccessContact"


SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusSuccessContact = ContactParts
SetStatuses.model_rebuild()
SetStatusesSetStatusesSetStatusesFailure.model_rebuild()
SetStatusesSetStatusesSetStatusesFailureResultsSetStatusFailure.model_rebuild()
SetStatusesSetStatusesSetStatusesFailureResultsSetStatusSuccess.model_rebuild()
SetStatusesSetStatusesSetStatusesSuccess.model_rebuild()
SetStatusesSetStatusesSetStatusesSuccessSummary.model_rebuild()
SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusFailure.model_rebuild()
SetStatusesSetStatusesSetStatusesSuccessResultsSetStatusSuccess.model_rebuild()
