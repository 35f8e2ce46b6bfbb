from typing import Literal, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import DeliveryState
from .fragments import Why


class Redeliver(BaseModel):
    redeliver: Union[
        "RedeliverRedeliverRedeliverFailure", "RedeliverRedeliverRedeliverSuccess"
    ] = Field(discriminator="typename__")


class RedeliverRedeliverRedeliverFailure(BaseModel):
    typename__: Literal["RedeliverFailure"] = Field(alias="__typename")
    reasons: list["RedeliverRedeliverRedeliverFailureReasons"]


class RedeliverRedeliverRedeliverFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class RedeliverRedeliverRedeliverSuccess(BaseModel):
    typename__: Literal["RedeliverSuccess"] = Field(alias="__typename")
    delivery: "RedeliverRedeliverRedeliverSuccessDelivery"


class RedeliverRedeliverRedeliverSuccessDelivery(BaseModel):
    id: str
    state: DeliveryState


Redeliver.model_rebuild()
RedeliverRedeliverRedeliverFailure.model_rebuild()
RedeliverRedeliverRedeliverSuccess.model_rebuild()
