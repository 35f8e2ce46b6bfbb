"""Delivery reports: bounces, delays, and what is neither (RFC 3464 and the many dialects).

Two ways: the fields of a report, where there are any; else clues of two sorts, both needed: that a mail
system wrote the message, and that it speaks of a failure. A person who writes about an undeliverable message
gives none of the first.
"""

import re
from dataclasses import dataclass

from inbound import automatic, phrases
from inbound.failed import failed
from inbound.fields import TYPES, Recipient, recipients
from inbound.headers import ADDRESS, addresses, unique
from inbound.message import Message
from inbound.reading import Finding, Kind
from inbound.returned import Report

NO_FAILURE = {"delivered", "relayed", "expanded", "deliverable"}
STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
SUBJECT_OF_A_PERSON = re.compile(r"(?i)\s*(?:re|aw|fwd?|wg|tr|rv|sv|vs|antw|odp|ynt|rif)\s*(?:\[\d+\])?\s*:")


@dataclass(frozen=True, slots=True)
class Machine:
    """A clue that a mail system wrote the message; if not sure it needs the returned message or a code."""

    why: str
    sure: bool


def look(message: Message, report: Report) -> Finding | None:
    """Say whether the message is a delivery report, and what it reports."""
    machine = written_by_a_mail_system(message, report)
    if not machine:
        return None
    told = recipients(message, report)
    if told:
        return _by_fields(message, report, told)
    return _by_words(message, report, machine)


def written_by_a_mail_system(message: Message, report: Report) -> Machine | None:  # noqa: PLR0911 -- a list of clues
    """Return the clue that a mail system wrote the message; None if a person may have."""
    headers = message.headers
    subject = headers.text("subject")
    sender = headers.text("from")
    nobody = headers.get("return-path").strip() in {"<>", "<null>"} or sender.strip() in {"", "<>"}
    if message.report == "delivery-status":
        return Machine("it is a delivery report", sure=True)
    if "x-failed-recipients" in headers:
        return Machine("it carries X-Failed-Recipients", sure=True)
    if SUBJECT_OF_A_PERSON.match(subject) or "list-id" in headers:
        return None
    if message.part(*TYPES):
        return Machine("a gateway wrapped a delivery report", sure=True)
    if phrases.DAEMON_ADDRESS.match(headers.sender() or sender.strip('" <')):
        return Machine("a mail system sent it", sure=True)
    if automatic.certain(headers, subject):
        return None
    if phrases.DAEMON_NAME.search(ADDRESS.sub("", sender)):
        return Machine("a mail system sent it", sure=nobody)
    if nobody:
        return Machine("it has no return path", sure=bool(phrases.FAILURE.search(subject)))
    if phrases.NO_REPLY.match(headers.sender()) and report.original.fields:
        return Machine("a machine returned a message", sure=False)
    return None


def _by_fields(message: Message, report: Report, told: tuple[Recipient, ...]) -> Finding | None:
    """Read what the fields of a report say of each recipient (RFC 3464, 2.3)."""
    lost = [r for r in told if r.action not in NO_FAILURE | {"delayed"}]
    late = [r for r in told if r.action == "delayed"]
    concerned = lost or late
    if not concerned:
        return Finding(Kind.OTHER, "The delivery report says that the message was delivered.")
    if lost and not any(r.action for r in lost) and _is_late(message, report):
        kind = Kind.DELAY
    else:
        kind = Kind.BOUNCE if lost else Kind.DELAY
    status = next((r.status for r in concerned if r.status), None) or _status(report.words)
    who = unique(a for r in concerned for a in r.addresses) or failed(message, report)
    said = concerned[0].action or f"status {status}"
    return Finding(
        kind, f"The delivery report says {said} for {', '.join(who[:3]) or 'its recipient'}.", who, status
    )


def _by_words(message: Message, report: Report, machine: Machine) -> Finding | None:
    """Read a report that has no fields: the subject, and the words before the returned message."""
    subject = message.headers.text("subject")
    said = phrases.FAILURE.search(subject) or phrases.FAILURE.search(report.words)
    late = _is_late(message, report)
    told = message.report == "delivery-status" or "x-failed-recipients" in message.headers
    if not said and not late and not told:
        return None
    if not machine.sure and not report.original.fields and not _status(report.words):
        return None
    kind = Kind.DELAY if late else Kind.BOUNCE
    words = (said[0] if said else late) or "delivery report"
    named = addresses(message.headers.get("x-failed-recipients"))
    return Finding(
        kind,
        f"{machine.why[0].upper()}{machine.why[1:]}, and it says “{' '.join(words.split())[:80]}”.",
        named or failed(message, report),
        _status(report.words),
    )


def _is_late(message: Message, report: Report) -> str:
    """Return the words that say delivery is still being tried; "" if none do, or if it was given up."""
    text = message.headers.text("subject") + "\n" + report.words
    late = phrases.DELAYED.search(text)
    return late[0] if late and not phrases.GIVEN_UP.search(text) else ""


def _status(words: str) -> str | None:
    """Return the first status code of a failure in the words (RFC 3463)."""
    match = STATUS.search(words)
    return match[1] if match else None
