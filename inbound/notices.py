"""Small kinds: read receipts (RFC 8098), Amazon's notifications by way of SNS as mail, and newsletters."""

import re

from inbound import automatic
from inbound.headers import Headers, addresses
from inbound.message import Message
from inbound.reading import Finding, Kind
from inbound.returned import Report

READ = re.compile(
    r"(?i)\s*(?:read|not read|read receipt|return receipt|gelesen|ungelesen|lu|leído|letto|lida|gelezen|"
    r"lesebestätigung|accusé de (?:lecture|réception)|confirmación de lectura|conferma di lettura)\s*[:(]"
)
WAS_READ = re.compile(
    r"(?i)\b(?:was|has been|were) (?:read|displayed|opened|deleted)\b|return receipt|"
    r"wurde\b.{0,80}\b(?:gelesen|angezeigt)|"
    r"a été (?:lu|affiché)|fue leído|è stato letto|is gelezen"
)
RECIPIENTS = re.compile(r'"(bounced|complained|delayed)Recipients"\s*:\s*\[([^\]]{0,20000})')
KINDS = {"bounced": Kind.BOUNCE, "complained": Kind.COMPLAINT, "delayed": Kind.DELAY}


def read_receipt(message: Message, report: Report) -> Finding | None:
    """Say whether the message is a read receipt; old Outlook and Notes send one without the type."""
    part = message.part("message/disposition-notification")
    if part or message.report == "disposition-notification":
        fields = Headers.read(part.data().lstrip())[0] if part else Headers({})
        who = fields.addresses("original-recipient", "final-recipient")
        return Finding(Kind.READ_RECEIPT, "It is a disposition notification.", who)
    if READ.match(message.headers.text("subject")) and WAS_READ.search(report.words[:1000]):
        return Finding(Kind.READ_RECEIPT, "Subject and text say that the message was read.")
    return None


def to_many(message: Message) -> Finding | None:
    """Say whether the message went to a list or to many and answers nothing: a newsletter is no reply."""
    headers = message.headers
    if headers.ids("in-reply-to", "references") or not automatic.listed(headers):
        return None
    return Finding(Kind.OTHER, "It went to a list, or to many, and answers nothing.")


def amazon(message: Message, report: Report) -> Finding | None:
    """Read a notification of Amazon SES that SNS sent as mail: JSON, recipients by what became of them."""
    if "x-amz-sns-message-id" not in message.headers:
        return None
    match = RECIPIENTS.search(report.words)
    if not match:
        return Finding(Kind.OTHER, "It is a notification of Amazon SES, and of no failure.")
    status = re.search(r'"status"\s*:\s*"([45]\.\d{1,3}\.\d{1,3})', match[2])
    why = f"It is a notification of Amazon SES that names {match[1]} recipients."
    return Finding(KINDS[match[1]], why, addresses(match[2]), status[1] if status else None)
