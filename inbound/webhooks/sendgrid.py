"""Twilio SendGrid: the Event Webhook, and Inbound Parse.

Sources: "Getting Started with the Event Webhook Security Features", "Event Webhook Reference", "Securing your
Inbound Parse Webhooks", "Setting up the Inbound Parse Webhook" (tick "POST the raw, full MIME message"). Both
are signed in the same way: ECDSA with SHA-256 over the timestamp's header followed by the raw body.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from inbound.webhooks import (
    FIVE_MINUTES,
    BadSignature,
    Delivery,
    Happening,
    Ignored,
    Mail,
    Reported,
    Unreadable,
    form,
    reading,
    rebuild,
)
from inbound.webhooks.reading import Json
from inbound.webhooks.signatures import fresh, needed, signed_at
from rules.events import Event

SOURCE = "sendgrid"
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"

# fmt: off
MEANING: dict[str, Event | Ignored] = {
    "delivered":                        Event.EMAIL_SENT,  # with step_id, see inbound.webhooks
    "bounce":                           Event.EMAIL_BOUNCED,
    "bounce: blocked":                  Event.EMAIL_BOUNCED,  # refused for good, if not for the address: S18
    "dropped: Bounced Address":         Event.EMAIL_BOUNCED,
    "dropped: Invalid":                 Event.EMAIL_BOUNCED,
    "dropped: Unsubscribed Address":    Event.OPT_OUT_CLICKED,
    "dropped: Spam Reporting Address":  Event.COMPLAINT_RECEIVED,
    "dropped":                          Ignored("the sender's content or quota: nothing about the contact"),
    "open":                             Event.EMAIL_OPENED,
    "open by a machine":                Ignored("sg_machine_open: a mail program fetched it, nobody looked"),
    "click":                            Event.LINK_CLICKED,
    "spamreport":                       Event.COMPLAINT_RECEIVED,
    "unsubscribe":                      Event.OPT_OUT_CLICKED,
    "group_unsubscribe":                Event.OPT_OUT_CLICKED,
    "group_resubscribe":                Ignored("only a person takes Opted out off (S34)"),
    "processed":                        Ignored("accepted by the provider, not sent yet"),
    "deferred":                         Ignored("a delay is not a bounce: the provider tries again"),
    "account_status_change":            Ignored("about the sender's account"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class SendgridSecrets:
    """The public keys as SendGrid shows them (base64 of DER), several while they are exchanged."""

    keys: tuple[str, ...] = ()
    tolerance: timedelta = FIVE_MINUTES

    def __post_init__(self) -> None:
        for key in self.keys:
            _key(key)  # a key mistyped in the settings is told at the start, not by the first delivery


def _key(text: str) -> EllipticCurvePublicKey:
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("A SendGrid key is the base64 text that its settings show.") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("A SendGrid key is one of an elliptic curve.")  # noqa: TRY004 - a value, not a type
    return key


def verify(delivery: Delivery, secrets: SendgridSecrets) -> None:
    """Check the signature over timestamp and body with any of the keys, then the time."""
    seconds = needed(delivery.header(TIMESTAMP), f"header {TIMESTAMP}")
    try:
        signature = base64.b64decode(needed(delivery.header(SIGNATURE), f"header {SIGNATURE}"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature("The signature is not base64.") from error
    at = signed_at(seconds)
    if not any(_signed(key, signature, seconds.encode() + delivery.body) for key in secrets.keys):
        raise BadSignature("None of the keys signed this.")
    fresh(at, delivery, secrets.tolerance)


def _signed(key: str, signature: bytes, data: bytes) -> bool:
    try:
        _key(key).verify(signature, data, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def once(_delivery: Delivery) -> str | None:
    """Nothing: the signature covers the body, and every event has an id."""
    return None


def events(delivery: Delivery) -> list[Happening]:
    """Read a batch of events (an array), or a message from Inbound Parse (a form)."""
    if form.kind(delivery) in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return [_mail(delivery)]
    batch = reading.parsed(delivery.body)
    if not isinstance(batch, list):
        raise Unreadable("SendGrid sends an array of events.")
    found = (_reported(one, delivery) for one in reading.things(batch))
    return [event for event in found if event is not None]


def _reported(one: Json, delivery: Delivery) -> Reported | None:
    custom = reading.thing(one.get("unique_args")) | one  # the arguments come flat, next to SendGrid's own
    step = reading.text(custom.get("step_id"), 200)
    event = reading.meaning(MEANING, _word(one), step)
    if event is None:
        return None
    reason = one.get("reason") or one.get("url") or one.get("response")
    return Reported(
        source=SOURCE,
        id=reading.text(one.get("sg_event_id"), 200) or reading.identity(*sorted(one.items(), key=str)),
        event=event,
        occurred_at=reading.moment(one.get("timestamp"), delivery),
        email=reading.text(one.get("email"), 320),
        message_id=reading.message_id(one.get("smtp-id")) or reading.message_id(one.get("sg_message_id")),
        detail=reading.text(reason),
        contact_id=reading.text(custom.get("contact_id"), 200),
        step_id=step,
    )


def _word(one: Json) -> str:
    word = reading.text(one.get("event"), 80) or ""
    closer = f"{word}: {reading.text(one.get('reason' if word == 'dropped' else 'type'), 80)}"
    if word == "open" and one.get("sg_machine_open") is True:
        return "open by a machine"
    return closer if closer in MEANING else word


def _mail(delivery: Delivery) -> Mail:
    fields = form.fields(delivery)
    raw, headers = fields.get("email"), fields.get("headers")
    envelope = fields.get("envelope", b"{}")
    if raw is None and headers is None:
        raise Unreadable("The form has neither “email” nor “headers”.")
    if raw is None:
        given = (line.partition(":")[::2] for line in _unfolded(headers or b""))
        raw = rebuild.message(given, fields.get("text", b"").decode("utf-8", "replace"))
    return Mail(
        source=SOURCE,
        id=reading.identity(raw, envelope),  # Inbound Parse has no id; a retry brings the same message
        raw=raw,
        received_at=reading.moment(None, delivery),
        recipient=_recipient(envelope),
        complete="email" in fields,
    )


def _unfolded(headers: bytes) -> list[str]:
    return (
        headers.decode("utf-8", "replace")
        .replace("\r\n", "\n")
        .replace("\n ", " ")
        .replace("\n\t", " ")
        .split("\n")
    )


def _recipient(envelope: bytes) -> str | None:
    try:
        to = reading.thing(reading.parsed(envelope)).get("to")
    except Unreadable:
        return None
    return reading.text(to[0], 320) if isinstance(to, list) and to else None
