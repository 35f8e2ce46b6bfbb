"""Webhooks of mail and SMS providers: is a delivery really theirs, and what does it say.

One module per provider, all of one shape (`Provider`): `verify` refuses what the provider did not sign,
`events` reads what happened. Each has a table, MEANING: the provider's word → our event, or why it is
ignored. Nothing here opens a connection, reads a setting or knows the time: a `Delivery` carries all of it.

Custom arguments. A sender that passes `contact_id` (and `step_id`) with each message gets them back in every
event about it, so that no address has to be looked up. Where they go: sendgrid `custom_args`, mailgun `v:…`
user variables, postmark `Metadata`, ses message tags, twilio the query of the callback's URL.

Bounced. What the provider itself calls temporary, soft or transient is ignored; whatever else was not
delivered is a bounce, "bad address, or any other reason" (S18).

Sent. `delivered` becomes "sent" only if a `step_id` came along, and is ignored otherwise: whoever reports its
sending itself must not be counted twice. So: pass `step_id` if and only if the webhook shall report the
sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from rules.events import Event
from rules.facts import Channel

FIVE_MINUTES = timedelta(minutes=5)


class BadSignature(Exception):
    """The delivery is not the provider's, was changed on the way, or is an old one sent again: HTTP 401."""


class Unreadable(Exception):
    """The delivery is the provider's but not in a form it documents: HTTP 400."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it came in; `url` is the public one, as the provider called it, query included."""

    headers: Mapping[str, str]
    body: bytes
    url: str
    received_at: datetime

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise ValueError("received_at needs a time zone.")

    def header(self, name: str) -> str | None:
        """Return a header's value, whatever its case (RFC 9110, section 5.1)."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Reported:
    """An event as the provider tells it: `id` is unique in `source`, times are UTC and never in the future.

    `message_id` is without angle brackets; `text` is what the contact wrote, if it wrote.
    """

    source: str
    id: str
    event: Event
    occurred_at: datetime
    email: str | None = None
    phone: str | None = None
    message_id: str | None = None
    channel: Channel = Channel.EMAIL
    detail: str | None = None
    text: str | None = None
    contact_id: str | None = None
    step_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A message someone sent us, to be read by `inbound.mail`: only its reading says what event it is.

    Not `complete`: the provider passed headers and text only, and `raw` is rebuilt from them.
    """

    source: str
    id: str
    raw: bytes
    received_at: datetime
    recipient: str | None = None
    complete: bool = True
    contact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the server is asked to do once: fetch `url`, so that the topic's messages come from now on."""

    topic: str
    url: str


Happening = Reported | Mail | Confirmation


@dataclass(frozen=True, slots=True)
class Ignored:
    """Why a provider's word is no event."""

    why: str


Secrets = TypeVar("Secrets", contravariant=True)  # noqa: PLC0105 - reads better than Secrets_contra


class Provider(Protocol[Secrets]):
    """What each module here is."""

    MEANING: dict[str, Event | Ignored]

    def verify(self, delivery: Delivery, secrets: Secrets, /) -> None:
        """Raise BadSignature unless the provider sent this, and lately."""

    def events(self, delivery: Delivery, /) -> list[Happening]:
        """Read a verified delivery; raise Unreadable if it has not the documented form."""

    def once(self, delivery: Delivery, /) -> str | None:
        """Return what may be accepted a single time, if the signature does not cover the body."""
