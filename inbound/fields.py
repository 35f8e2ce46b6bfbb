"""The fields of a delivery report, one group for each recipient (RFC 3464, section 2.3)."""

import re
from dataclasses import dataclass

from inbound.headers import Headers, addresses, unique
from inbound.message import Message
from inbound.returned import Report

MAX_GROUPS = 200

TYPES = ("message/delivery-status", "message/global-delivery-status")
GROUPS = re.compile(r"\n[ \t]*\n")
INLINE = re.compile(r"(?im)^[ \t>]{0,8}(?:final|original)-recipient[ \t]*:.*(?:\n.+)*")
"""A group that stands in the text: the type is wrong or the boundary broken (Amazon WorkMail)."""
NAMED = ("final-recipient", "original-recipient", "x-actual-recipient", "x-failed-recipients")
CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one recipient; "" where it says nothing."""

    action: str
    status: str
    addresses: tuple[str, ...]


def recipients(message: Message, report: Report) -> tuple[Recipient, ...]:
    """Return what the report says of each recipient; nothing if it has no fields."""
    part = message.part(*TYPES)
    groups = GROUPS.split(part.text().strip())[: MAX_GROUPS + 1] if part else []
    found = [_recipient(group) for group in groups]
    if not any(found):
        found = [_recipient(match[0]) for match in INLINE.finditer(report.words)][:MAX_GROUPS]
    return tuple(recipient for recipient in found if recipient)


def _recipient(group: str) -> Recipient | None:
    """Read one group; None if it speaks of no recipient (the first group speaks of the mail system)."""
    block = re.sub(r"(?m)^[ \t>]{1,8}(?=[\w-]+-recipient|action|status)", "", group, flags=re.IGNORECASE)
    headers, _ = Headers.read(block.encode())
    action = re.split(r"[\s(;]", headers.get("action").strip().lower(), maxsplit=1)[0]
    if not action and not any(name in headers for name in NAMED):
        return None
    named = unique(a for name in NAMED for value in headers.all(name) for a in addresses(value))
    code = CODE.search(headers.get("status")) or CODE.search(headers.get("diagnostic-code"))
    return Recipient(action, code[1] if code else "", named)
