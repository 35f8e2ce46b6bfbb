"""The tables.

Every one carries `team_id` and starts its key and its indexes with it: row level security compares it, and
it is what the data would be spread by. What must never be is refused by the database itself.
"""

from models.tables.accounts import ApiKey, Member, Scope, Team, Visibility
from models.tables.activity import Activity, ActivityKind
from models.tables.answers import KeptAnswer
from models.tables.bulk import ENDED, BulkChange, BulkItem, BulkOutcome, BulkState
from models.tables.contacts import BUILT_IN_VARIABLES, Contact, Enrolment, profile
from models.tables.imports import ImportRun
from models.tables.reports import SentMessage, WebhookAccount, WebhookReceipt
from models.tables.sequences import Sequence, Step, StepKind
from models.tables.webhooks import DeliveryState, Webhook, WebhookDelivery

__all__ = [
    "BUILT_IN_VARIABLES",
    "ENDED",
    "Activity",
    "ActivityKind",
    "ApiKey",
    "BulkChange",
    "BulkItem",
    "BulkOutcome",
    "BulkState",
    "Contact",
    "DeliveryState",
    "Enrolment",
    "ImportRun",
    "KeptAnswer",
    "Member",
    "Scope",
    "SentMessage",
    "Sequence",
    "Step",
    "StepKind",
    "Team",
    "Visibility",
    "Webhook",
    "WebhookAccount",
    "WebhookDelivery",
    "WebhookReceipt",
    "profile",
]
