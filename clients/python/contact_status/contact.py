from typing import Optional

from .base_model import BaseModel
from .fragments import ContactParts


class Contact(BaseModel):
    contact: Optional["ContactContact"]


ContactContact = ContactParts
Contact.model_rebuild()
