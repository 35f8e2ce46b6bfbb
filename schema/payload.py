"""What a webhook is sent: a line of the log, spelled as the API spells it.

It is made when it is sent, from a line that never changes: sent again, it is the same to the byte.
"""

from datetime import datetime
from typing import Any

import orjson

from models.tables import Activity, WebhookDelivery
from rules.statuses import StatusSet, in_order
from schema.ids import to_id

TEST = "webhook.test"


def kind_of(line: Activity) -> str:
    """Return the type of a message about a line, as in `contact.statuses_changed`."""
    return f"contact.{line.kind.name.lower()}"


def message(delivery: WebhookDelivery, line: Activity | None) -> tuple[str, bytes]:
    """Return the id and the body of a delivery's message; with no line it is a test."""
    message_id = to_id("Delivery", delivery.id)
    if line is None:
        test = {"webhookId": to_id("Webhook", delivery.webhook_id)}
        return message_id, _body(TEST, delivery.created_at, test)
    return message_id, _body(kind_of(line), line.happened_at, _change(line))


def _change(line: Activity) -> dict[str, Any]:
    return {
        "activityId": to_id("Activity", line.id),
        "contactId": to_id("Contact", line.contact_id),
        "sequenceId": None if line.sequence_id is None else to_id("Sequence", line.sequence_id),
        "kind": line.kind.name,
        "cause": line.cause.name if line.cause else None,
        "by": None if line.member_id is None else to_id("Member", line.member_id),
        "before": _names(line.before),
        "after": _names(line.after),
        "version": line.version,
        "happenedAt": line.happened_at,
        "recordedAt": line.recorded_at,
    }


def _names(statuses: StatusSet) -> list[str]:
    return [status.name for status in in_order(statuses)]


def _body(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    return orjson.dumps({"type": kind, "timestamp": at, "data": data}, option=orjson.OPT_UTC_Z)
