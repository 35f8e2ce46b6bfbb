"""Spam complaints: feedback reports (RFC 5965) and what providers send in their place.

Every feedback type counts (RFC 5965, 6591: abuse, fraud, virus, opt-out, auth-failure …) but "not-spam"
(RFC 6430), which takes a complaint back and means nothing here.
"""

import re

from inbound.headers import Headers, addresses, unique
from inbound.message import Message
from inbound.reading import Finding, Kind
from inbound.returned import Report

SAID = re.compile(
    r"(?i)\bthis is an? (?:[\w.-]+ ){0,4}(?:abuse|spam|opt-?out|feedback|fraud|complaint)[\w -]{0,20} report"
    r" (?:for|about|of)\b"
    r"|\bthis is an? (?:\w+ ){0,3}(?:spam|abuse|junk) complaint\b"
    r"|\b(?:user|recipient|subscriber|customer|member)s? (?:of ours )?(?:has |have )?"
    r"(?:reported|marked|flagged|complained)\b.{0,80}\b(?:spam|junk|abuse|abusive|unsolicited|unwanted)\b"
)
"""The first sentence of a report whose types are wrong (RFC 5965, appendix B, copied by most providers)."""
OUTLOOK = re.compile(
    r"(?i)\s*complaint about message from "
)  # Hotmail's and Outlook's junk mail reporting program
DESK = re.compile(r"(?i)(?:complaints?|scomp|fbl|feedback-?loop|arf)[\w.+-]{0,40}@")
"""Who sends feedback reports and nothing else: what they enclose is complained about."""
HIDDEN = re.compile(r"(?i)\b(?:redacted|undisclosed|hashed|\*+)")
NAMED = ("original-rcpt-to", "removal-recipient", "x-hmxmroriginalrecipient")
ENCLOSED = ("x-hmxmroriginalrecipient", "to", "delivered-to", "x-original-to", "x-rcpt-to")


def look(message: Message, report: Report) -> Finding | None:
    """Say whether the message is a spam complaint, and whose."""
    part = message.part("message/feedback-report")
    fields = Headers.read(part.data().lstrip())[0] if part else Headers({})
    subject = message.headers.text("subject")
    if part or message.report == "feedback-report":
        clue = "a feedback report"
    elif report.attached and (OUTLOOK.match(subject) or "x-hmxmroriginalrecipient" in report.original):
        clue = "a complaint of Outlook's reporting program"
    elif (report.original.fields and SAID.search(report.words[:500])) or "x-xarf" in message.headers:
        clue = "a report that says it is one"
    elif report.attached and DESK.match(message.headers.sender()):
        clue = "a message that a desk for complaints returned"
    elif message.headers.get("x-apple-unsubscribe").strip().lower() == "true":
        why = "It is Apple Mail's report that its user wants no more."
        return Finding(Kind.COMPLAINT, why, (message.headers.sender(),))
    else:
        return None
    kind = fields.get("feedback-type").strip().lower()
    if kind == "not-spam":
        return Finding(Kind.OTHER, "It is a feedback report that takes a complaint back (not-spam).")
    named = fields.addresses(*NAMED) or report.original.addresses(*ENCLOSED)
    who = unique(a for a in named if not HIDDEN.search(a)) or addresses(
        " ".join(fields.all("reported-address"))
    )
    return Finding(Kind.COMPLAINT, f"It is {clue}{f' of type {kind[:40]}' if kind else ''}.", who)
