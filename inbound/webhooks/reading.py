"""Values out of what providers send: tolerant of what is missing, deaf to what PostgreSQL cannot store."""

import hashlib
import json
import math
import re
from datetime import UTC, datetime

from inbound.webhooks import Delivery, Ignored, Unreadable
from rules.events import Event

Json = dict[str, object]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # JSON can write these, PostgreSQL's text cannot
_FRACTION = re.compile(r"(\.\d{6})\d+")  # Postmark writes seven digits, `fromisoformat` reads six


def parsed(body: bytes | str) -> object:
    """Read JSON; deep nesting, endless numbers and bad UTF-8 are unreadable, not bugs."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The body is not JSON.") from error


def thing(value: object) -> Json:
    """Return an object as it is, anything else as an empty one: a missing branch has no leaves."""
    return value if isinstance(value, dict) else {}


def things(value: object) -> list[Json]:
    """Return the objects of an array, leaving out what is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object, most: int = 1_000) -> str | None:
    """Return a storable text of bounded length; None for nothing, for blanks, and for what is no text."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        found = str(value)
    except ValueError:  # an int of more digits than Python prints
        return None
    return _UNSTORABLE.sub("", found).strip()[:most] or None


def message_id(value: object) -> str | None:
    """Return a message id without its angle brackets."""
    found = text(value)
    return found.strip("<> ") or None if found else None


def moment(value: object, delivery: Delivery) -> datetime:
    """Return when something happened, in UTC: Unix seconds or ISO 8601; when it came in if that says nothing.

    Never later than it came in: a provider's fast clock must not outvote what a person decides next.
    """
    came = delivery.received_at.astimezone(UTC)
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdecimal():
            found = datetime.fromisoformat(_FRACTION.sub(r"\1", value))
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        elif isinstance(value, str | int | float) and math.isfinite(float(value)):
            found = datetime.fromtimestamp(float(value), UTC)
        else:
            return came
    except (ValueError, OverflowError, OSError):
        return came
    return min(found, came)


def identity(*parts: object) -> str:
    """Derive an id where the provider gives none: the same delivery again has the same."""
    told = json.dumps([str(part) for part in parts]).encode()
    return hashlib.sha256(told).hexdigest()[:40]


def meaning(table: dict[str, Event | Ignored], word: str, step_id: str | None) -> Event | None:
    """Look a word up: None for what is ignored, unknown, or sent without `step_id`."""
    found = table.get(word)
    if not isinstance(found, Event):
        return None  # a word the provider adds one day must not stop the others
    sending = found in {Event.EMAIL_SENT, Event.SMS_SENT}
    return None if sending and step_id is None else found
