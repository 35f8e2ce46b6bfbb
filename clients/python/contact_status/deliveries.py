from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import DeliveryState


class Deliveries(BaseModel):
    deliveries: "DeliveriesDeliveries"


class DeliveriesDeliveries(BaseModel):
    nodes: list["DeliveriesDeliveriesNodes"]
    page_info: "DeliveriesDeliveriesPageInfo" = Field(alias="pageInfo")


class DeliveriesDeliveriesNodes(BaseModel):
    id: str
    state: DeliveryState
    attempts: int
    status_code: Optional[int] = Field(alias="statusCode")
    reason: Optional[str]


class DeliveriesDeliveriesPageInfo(BaseModel):
    end_cursor: Optional[str] = Field(alias="endCursor")
    has_next_page: bool = Field(alias="hasNextPage")


Deliveries.model_rebuild()
DeliveriesDeliveries.model_rebuild()
