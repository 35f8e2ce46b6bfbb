"""Times that come in: each says its offset from UTC."""

from datetime import UTC, datetime

from schema.errors import BadInput


def in_utc(argument: str, time: datetime) -> datetime:
    """Return a time in UTC; raises `BadInput` if it does not say its offset, or is out of range."""
    if time.tzinfo is None:
        raise BadInput(f"`{argument}` must say its offset from UTC, like 2026-01-31T09:00:00Z.")
    try:
        return time.astimezone(UTC)
    except OverflowError:
        raise BadInput(f"`{argument}` is out of range.") from None
