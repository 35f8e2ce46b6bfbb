from datetime import datetime
from typing import Optional

from pydantic import Field

from .base_model import BaseModel
from .enums import ActivityKind, BulkMode, Channel, Status


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


class ContactFilter(BaseModel):
    """Which contacts; all given parts must hold."""

    can_receive_email: Optional[bool] = Field(alias="canReceiveEmail", default=None)
    "Whether the sequence may mail the contact now."
    in_sequence: Optional[bool] = Field(alias="inSequence", default=None)
    "In any sequence, or in none."
    owner_id: Optional[str] = Field(alias="ownerId", default=None)
    "Of this member."
    replied_by: Optional[Channel] = Field(alias="repliedBy", default=None)
    "Replied by email or by SMS (S39); for either, filter by the status Replied."
    search: Optional[str] = None
    "What the address, first name, last name or company begins with, whatever its case."
    sequence_id: Optional[str] = Field(alias="sequenceId", default=None)
    "In this sequence."
    statuses: Optional["StatusFilter"] = None
    "By the set of statuses."
    updated_since: Optional[datetime] = Field(alias="updatedSince", default=None)
    "Changed at or after this time, which must say its offset from UTC."


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


class CreateWebhookInput(BaseModel):
    """A new webhook."""

    filter_: Optional["WebhookFilter"] = Field(alias="filter", default=None)
    "Which changes; all if left out."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A name you give this request, such as a UUID, at most 200 characters: sent again with it within 24 hours, it is not done again but gets the first answer. Another input with it is refused: IDEMPOTENCY_KEY_REUSED."
    kinds: Optional[list[ActivityKind]] = None
    "Which kinds of lines; every kind that `changes` has if left out."
    url: str
    "Where to send: https://, and a host with public addresses; at most 2,000 characters."


class PreviewBulkChangeInput(BaseModel):
    """What to change of every contact that a filter lets through."""

    add: list[Status] = Field(default_factory=lambda: [])
    "The statuses to put on."
    filter_: "ContactFilter" = Field(alias="filter")
    "Which contacts; of `{}` all that you may see."
    note: Optional[str] = None
    "A remark for the log; at most 2,000 characters."
    remove: list[Status] = Field(default_factory=lambda: [])
    "The statuses to take off, before."


class RedeliverInput(BaseModel):
    """The delivery to send again."""

    delivery_id: str = Field(alias="deliveryId")
    "The delivery, which is at an end."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A name you give this request, such as a UUID, at most 200 characters: sent again with it within 24 hours, it is not done again but gets the first answer. Another input with it is refused: IDEMPOTENCY_KEY_REUSED."


class SetStatusInput(BaseModel):
    """What to change of a contact's statuses: removes first, then adds, in this order."""

    add: list[Status] = Field(default_factory=lambda: [])
    "The statuses to put on."
    contact_id: str = Field(alias="contactId")
    "The contact."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
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
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "Answer as if it were done, and store nothing: neither a line of the log, so that `activity` is null, nor the idempotency key."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A name you give this request, such as a UUID, at most 200 characters: sent again with it within 24 hours, it is not done again but gets the first answer. Another input with it is refused: IDEMPOTENCY_KEY_REUSED."
    mode: BulkMode = BulkMode.EACH
    "What a refused change means for the others."


class StartBulkChangeInput(BaseModel):
    """The bulk change that was previewed."""

    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A name you give this request, such as a UUID, at most 200 characters: sent again with it within 24 hours, it is not done again but gets the first answer. Another input with it is refused: IDEMPOTENCY_KEY_REUSED."
    token: str
    "The token of the preview; it starts one bulk change."


class StatusFilter(BaseModel):
    """Which sets of statuses; all given parts must hold."""

    all: Optional[list[Status]] = None
    "The set has all of these."
    any: Optional[list[Status]] = None
    "The set has at least one of these; of an empty list it never has one."
    none: Optional[list[Status]] = None
    "The set has none of these."


class UndoInput(BaseModel):
    """What to undo: one line, or all that one call changed."""

    activity_id: Optional[str] = Field(alias="activityId", default=None)
    "The line of the log whose change to undo; or give `bulkId`."
    bulk_id: Optional[str] = Field(alias="bulkId", default=None)
    "The call whose changes to undo, 1,000 at most; or give `activityId`."
    dry_run: Optional[bool] = Field(alias="dryRun", default=False)
    "Answer as if it were done, and store nothing: neither a line of the log, so that `activity` is null, nor the idempotency key."
    idempotency_key: Optional[str] = Field(alias="idempotencyKey", default=None)
    "A name you give this request, such as a UUID, at most 200 characters: sent again with it within 24 hours, it is not done again but gets the first answer. Another input with it is refused: IDEMPOTENCY_KEY_REUSED."
    note: Optional[str] = None
    "A remark for the log; at most 2,000 characters."


class WebhookFilter(BaseModel):
    """Which changes a webhook is about; all given parts must hold."""

    sequence_id: Optional[str] = Field(alias="sequenceId", default=None)
    "Of contacts that were in this sequence, as the line says."
    statuses: Optional[list[Status]] = None
    "Put on or took off at least one of these."


ContactFilter.model_rebuild()
CreateWebhookInput.model_rebuild()
PreviewBulkChangeInput.model_rebuild()
SetStatusesInput.model_rebuild()
