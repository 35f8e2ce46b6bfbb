"""What every check of a signature needs: comparing in constant time, and saying what is too old."""

import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from inbound.webhooks import BadSignature, Delivery

_SECONDS = re.compile(r"[0-9]{10}")  # exactly: what is signed next to it must not lend or borrow a digit


def octets(value: str) -> bytes:
    """Return a text's bytes, also of one that is no valid Unicode (JSON can write half a pair)."""
    return value.encode("utf-8", "surrogatepass")


def among(given: str, expected: Iterable[str]) -> bool:
    """Say whether a value is one of those expected: each compared in constant time, all of them always."""
    found = False
    for one in expected:
        found |= hmac.compare_digest(octets(given), octets(one))
    return found


def needed(value: object, what: str) -> str:
    """Return a part of the signature, or refuse what lacks it."""
    if not isinstance(value, str) or not value:
        raise BadSignature(f"The delivery has no {what}.")
    return value


def signed_at(seconds: str) -> datetime:
    """Read the Unix time that a signature covers."""
    if not _SECONDS.fullmatch(seconds):
        raise BadSignature("The signed timestamp is not a Unix time.")
    return datetime.fromtimestamp(int(seconds), UTC)


def fresh(at: datetime, delivery: Delivery, tolerance: timedelta) -> None:
    """Refuse what was signed too long ago (a replay) or in the future (a wrong clock)."""
    if abs(delivery.received_at - at) > tolerance:
        raise BadSignature(f"The delivery was signed at {at.isoformat()}, too far from now.")
