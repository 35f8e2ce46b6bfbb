"""What says that a message is ours: the headers of Standard Webhooks (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Final

from standardwebhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PREFIX: Final = "whsec_"
BYTES: Final = 32


def new_secret() -> str:
    """Make a secret, as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(message_id: str, at: datetime, body: bytes, by: Iterable[str]) -> dict[str, str]:
    """Return the headers of a message that is sent at this time, signed with each of the secrets."""
    signed = (Webhook(secret).sign(message_id, at, body.decode()) for secret in by)
    return {
        "Content-Type": "application/json",
        "User-Agent": "contact-status",
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": " ".join(signed),
    }
