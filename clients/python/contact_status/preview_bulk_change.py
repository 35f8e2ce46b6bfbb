from datetime import datetime
from typing import Literal, Union

from pydantic import Field

from .base_model import BaseModel
from .enums import ReasonCode
from .fragments import Why


class PreviewBulkChange(BaseModel):
    preview_bulk_change: Union[
        "PreviewBulkChangePreviewBulkChangePreviewBulkChangeFailure",
        "PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccess",
    ] = Field(alias="previewBulkChange", discriminator="typename__")


class PreviewBulkChangePreviewBulkChangePreviewBulkChangeFailure(BaseModel):
    typename__: Literal["PreviewBulkChangeFailure"] = Field(alias="__typename")
    reasons: list["PreviewBulkChangePreviewBulkChangePreviewBulkChangeFailureReasons"]


class PreviewBulkChangePreviewBulkChangePreviewBulkChangeFailureReasons(Why):
    typename__: str = Field(alias="__typename")


class PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccess(BaseModel):
    typename__: Literal["PreviewBulkChangeSuccess"] = Field(alias="__typename")
    preview: "PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccessPreview"


class PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccessPreview(BaseModel):
    total: int
    changed: int
    refused: int
    reasons: list[
        "PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccessPreviewReasons"
    ]
    token: str
    expires_at: datetime = Field(alias="expiresAt")


class PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccessPreviewReasons(
    BaseModel
):
    code: ReasonCode
    count: int


PreviewBulkChange.model_rebuild()
PreviewBulkChangePreviewBulkChangePreviewBulkChangeFailure.model_rebuild()
PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccess.model_rebuild()
PreviewBulkChangePreviewBulkChangePreviewBulkChangeSuccessPreview.model_rebuild()
