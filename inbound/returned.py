"""What a report says, apart from the message that it returns."""

import re
from dataclasses import dataclass

from inbound.headers import Headers
from inbound.message import Message, Part

MAX_NOTICE = 50_000  # characters of a report that are read
MAX_LINE = 2_000

ENCLOSED = (
    "message/rfc822",
    "text/rfc822-headers",
    "text/rfc822-header",
    "message/rfc822-headers",
    "message/global",
)
FIELDS = frozenset(
    {"received", "return-path", "message-id", "from", "to", "cc", "subject", "date", "mime-version", "sender"}
    | {"content-type", "dkim-signature", "delivered-to", "reply-to", "x-mailer", "x-received", "user-agent"}
    | {"x-originating-ip", "arc-seal", "envelope-to"}
)
"""Fields of an ordinary message: where several stand together in a text, the returned message begins."""
CERTAIN = frozenset(
    ["received", "return-path", "message-id", "from", "mime-version", "dkim-signature", "x-received"]
)
"""One of them must be there: a report may well repeat subject and date."""

FIELD = re.compile(r"(?i)([a-z][a-z0-9-]{1,60}):")
MARKER = re.compile(
    r"(?i)^[\s>*]*(?:"
    r"-{2,}.{0,40}\b(?:copy of (?:the|your) (?:message|mail)|original (?:message|mail|header)"
    r"|(?:unsent|returned|rejected) message|below this line|header of the original)"
    r"|-{5,}\s*original message"
    r"|(?:the )?original message follows"
    r"|(?:message|original) headers? follow"
    r"|(?:included|below|attached|this) is a copy of (?:the|your)"
    r"|\W*(?:mensaje|message|nachricht) origina?l\W*$"
    r")"
)
"""Lines after which a returned message stands: Exim, qmail, sendmail 5, Gmail, m-FILTER, OpenSMTPD, IMail."""


@dataclass(frozen=True, slots=True)
class Report:
    """The words of the report itself, and the header of the message that came back with it."""

    whole: str  # the text as it came, the returned or quoted message included
    words: str
    original: Headers
    attached: bool  # the message came back as a part of its own


def report(message: Message) -> Report:
    """Separate a report from what it returns, whether that is a part of its own or stands in the text."""
    words: list[str] = []
    original = Headers({})
    attached = False
    for kind in ("text/plain", "text/html"):
        if not words:
            words = [p.text() for p in message.parts if p.type == kind and not p.attached][:5]
    if not words:
        words = [p.text() for p in message.parts if p.type.startswith("text/") and p.type not in ENCLOSED][:3]
    for part in message.parts:
        original = _enclosed(part)
        if original.fields:
            attached = True
            break
    text = "\n".join(line[:MAX_LINE] for line in "\n".join(words)[:MAX_NOTICE].split("\n"))
    notice, rest = _split(text)
    if not original.fields:
        original = Headers.read(rest.lstrip().encode())[0]
    return Report(text, notice, original, attached)


def _enclosed(part: Part) -> Headers:
    """Return the header of the message that a part encloses, whatever it calls itself; empty if none."""
    if part.type in ENCLOSED:
        return part.enclosed()
    if "received" in part.headers:  # the part's own header is missing: it begins with the message (X1)
        return part.headers
    if part.attached and part.type == "text/plain" and _begins(part.text()[:MAX_LINE].split("\n"), 0):
        return part.enclosed()
    return Headers({})


def _split(text: str) -> tuple[str, str]:
    """Cut a text where the returned message begins: at a marker, or at the first lines of a header."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if MARKER.match(line) or _begins(lines, number):
            skip = number
            while skip < min(len(lines), number + 8) and not _begins(lines, skip):
                skip += 1
            return "\n".join(lines[:number]), "\n".join(lines[skip:])
    return text, ""


def _begins(lines: list[str], number: int) -> bool:
    """Say whether a message's header begins at this line: two known fields, nothing but fields between."""
    known = certain = 0
    for line in lines[number : number + 12]:
        match = FIELD.match(line)
        if match:
            known += match[1].lower() in FIELDS
            certain += match[1].lower() in CERTAIN
            if known >= 2 and certain:
                return True
        elif known == 0 or not line.startswith((" ", "\t")):
            return False
    return False
