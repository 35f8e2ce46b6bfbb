from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ActivityKind, BulkMode, Status


class ChangeFilter(BaseModel):
    """Which changes of statuses; all given parts must hold."""

    contact_id: Optional[str] = Field(alias="contactId", default=None)
    "Of this contact."
    kinds: Optional[list[ActivityKind]] = None
    "Of one of these kinds; of an empty list none is."
    sequence_id: Optional[str] = Field(alias="sequenceId", default=None)
    "Of contacts that were in this sequence, as the line says."
    statuses: Optional[list[Status]] = None
    "Put on or took off at least one of these; of an empty list none did."


class ContactStatusesInput(BaseModel):
    """What to change of one contact's statuses: removes first, then adds."""

    add: list[Status] = Field(default_factory=lambda: [])
    "The statuses to put on."
    contact_id: str = Field(alias="contactId")
    "The contact."
    expected_version: Optional[int] = Field(alias="expectedVersion", default=None)
    "Refuse if the contact is at another version than this."
    note: Optional[str] = None
    "A remark for the log; at most 2,000 characters."
    remove: list[Status] = Field(default_factory=lambda: [])
    "The statuses to take off."


class SetStatusInput(BaseModel):
    """What to change of a contact's statuses: removes first, then adds, in this order."""

    add: list[Status] = Field(default_factory=lambda: [])
    "The statuses to put on."
    contact_id: str = Field(alias="contactId")
    "The contact."
    dry_run: bool = Field(alias="dryRun", default=False)
    "Answer as if it were done, and store nothing: neither a line of the log, so that `activity` is null, nor the idempotency key."
    expected_version: Optional[int] = Field(alias="expectedVersion", default=None)
    "Refuse if the contact is at another version than this."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A name you give this request, such as a UUID, at most 200 characters: sent again with it within 24 hours, it is not done again but gets the first answer. Another input with it is refused: IDEMPOTENCY_KEY_REUSED."
    note: Optional[str] = None
    "A remark for the log; at most 2,000 characters."
    remove: list[Status] = Field(default_factory=lambda: [])
    "The statuses to take off."


class SetStatusesInput(BaseModel):
    """Changes of contacts' statuses; 1 to 1,000."""

    changes: list["ContactStatusesInput"]
    "The changes. Of a contact that is named twice, the second is decided on what the first one left."
    dry_run: bool = Field(alias="dryRun", default=False)
    "Answer as if it were done, and store nothing: neither a line of the log, so that `activity` is null, nor the idempotency key."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A name you give this request, such as a UUID, at most 200 characters: sent again with it within 24 hours, it is not done again but gets the first answer. Another input with it is refused: IDEMPOTENCY_KEY_REUSED."
    mode: BulkMode = BulkMode.EACH
    "What a refused change means for the others."


SetStatusesInput.model_rebuild()
