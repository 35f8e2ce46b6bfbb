from typing import Annotated, Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import ReasonCode, Status
from .fragments import ContactParts, Why


class Undo(BaseModel):
    undo: Union["UndoUndoUndoFailure", "UndoUndoUndoSuccess"] = Field(
        discriminator="typename__"
    )


class UndoUndoUndoFailure(BaseModel):
    typename__: Literal["UndoFailure"] = Field(alias="__typename")
    reasons: list["UndoUndoUndoFailureReasons"]
    results: list[
        Annotated[
            Union[
                "UndoUndoUndoFailureResultsSetStatusFailure",
                "UndoUndoUndoFailureResultsSetStatusSuccess",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class UndoUndoUndoFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class UndoUndoUndoFailureResultsSetStatusFailure(BaseModel):
    typename__: Literal["SetStatusFailure"] = Field(alias="__typename")
    present: Optional["UndoUndoUndoFailureResultsSetStatusFailurePresent"]
    reasons: list["UndoUndoUndoFailureResultsSetStatusFailureReasons"]


UndoUndoUndoFailureResultsSetStatusFailurePresent = ContactParts


class UndoUndoUndoFailureResultsSetStatusFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class UndoUndoUndoFailureResultsSetStatusSuccess(BaseModel):
    typename__: Literal["SetStatusSuccess"] = Field(alias="__typename")
    after: list[Status]
    contact: "UndoUndoUndoFailureResultsSetStatusSuccessContact"


UndoUndoUndoFailureResultsSetStatusSuccessContact = ContactParts


class UndoUndoUndoSuccess(BaseModel):
    typename__: Literal["UndoSuccess"] = Field(alias="__typename")
    bulk_id: Optional[str] = Field(alias="bulkId")
    summary: "UndoUndoUndoSuccessSummary"
    results: list[
        Annotated[
            Union[
                "UndoUndoUndoSuccessResultsSetStatusFailure",
                "UndoUndoUndoSuccessResultsSetStatusSuccess",
            ],
            Field(discriminator="typename__"),
        ]
    ]


class UndoUndoUndoSuccessSummary(BaseModel):
    changed: int
    refused: int
    reasons: list["UndoUndoUndoSuccessSummaryReasons"]


class UndoUndoUndoSuccessSummaryReasons(BaseModel):
    code: ReasonCode
    count: int


class UndoUndoUndoSuccessResultsSetStatusFailure(BaseModel):
    typename__: Literal["SetStatusFailure"] = Field(alias="__typename")
    present: Optional["UndoUndoUndoSuccessResultsSetStatusFailurePresent"]
    reasons: list["UndoUndoUndoSuccessResultsSetStatusFailureReasons"]


UndoUndoUndoSuccessResultsSetStatusFailurePresent = ContactParts


class UndoUndoUndoSuccessResultsSetStatusFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class UndoUndoUndoSuccessResultsSetStatusSuccess(BaseModel):
    typename__: Literal["SetStatusSuccess"] = Field(alias="__typename")
    after: list[Status]
    contact: "UndoUndoUndoSuccessResultsSetStatusSuccessContact"


UndoUndoUndoSuccessResultsSetStatusSuccessContact = ContactParts
Undo.model_rebuild()
UndoUndoUndoFailure.model_rebuild()
UndoUndoUndoFailureResultsSetStatusFailure.model_rebuild()
UndoUndoUndoFailureResultsSetStatusSuccess.model_rebuild()
UndoUndoUndoSuccess.model_rebuild()
UndoUndoUndoSuccessSummary.model_rebuild()
UndoUndoUndoSuccessResultsSetStatusFailure.model_rebuild()
UndoUndoUndoSuccessResultsSetStatusSuccess.model_rebuild()
