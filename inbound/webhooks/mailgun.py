"""Mailgun: event webhooks, and messages that a route forwards.

Sources: "Securing Webhooks", "Webhook Payloads", "Webhook Retries", "Receiving Messages via HTTP through a
forward() action" (let the route's URL end in `mime` and the message comes raw).

The signature covers a timestamp and a random token, **not the body**. So the token counts once (`once`,
"cache the token value locally"): whoever overhears a delivery can neither repeat it nor send another body
under it. And a retry, which comes for up to 8 hours, may carry its first timestamp: raise `tolerance` above
that if none may be lost.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

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
from inbound.webhooks.signatures import among, fresh, needed, octets, signed_at
from rules.events import Event

SOURCE = "mailgun"

# fmt: off
MEANING: dict[str, Event | Ignored] = {
    "delivered":                               Event.EMAIL_SENT,  # with step_id, see inbound.webhooks
    "failed: permanent":                       Event.EMAIL_BOUNCED,
    "failed: permanent: suppress-bounce":      Event.EMAIL_BOUNCED,
    "failed: permanent: suppress-unsubscribe": Event.OPT_OUT_CLICKED,
    "failed: permanent: suppress-complaint":   Event.COMPLAINT_RECEIVED,
    "failed: temporary":                       Ignored("a delay is not a bounce: the provider tries again"),
    "opened":                                  Event.EMAIL_OPENED,
    "clicked":                                 Event.LINK_CLICKED,
    "unsubscribed":                            Event.OPT_OUT_CLICKED,
    "complained":                              Event.COMPLAINT_RECEIVED,
    "accepted":                                Ignored("accepted by the provider, not sent yet"),
    "rejected":                                Ignored("the provider refused the sender, not the contact"),
    "stored":                                  Ignored("a route kept it: forward() brings the message"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class MailgunSecrets:
    """The HTTP webhook signing keys, several while they are exchanged or for parent and sub-account."""

    keys: tuple[str, ...] = ()
    tolerance: timedelta = FIVE_MINUTES


def verify(delivery: Delivery, secrets: MailgunSecrets) -> None:
    """Check HMAC-SHA256 of timestamp and token, by the account's or its parent's key, then the time."""
    try:
        block = _signature(delivery)
    except Unreadable as error:
        raise BadSignature("The delivery has no signature that can be read.") from error
    seconds, token = needed(block.get("timestamp"), "timestamp"), needed(block.get("token"), "token")
    given = [one for one in (block.get("signature"), block.get("parent-signature")) if isinstance(one, str)]
    at = signed_at(seconds)
    signed = octets(seconds + token)
    expected = [hmac.new(octets(key), signed, hashlib.sha256).hexdigest() for key in secrets.keys if key]
    if not any(among(one, expected) for one in given):
        raise BadSignature("None of the keys signed this.")
    fresh(at, delivery, secrets.tolerance)


def once(delivery: Delivery) -> str | None:
    """Return the token: the caller stores it with what it records, and records nothing under a known one."""
    return reading.text(_signature(delivery).get("token"), 200)


def events(delivery: Delivery) -> list[Happening]:
    """Read one event (JSON), or a message that a route forwards (a form)."""
    if form.kind(delivery) != "application/json":
        return [_mail(delivery)]
    found = _reported(reading.thing(reading.thing(reading.parsed(delivery.body)).get("event-data")), delivery)
    return [found] if found else []


def _signature(delivery: Delivery) -> Json:
    if form.kind(delivery) == "application/json":
        block = reading.thing(reading.thing(reading.parsed(delivery.body)).get("signature"))
        seconds = block.get("timestamp")
        return block | {
            "timestamp": str(seconds) if type(seconds) is int and 0 <= seconds < 10**10 else seconds
        }
    fields = form.fields(delivery)
    names = ("timestamp", "token", "signature", "parent-signature")
    return {name: fields[name].decode("utf-8", "replace") for name in names if name in fields}


def _reported(data: Json, delivery: Delivery) -> Reported | None:
    custom = reading.thing(data.get("user-variables"))
    step = reading.text(custom.get("step_id"), 200)
    event = reading.meaning(MEANING, _word(data), step)
    if event is None:
        return None
    headers = reading.thing(reading.thing(data.get("message")).get("headers"))
    status = reading.thing(data.get("delivery-status"))
    at = reading.moment(data.get("timestamp"), delivery)
    own = reading.text(data.get("id"), 160)
    return Reported(
        source=SOURCE,
        # Mailgun's id is unique within a day only ("Event structure").
        id=f"{at:%Y-%m-%d}:{own}" if own else reading.identity(once(delivery)),
        event=event,
        occurred_at=at,
        email=reading.text(data.get("recipient"), 320),
        message_id=reading.message_id(headers.get("message-id")),
        detail=reading.text(
            status.get("message") or status.get("description") or data.get("url") or data.get("reason")
        ),
        contact_id=reading.text(custom.get("contact_id"), 200),
        step_id=step,
    )


def _word(data: Json) -> str:
    word = reading.text(data.get("event"), 80) or ""
    if word != "failed":
        return word
    # Only what it calls temporary is: a failure of unknown kind is one.
    word = "failed: temporary" if data.get("severity") == "temporary" else "failed: permanent"
    closer = f"{word}: {reading.text(data.get('reason'), 80)}"
    return closer if closer in MEANING else word


def _mail(delivery: Delivery) -> Mail:
    fields = form.fields(delivery)
    raw = fields.get("body-mime")
    if raw is None:
        headers = reading.parsed(fields.get("message-headers", b"null"))
        if not isinstance(headers, list):
            raise Unreadable("The form has neither “body-mime” nor “message-headers”.")
        given = [(one[0], one[1]) for one in headers if isinstance(one, list) and len(one) == 2]
        raw = rebuild.message(given, fields.get("body-plain", b"").decode("utf-8", "replace"))
    return Mail(
        source=SOURCE,
        id=once(delivery) or reading.identity(raw),
        raw=raw,
        received_at=reading.moment(fields.get("timestamp", b"").decode("utf-8", "replace"), delivery),
        recipient=reading.text(fields.get("recipient", b"").decode("utf-8", "replace"), 320),
        complete="body-mime" in fields,
    )
