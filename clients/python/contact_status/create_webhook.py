from typing import Literal, Union

from pydantic import Field

from .base_model import BaseModel
from .fragments import Why


class CreateWebhook(BaseModel):
    create_webhook: Union[
        "CreateWebhookCreateWebhookCreateWebhookFailure",
        "CreateWebhookCreateWebhookCreateWebhookSuccess",
    ] = Field(alias="createWebhook", discriminator="typename__")


class CreateWebhookCreateWebhookCreateWebhookFailure(BaseModel):
    typename__: Literal["CreateWebhookFailure"] = Field(alias="__typename")
    reasons: list["CreateWebhookCreateWebhookCreateWebhookFailureReasons"]


class CreateWebhookCreateWebhookCreateWebhookFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class CreateWebhookCreateWebhookCreateWebhookSuccess(BaseModel):
    typename__: Literal["CreateWebhookSuccess"] = Field(alias="__typename")
    secret: str
    webhook: "CreateWebhookCreateWebhookCreateWebhookSuccessWebhook"


class CreateWebhookCreateWebhookCreateWebhookSuccessWebhook(BaseModel):
    id: str
    url: str


CreateWebhook.model_rebuild()
CreateWebhookCreateWebhookCreateWebhookFailure.model_rebuild()
CreateWebhookCreateWebhookCreateWebhookSuccess.model_rebuild()
