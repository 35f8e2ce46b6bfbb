"""Postmark: bounce, spam complaint, delivery, open, click, subscription change and inbound webhooks.

Sources: "Webhooks overview", "Webhooks API" (HttpAuth, HttpHeaders), "Bounce webhook", "Bounce API: bounce
types", "Spam complaint webhook", "Delivery webhook", "Open tracking webhook", "Click webhook", "Subscription
change webhook", "Inbound webhook" (tick "Include raw email content in JSON payload").

Postmark signs nothing: it authenticates by the user and password in the webhook's URL (HTTP Basic, RFC 7617),
or by headers that one sets with the Webhooks API. No time is signed either, so a replay is refused by its id
alone. Its list of IP addresses is not taken as proof: it says nothing behind a proxy, and is shared by all
its customers.
"""

import base64
import binascii
from dataclasses import dataclass

from inbound.webhooks import (
    BadSignature,
    Delivery,
    Happening,
    Ignored,
    Mail,
    Reported,
    Unreadable,
    reading,
    rebuild,
)
from inbound.webhooks.reading import Json
from inbound.webhooks.signatures import among, needed
from rules.events import Event

SOURCE = "postmark"

_SOFT = Ignored("temporary: the address may work next time, and a delay is not a bounce")
_OURS = Ignored("the sender's own doing: nothing about the contact")

# fmt: off
MEANING: dict[str, Event | Ignored] = {
    "Delivery":                              Event.EMAIL_SENT,  # with step_id, see inbound.webhooks
    "Open":                                  Event.EMAIL_OPENED,
    "Click":                                 Event.LINK_CLICKED,
    "SpamComplaint":                         Event.COMPLAINT_RECEIVED,
    "Bounce: HardBounce":                    Event.EMAIL_BOUNCED,
    "Bounce: BadEmailAddress":               Event.EMAIL_BOUNCED,
    "Bounce: Blocked":                       Event.EMAIL_BOUNCED,  # for another reason than the address: S18
    "Bounce: DMARCPolicy":                   Event.EMAIL_BOUNCED,
    "Bounce: SpamNotification":              Event.EMAIL_BOUNCED,  # a filter's word, not the contact's
    "Bounce: VirusNotification":             Event.EMAIL_BOUNCED,
    "Bounce: Unknown":                       Event.EMAIL_BOUNCED,  # a report that nobody could classify
    "Bounce: SpamComplaint":                 Event.COMPLAINT_RECEIVED,
    "Bounce: Unsubscribe":                   Event.OPT_OUT_CLICKED,
    "Bounce: AutoResponder":                 Event.AUTO_REPLY_RECEIVED,
    "Bounce: AddressChange":                 Event.AUTO_REPLY_RECEIVED,
    "Bounce: Transient":                     _SOFT,
    "Bounce: SoftBounce":                    _SOFT,
    "Bounce: DnsError":                      _SOFT,
    "Bounce: Subscribe":                     Ignored("only a person takes Opted out off (S34)"),
    "Bounce: ChallengeVerification":         Ignored("a filter asks for proof: not delivered yet"),
    "Bounce: OpenRelayTest":                 _OURS,
    "Bounce: ManuallyDeactivated":           _OURS,
    "Bounce: Unconfirmed":                   _OURS,
    "Bounce: SMTPApiError":                  _OURS,
    "Bounce: InboundError":                  _OURS,
    "Bounce: TemplateRenderingFailed":       _OURS,
    "SubscriptionChange: HardBounce":        Event.EMAIL_BOUNCED,
    "SubscriptionChange: SpamComplaint":     Event.COMPLAINT_RECEIVED,
    "SubscriptionChange: ManualSuppression": Event.OPT_OUT_CLICKED,
    "SubscriptionChange: by the sender":     _OURS,
    "SubscriptionChange: taken off":         Ignored("only a person takes Opted out off (S34)"),
}
# fmt: on


@dataclass(frozen=True, slots=True)
class PostmarkSecrets:
    """Users with passwords, and headers with values; of each kind that is set one must be right."""

    users: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not all(secret for _, secret in (*self.users, *self.headers)):
            raise ValueError("A Postmark password or header is empty.")


def verify(delivery: Delivery, secrets: PostmarkSecrets) -> None:
    """Check the password, the headers, or both."""
    if not secrets.users and not secrets.headers:
        raise BadSignature("No password and no header is set for Postmark.")
    if secrets.users:
        scheme, _, given = needed(delivery.header("Authorization"), "Authorization").partition(" ")
        try:
            told = base64.b64decode(given.strip(), validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise BadSignature("The Authorization cannot be read.") from error
        known = among(told, [f"{user}:{password}" for user, password in secrets.users])
        if scheme.lower() != "basic" or not known:
            raise BadSignature("The user or the password is wrong.")
    right = [among(delivery.header(name) or "", [value]) for name, value in secrets.headers]
    if right and True not in right:
        raise BadSignature("None of the headers has its value.")


def once(_delivery: Delivery) -> str | None:
    """Nothing: whoever knows the password may write any body."""
    return None


def events(delivery: Delivery) -> list[Happening]:
    """Read one event, or one message."""
    told = reading.parsed(delivery.body)
    if not isinstance(told, dict):
        raise Unreadable("Postmark sends an object.")
    if told.get("RecordType", "Inbound") == "Inbound":
        return [_mail(told, delivery)]
    found = _reported(told, delivery)
    return [found] if found else []


def _reported(told: Json, delivery: Delivery) -> Happening | None:
    custom = reading.thing(told.get("Metadata"))
    step = reading.text(custom.get("step_id"), 200)
    event = reading.meaning(MEANING, _word(told), step)
    if event is None:
        return None
    when = told.get("BouncedAt") or told.get("DeliveredAt") or told.get("ReceivedAt") or told.get("ChangedAt")
    address = told.get("Email") or told.get("Recipient")
    # Bounces and complaints have an id of their own; a retry of the others brings the same time and link.
    parts = (told.get("RecordType"), told.get("MessageID"), address, when, told.get("OriginalLink"))
    identity = reading.text(told.get("ID"), 200) or reading.identity(*parts)
    content = told.get("Content")
    if event is Event.AUTO_REPLY_RECEIVED and isinstance(content, str) and content:
        # The reply itself ("Include bounce content"): it says who is out of office, and until when.
        raw = content.encode("utf-8", "replace")
        contact = reading.text(custom.get("contact_id"), 200)
        return Mail(SOURCE, identity, raw, reading.moment(when, delivery), contact_id=contact)
    return Reported(
        source=SOURCE,
        id=identity,
        event=event,
        occurred_at=reading.moment(when, delivery),
        email=reading.text(address, 320),
        message_id=reading.message_id(told.get("MessageID")),
        detail=reading.text(told.get("Details") or told.get("Description") or told.get("OriginalLink")),
        contact_id=reading.text(custom.get("contact_id"), 200),
        step_id=step,
    )


def _word(told: Json) -> str:
    word = reading.text(told.get("RecordType"), 80) or ""
    if word == "Bounce":
        return f"Bounce: {reading.text(told.get('Type'), 80)}"
    if word != "SubscriptionChange":
        return word
    if told.get("SuppressSending") is not True:
        return "SubscriptionChange: taken off"
    reason = reading.text(told.get("SuppressionReason"), 80)
    if reason == "ManualSuppression" and told.get("Origin") != "Recipient":
        return "SubscriptionChange: by the sender"
    return f"SubscriptionChange: {reason}"


def _mail(told: Json, delivery: Delivery) -> Mail:
    raw = told.get("RawEmail")
    complete = isinstance(raw, str) and bool(raw)
    if isinstance(raw, str) and raw:
        octets = raw.encode("utf-8", "replace")
    elif "Headers" in told:
        names = ("From", "To", "Cc", "Subject", "Date", "ReplyTo")  # taken out of the headers by Postmark
        given = [
            ("Reply-To" if name == "ReplyTo" else name, told.get(name)) for name in names if told.get(name)
        ]
        given += [(str(one.get("Name")), one.get("Value")) for one in reading.things(told["Headers"])]
        text = told.get("TextBody")
        octets = rebuild.message(given, text if isinstance(text, str) else "")
    else:
        raise Unreadable("The message has neither “RawEmail” nor “Headers”.")
    return Mail(
        source=SOURCE,
        id=reading.text(told.get("MessageID"), 200) or reading.identity(octets),
        raw=octets,
        received_at=reading.moment(None, delivery),
        recipient=reading.text(told.get("OriginalRecipient"), 320),
        complete=complete,
    )
