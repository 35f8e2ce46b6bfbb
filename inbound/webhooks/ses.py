"""Amazon SES: sending events and received mail, which SNS delivers.

Sources: "Contents of event data that Amazon SES publishes to Amazon SNS", "Amazon SNS notification contents
for Amazon SES", "Contents of notifications for Amazon SES email receiving" (let the SNS action encode in
Base64; with an S3 action the message is not in the notification, and `events` says so).
"""

import base64
import binascii
from collections.abc import Iterator
from email.utils import parseaddr

from inbound.webhooks import (
    Confirmation,
    Delivery,
    Happening,
    Ignored,
    Mail,
    Reported,
    Unreadable,
    reading,
    sns,
)
from inbound.webhooks.reading import Json
from inbound.webhooks.sns import SesSecrets, verify
from rules.events import Event

__all__ = ["MEANING", "SOURCE", "SesSecrets", "events", "once", "verify"]

SOURCE = "ses"

# fmt: off
MEANING: dict[str, Event | Ignored] = {
    "Delivery":                      Event.EMAIL_SENT,  # with step_id, see inbound.webhooks
    "Bounce: Permanent":             Event.EMAIL_BOUNCED,
    "Bounce: Undetermined":          Event.EMAIL_BOUNCED,  # it came back, and does not say why: S18
    "Bounce: Transient":             Ignored("temporary; absence notices come as this, too"),
    "Complaint":                     Event.COMPLAINT_RECEIVED,
    "Complaint: not-spam":           Ignored("the recipient says that it is not spam (RFC 5965)"),
    "Complaint: auth-failure":       Ignored("a server's check, no person's word (RFC 6591)"),
    "Complaint: virus":              Ignored("a server's check, no person's word (RFC 5965)"),
    "Open":                          Event.EMAIL_OPENED,
    "Click":                         Event.LINK_CLICKED,
    "Subscription: unsubscribed":    Event.OPT_OUT_CLICKED,
    "Subscription":                  Ignored("only a person takes Opted out off (S34)"),
    "Send":                          Ignored("accepted by the provider, not sent yet"),
    "Reject":                        Ignored("a virus in what the sender sent: nothing about the contact"),
    "Rendering Failure":             Ignored("the sender's template: nothing about the contact"),
    "DeliveryDelay":                 Ignored("a delay is not a bounce: the provider tries again"),
    "AmazonSnsSubscriptionSucceeded": Ignored("a test of the topic"),
}
# fmt: on

_RECIPIENTS = {"Bounce": "bouncedRecipients", "Complaint": "complainedRecipients"}
_WORDS = ("diagnosticCode", "status", "action")


def once(_delivery: Delivery) -> str | None:
    """Nothing: the signature covers the message, and every message has an id."""
    return None


def events(delivery: Delivery) -> list[Happening]:
    """Read one notification: an event for each recipient it names, a message, or a topic to confirm."""
    envelope = sns.message_of(delivery)
    match envelope.get("Type"):
        case "Notification":
            pass
        case "SubscriptionConfirmation":
            return [_confirmation(envelope)]
        case _:
            return []
    message = envelope.get("Message")
    if not isinstance(message, str):
        raise Unreadable("The notification has no message.")
    if not message.lstrip().startswith("{"):
        return []  # “Successfully validated SNS topic for Amazon SES event publishing.”
    told = reading.thing(reading.parsed(message))
    if told.get("notificationType") == "Received":
        return [_mail(told, envelope, delivery)]
    return list(_reported(told, envelope, delivery))


def _confirmation(envelope: Json) -> Confirmation:
    url, topic = envelope.get("SubscribeURL"), reading.text(envelope.get("TopicArn"), 300)
    if not isinstance(url, str) or not sns.amazon(url) or topic is None:
        raise Unreadable("The URL to confirm is not at a host of Amazon SNS.")
    return Confirmation(topic, url)


def _reported(told: Json, envelope: Json, delivery: Delivery) -> Iterator[Reported]:
    kind = reading.text(told.get("eventType") or told.get("notificationType"), 80) or ""
    about, mail = reading.thing(told.get(kind.lower())), reading.thing(told.get("mail"))
    tags = reading.thing(mail.get("tags"))
    contact, step = _tag(tags, "contact_id"), _tag(tags, "step_id")
    event = reading.meaning(MEANING, _word(kind, about), step)
    if event is None:
        return
    # The feedback's id is the same in both formats that SES can publish; the others have only that of SNS.
    base = reading.text(about.get("feedbackId") or envelope.get("MessageId"), 180) or reading.identity(told)
    destination = mail.get("destination")
    several = isinstance(destination, list) and len(destination) > 1
    if several and kind in _RECIPIENTS:
        contact = None  # the tag is the message's, and it may be the copy that failed: the address tells
    recipients = list(_recipients(kind, about, mail))
    if kind not in _RECIPIENTS and len(recipients) != 1:
        # Several: SES does not know who opened it, and only the tag tells whom it was for.
        recipients = [(None, None)] if contact else []
    for number, (email, detail) in enumerate(recipients):
        yield Reported(
            source=SOURCE,
            id=f"{base}:{number}",
            event=event,
            occurred_at=reading.moment(about.get("timestamp") or envelope.get("Timestamp"), delivery),
            email=email,
            message_id=reading.message_id(mail.get("messageId")),
            detail=detail or reading.text(about.get("link") or about.get("smtpResponse")),
            contact_id=contact,
            step_id=step,
        )


def _word(kind: str, about: Json) -> str:
    if kind == "Bounce":
        return f"Bounce: {reading.text(about.get('bounceType'), 80)}"
    if kind == "Complaint":
        closer = f"Complaint: {reading.text(about.get('complaintFeedbackType'), 80)}"
        return closer if closer in MEANING else kind
    if kind == "Subscription":
        new = reading.thing(about.get("newTopicPreferences"))
        topics = reading.things(new.get("topicSubscriptionStatus"))
        gone = new.get("unsubscribeAll") is True or any(
            one.get("subscriptionStatus") == "OptOut" for one in topics
        )
        return "Subscription: unsubscribed" if gone else kind
    return kind


def _recipients(kind: str, about: Json, mail: Json) -> Iterator[tuple[str | None, str | None]]:
    if kind in _RECIPIENTS:
        for one in reading.things(about.get(_RECIPIENTS[kind])):
            if one.get("action") == "delayed":
                continue  # in one notification some addresses failed and others wait
            detail = next((found for word in _WORDS if (found := reading.text(one.get(word)))), None)
            if email := _address(one.get("emailAddress")):
                yield email, detail or reading.text(about.get("complaintFeedbackType"))
        return
    to = about.get("recipients") or mail.get("destination")
    yield from ((email, None) for one in (to if isinstance(to, list) else []) if (email := _address(one)))


def _address(value: object) -> str | None:
    found = reading.text(value, 1_000)  # “Jane <jane@example.com>” happens
    return reading.text(parseaddr(found)[1], 320) if found else None


def _tag(tags: Json, name: str) -> str | None:
    values = tags.get(name)
    return reading.text(values[0], 200) if isinstance(values, list) and values else None


def _mail(told: Json, envelope: Json, delivery: Delivery) -> Mail:
    receipt, content = reading.thing(told.get("receipt")), told.get("content")
    if not isinstance(content, str):
        raise Unreadable("The notification has no content: give the receipt rule an SNS action.")
    if reading.thing(receipt.get("action")).get("encoding") == "BASE64":
        try:
            raw = base64.b64decode(content)
        except (binascii.Error, ValueError) as error:
            raise Unreadable("The content is not base64.") from error
    else:
        raw = content.encode("utf-8", "replace")
    mail, to = reading.thing(told.get("mail")), receipt.get("recipients")
    return Mail(
        source=SOURCE,
        id=reading.text(mail.get("messageId") or envelope.get("MessageId"), 200) or reading.identity(raw),
        raw=raw,
        received_at=reading.moment(receipt.get("timestamp"), delivery),
        recipient=reading.text(to[0], 320) if isinstance(to, list) and to else None,
    )
