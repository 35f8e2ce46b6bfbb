"""Header fields within bounds: reading a block, decoding a value, addresses and message ids (RFC 5322, 2047).

The standard library's parser of values is used on short strings only: on long ones it is quadratic, or
recurses once per bracket.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import Self

from inbound.charsets import decoded

MAX_BLOCK = 262_144  # bytes of one header; ten thousand ordinary fields fit
MAX_FIELDS = 10_000
MAX_VALUE = 16_384  # References of a long thread
MAX_SHORT = 2_000  # what is given to the standard library's parsers

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
ADDRESS = re.compile(
    r"""(?:"[^"\n@]{1,64}"|[^\s<>()\[\]{}",;:@\\|]{1,64})@(?:[\w-]{1,63}\.){0,20}[\w-]{1,63}"""
)
MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header, by lower-case name, in order of appearance."""

    fields: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: bytes) -> tuple[Self, bytes]:
        """Split a message into its fields and what follows them; lines before the first field are skipped."""
        fields: dict[str, list[str]] = {}
        last: list[str] | None = None
        position = count = 0
        while position < min(len(raw), MAX_BLOCK):
            end = raw.find(b"\n", position)
            end = len(raw) if end < 0 else end
            line = raw[position:end][:MAX_VALUE].rstrip(b"\r")
            if not line.strip() and fields:
                return cls(fields), raw[end + 1 :]
            match = FIELD.fullmatch(line)
            if line[:1] in {b" ", b"\t"}:
                if last and len(last[-1]) < MAX_VALUE:
                    last[-1] += " " + _text(line.strip())
            elif match:
                last = None
                if count < MAX_FIELDS:
                    last = fields.setdefault(match[1].decode("ascii").lower(), [])
                    last.append(_text(match[2].strip()))
                    count += 1
            elif fields:  # the blank line is missing: this is the text already
                return cls(fields), raw[position:]
            position = end + 1
        if position < len(raw):  # more header than anybody sends: the rest is not looked at as header
            blank = re.compile(rb"\n\r?\n").search(raw, position)
            return cls(fields), raw[blank.end() :] if blank else b""
        return cls(fields), b""

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def all(self, name: str) -> list[str]:
        """Return every value of a field, as it came."""
        return self.fields.get(name, [])

    def get(self, name: str) -> str:
        """Return the first value of a field, as it came; "" if there is none."""
        return self.fields.get(name, [""])[0]

    def text(self, name: str) -> str:
        """Return the first value with its encoded words decoded (RFC 2047)."""
        return _words(self.get(name)[:MAX_SHORT])

    def addresses(self, *names: str) -> tuple[str, ...]:
        """Return the addresses in these fields, lower case, each once."""
        return unique(a for name in names for value in self.all(name) for a in addresses(value))

    def ids(self, *names: str) -> tuple[str, ...]:
        """Return the message ids in these fields, without brackets, each once.

        A field that carries one without brackets (seen in feedback reports) is taken as it is.
        """
        found: list[str] = []
        for value in (value for name in names for value in self.all(name)):
            bare = value.strip()
            found += MESSAGE_ID.findall(value) or ([bare] if "@" in bare and " " not in bare else [])
        return unique(found)

    def sender(self) -> str:
        """Return the address of From, or of Sender; "" if there is none."""
        for name in ("from", "sender"):
            value = self.get(name)[:MAX_SHORT]
            try:
                address = parseaddr(value)[1]
            except (RecursionError, ValueError, IndexError, TypeError):
                address = ""
            found = addresses(address) or addresses(value)
            if found:
                return found[-1]
        return ""

    def sent_at(self) -> datetime | None:
        """Return Date; None if it is missing or is no date. One without a zone counts as UTC."""
        try:
            when = parsedate_to_datetime(self.get("date")[:100])
            return when if when.tzinfo else when.replace(tzinfo=UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses in a text, lower case, each once."""
    return unique(match.lstrip("'").lower() for match in ADDRESS.findall(text))


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Return each item once, in order."""
    return tuple(dict.fromkeys(item for item in items if item))


def _text(value: bytes) -> str:
    """Return a raw value as text: ASCII by the standard, anything in practice."""
    return decoded(value, "utf-8")


def _words(value: str) -> str:
    """Decode encoded words; what is broken stays as it stands."""
    try:
        chunks = decode_header(value)
    except (MessageError, ValueError, LookupError):
        return value
    parts = (
        chunk if isinstance(chunk, str) else decoded(chunk, charset or "utf-8") for chunk, charset in chunks
    )
    return "".join(parts).replace("\n", " ").replace("\r", "")
