"""The one way in: a delivery is verified, then read; nobody can forget the first."""

from dataclasses import dataclass, field
from typing import TypeVar

from inbound.webhooks import Delivery, Happening, Provider, mailgun, postmark, sendgrid, ses, twilio
from inbound.webhooks.mailgun import MailgunSecrets
from inbound.webhooks.postmark import PostmarkSecrets
from inbound.webhooks.sendgrid import SendgridSecrets
from inbound.webhooks.sns import SesSecrets
from inbound.webhooks.twilio import TwilioSecrets

PROVIDERS = ("sendgrid", "mailgun", "postmark", "ses", "twilio")
"""The last part of each webhook's address."""


@dataclass(frozen=True, slots=True)
class AllSecrets:
    """What each provider's deliveries are checked with; a provider that has nothing is refused."""

    sendgrid: SendgridSecrets = field(default_factory=SendgridSecrets)
    mailgun: MailgunSecrets = field(default_factory=MailgunSecrets)
    postmark: PostmarkSecrets = field(default_factory=PostmarkSecrets)
    ses: SesSecrets = field(default_factory=SesSecrets)
    twilio: TwilioSecrets = field(default_factory=TwilioSecrets)


@dataclass(frozen=True, slots=True)
class Received:
    """What a delivery says.

    `once`, if set, is stored in the transaction that records it: known already, the delivery is a replay, or
    the retry of one that was recorded, and changes nothing.
    """

    happenings: tuple[Happening, ...]
    once: str | None = None


S = TypeVar("S")


def _received(provider: Provider[S], delivery: Delivery, secrets: S) -> Received:
    provider.verify(delivery, secrets)
    return Received(tuple(provider.events(delivery)), provider.once(delivery))


def receive(name: str, delivery: Delivery, secrets: AllSecrets) -> Received:
    """Verify and read; raises BadSignature, Unreadable, KeyError for a provider nobody knows."""
    match name:
        case "sendgrid":
            return _received(sendgrid, delivery, secrets.sendgrid)
        case "mailgun":
            return _received(mailgun, delivery, secrets.mailgun)
        case "postmark":
            return _received(postmark, delivery, secrets.postmark)
        case "ses":
            return _received(ses, delivery, secrets.ses)
        case "twilio":
            return _received(twilio, delivery, secrets.twilio)
        case _:
            raise KeyError(name)
