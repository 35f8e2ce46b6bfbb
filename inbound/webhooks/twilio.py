"""Twilio Programmable Messaging: status callbacks of SMS we sent, and SMS that come in.

Sources: "Secure webhooks", "Messaging webhooks", "Outbound Message Status in Status Callbacks", "Customize
users' opt-in and opt-out experience with Advanced Opt-Out", "Error 21610". The signature covers the URL and
every field of the form, but no time: a replay is refused by its id alone (MessageSid, which is unique).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from inbound.webhooks import BadSignature, Delivery, Happening, Ignored, Reported, Unreadable, form, reading
from inbound.webhooks.signatures import among, needed, octets
from rules.events import Event
from rules.facts import Channel

SOURCE = "twilio"
SIGNATURE = "X-Twilio-Signature"
STOP = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
"""A message of one of these words alone is what Twilio itself takes as an opt-out."""

_BEFORE = Ignored("not sent yet")
_FAILED = Ignored("the source knows bounces of emails only (S18)")

# fmt: off
MEANING: dict[str, Event | Ignored] = {
    "received":            Event.REPLY_RECEIVED,
    "received: STOP":      Event.OPT_OUT_CLICKED,
    "received: START":     Ignored("only a person takes Opted out off (S34)"),
    "received: HELP":      Ignored("a question to Twilio, which answers it"),
    "sent":                Event.SMS_SENT,  # with step_id, see inbound.webhooks
    "delivered":           Event.SMS_SENT,  # the same id as “sent”: whichever comes first counts
    "failed: 21610":       Event.OPT_OUT_CLICKED,  # “Attempt to send to unsubscribed recipient”
    "undelivered: 21610":  Event.OPT_OUT_CLICKED,
    "failed":              _FAILED,
    "undelivered":         _FAILED,
    "canceled":            Ignored("the sender took it back"),
    "read":                Ignored("SMS has no read receipts; other channels are not ours"),
    "accepted":            _BEFORE,
    "scheduled":           _BEFORE,
    "queued":              _BEFORE,
    "sending":             _BEFORE,
}
# fmt: on

_NUMBER = re.compile(r"\+?[0-9]{3,15}")  # not “whatsapp:+49…”: another channel
_PORT = re.compile(r":[0-9]*$")


@dataclass(frozen=True, slots=True)
class TwilioSecrets:
    """The account's auth tokens: primary and secondary while they are exchanged."""

    tokens: tuple[str, ...] = ()


def verify(delivery: Delivery, secrets: TwilioSecrets) -> None:
    """Check HMAC-SHA1 of the URL followed by the form's fields, sorted by name."""
    given = needed(delivery.header(SIGNATURE), f"header {SIGNATURE}")
    if form.kind(delivery) != "application/x-www-form-urlencoded":
        # Of any other body Twilio signs the URL alone: a body could be put under it.
        raise BadSignature("Only a form is signed with its fields.")
    try:
        fields = form.pairs(delivery)
        urls = list(_urls(delivery.url))
    except (Unreadable, ValueError) as error:
        raise BadSignature("The form or its URL cannot be read.") from error
    expected = [signature(token, url, fields) for token in secrets.tokens if token for url in urls]
    if not among(given, expected):
        raise BadSignature("None of the tokens signed this for this URL.")


def signature(token: str, url: str, fields: Iterable[tuple[str, bytes]]) -> str:
    """Return what Twilio would sign; of equal fields one counts, as in its own libraries."""
    told = octets(url) + b"".join(octets(name) + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(octets(token), told, hashlib.sha1).digest()).decode()


def _urls(url: str) -> Iterator[str]:
    """Yield the URL with and without its port: Twilio signs either, says its library."""
    yield url
    parts = urlsplit(url)
    bare = _PORT.sub("", parts.netloc)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    yield urlunsplit(parts._replace(netloc=bare))
    yield urlunsplit(parts._replace(netloc=f"{bare}:{port}"))


def once(_delivery: Delivery) -> str | None:
    """Nothing: the signature covers the form, and every message has an id."""
    return None


def events(delivery: Delivery) -> list[Happening]:
    """Read the status of one SMS, or one that came in."""
    if form.kind(delivery) != "application/x-www-form-urlencoded":
        raise Unreadable("Twilio sends a form.")
    fields = {name: value.decode("utf-8", "replace") for name, value in form.pairs(delivery)}
    try:
        # Ours, from the callback's URL; never from the form, which others can fill.
        query = dict(parse_qsl(urlsplit(delivery.url).query, max_num_fields=form.MOST_FIELDS))
    except ValueError as error:
        raise Unreadable("The URL cannot be read.") from error
    sid = reading.text(fields.get("MessageSid") or fields.get("SmsSid"), 180)
    if sid is None:
        raise Unreadable("The form has no MessageSid.")
    incoming = "MessageStatus" not in fields and fields.get("SmsStatus") == "received"
    phone = fields.get("From" if incoming else "To", "").strip()
    step = reading.text(query.get("step_id"), 200)
    word = _incoming(fields) if incoming else _status(fields)
    event = reading.meaning(MEANING, word, step)
    if event is None or not _NUMBER.fullmatch(phone):
        return []
    return [
        Reported(
            source=SOURCE,
            id=sid if incoming else f"{sid}:{'sent' if event is Event.SMS_SENT else word}",
            event=event,
            occurred_at=reading.moment(None, delivery),  # the callbacks tell no time
            phone=phone,
            message_id=sid,
            channel=Channel.SMS,
            detail=word,
            text=reading.text(fields.get("Body"), 10_000) if incoming else None,
            contact_id=reading.text(query.get("contact_id"), 200),
            step_id=step,
        )
    ]


def _incoming(fields: dict[str, str]) -> str:
    closer = f"received: {fields.get('OptOutType', '').upper()}"
    if fields.get("Body", "").strip().upper() in STOP:
        return "received: STOP"
    return closer if closer in MEANING else "received"


def _status(fields: dict[str, str]) -> str:
    word = fields.get("MessageStatus") or fields.get("SmsStatus", "")
    closer = f"{word}: {fields.get('ErrorCode', '')}"
    return closer if closer in MEANING else word
