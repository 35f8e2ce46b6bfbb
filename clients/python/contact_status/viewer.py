from typing import Optional

from .base_model import BaseModel
from .enums import Scope


class Viewer(BaseModel):
    viewer: Optional["ViewerViewer"]


class ViewerViewer(BaseModel):
    team: "ViewerViewerTeam"
    member: Optional["ViewerViewerMember"]
    scopes: list[Scope]


class ViewerViewerTeam(BaseModel):
    name: str


class ViewerViewerMember(BaseModel):
    id: str
    name: str


Viewer.model_rebuild()
ViewerViewer.model_rebuild()
