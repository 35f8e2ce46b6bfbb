from typing import Literal, Optional, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import ChangeKind, Status
from .fragments import ContactParts, Why


class SetStatus(BaseModel):
    set_status: Union[
        "SetStatusSetStatusSetStatusFailure", "SetStatusSetStatusSetStatusSuccess"
    ] = Field(alias="setStatus", discriminator="typename__")


class SetStatusSetStatusSetStatusFailure(BaseModel):
    typename__: Literal["SetStatusFailure"] = Field(alias="__typename")
    present: Optional["SetStatusSetStatusSetStatusFailurePresent"]
    reasons: list["SetStatusSetStatusSetStatusFailureReasons"]
    way_out: list["SetStatusSetStatusSetStatusFailureWayOut"] = Field(alias="wayOut")


SetStatusSetStatusSetStatusFailurePresent = ContactParts


class SetStatusSetStatusSetStatusFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class SetStatusSetStatusSetStatusFailureWayOut(BaseModel):
    kind: ChangeKind
    status: Status


class SetStatusSetStatusSetStatusSuccess(BaseModel):
    typename__: Literal["SetStatusSuccess"] = Field(alias="__typename")
    before: list[Status]
    after: list[Status]
    contact: "SetStatusSetStatusSetStatusSuccessContact"
    activity: Optional["SetStatusSetStatusSetStatusSuccessActivity"]


SetStatusSetStatusSetStatusSuccessContact = ContactParts


class SetStatusSetStatusSetStatusSuccessActivity(BaseModel):
    id: str


SetStatus.model_rebuild()
SetStatusSetStatusSetStatusFailure.model_rebuild()
SetStatusSetStatusSetStatusSuccess.model_rebuild()
