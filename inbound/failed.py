"""Which addresses failed, when a report has no fields for it: read from its words, or what it returns."""

import re

from inbound.headers import ADDRESS, addresses, unique
from inbound.message import Message
from inbound.phrases import ROLES
from inbound.returned import Report

AT = ADDRESS.pattern
FIRST_IN_LINE = re.compile(
    rf"""(?m)^[\s>*•·-]{{0,20}}(?:>>>[ ])?["'<(]{{0,2}}({AT})["'>)]{{0,2}}(?=\s*(?:$|[:;.,(\[<-])|\s+\S)"""
)
"""A line that begins with the address: qmail, Postfix, Exim, sendmail, Exchange, OpenSMTPD, X3, Zoho."""
AFTER_A_WORD = re.compile(
    r"""(?i)\b(?:rcpt to|deliver\w*[^\n@]{0,40}? to|recipients?|address(?:es)?|user(?:id)?|mailbox|account"""
    rf"""|full|errors?|rejected|unknown|"emailAddress")["'\s:<(=\[]{{1,12}}({AT})"""
)
"""A word that leads to the address: "delivering your mail to", "RCPT TO:", "unknown user", Amazon's JSON."""
AFTER_A_CODE = re.compile(rf"""(?m)\b[45]\d\d[ -][^\n<@]{{0,80}}<({AT})>""")
"""A refusal by SMTP that repeats the address: sendmail 5, transcripts."""
SENDERS = re.compile(
    r"(?i)(?:mail from|sent by|message from|sender|envelope-from|contact|(?<!\w)from|written by)"
    rf"[\s:=]{{0,6}}<?({AT})"
)


def failed(message: Message, report: Report) -> tuple[str, ...]:
    """Return the addresses that failed; or else those that the returned message went to."""
    words = report.words
    writers = set(message.headers.addresses("to", "from")) | set(
        report.original.addresses("from", "return-path", "reply-to", "sender")
    )
    writers |= {address.lower() for address in SENDERS.findall(words)}
    went_to = report.original.addresses(
        "to", "cc", "x-original-to", "delivered-to", "x-hmxmroriginalrecipient"
    )
    named = unique(
        address.lower().lstrip("'")
        for pattern in (FIRST_IN_LINE, AFTER_A_CODE, AFTER_A_WORD)
        for address in pattern.findall(words)
        if pattern is FIRST_IN_LINE or not ROLES.match(address.lower())
    )
    anywhere = addresses(words)
    choices = (
        without(named, writers),
        tuple(a for a in anywhere if a in went_to and a not in writers),
        without(went_to, writers),
        tuple(a for a in without(anywhere, writers) if not ROLES.match(a)),
        named,
        went_to,
    )
    return next((choice for choice in choices if choice), ())


def without(found: tuple[str, ...], writers: set[str]) -> tuple[str, ...]:
    """Return the addresses that did not write the message."""
    return tuple(address for address in found if address not in writers)
