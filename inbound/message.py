"""A message as its parts, within bounds (RFC 2045, 2046).

Why not the standard library's parser: it holds every line against the boundary of every level and recurses
once per level, so a small hostile message costs minutes or the stack. Here each level is searched once for
its own boundary, levels and parts are counted, and only what is read is decoded.
"""

import base64
import binascii
import html
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as StandardMessage

from inbound.charsets import decoded
from inbound.headers import Headers
from inbound.reading import Unreadable

MAX_MESSAGE = 25 * 1024 * 1024  # what the server takes
MAX_READ = 4 * 1024 * 1024  # attachments beyond it are not looked at: text and reports come first
MAX_DEPTH = 20
MAX_PARTS = 200
MAX_TRIES = 20_000  # lines that look like a boundary
MAX_TEXT = 200_000  # bytes of one part that are decoded

TAG = re.compile(r"(<[^<>]{0,4000}>)")
BREAKS = re.compile(r"</?(?:br|p|div|tr|li|h[1-6]|table|ul|ol|hr|pre|dd|dt)\b", re.IGNORECASE)
SILENT = re.compile(r"<(/?)(?:style|script|head|title)\b", re.IGNORECASE)
QUOTED = re.compile(r"<(/?)blockquote\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part that is not a multipart: its type, its fields, its bytes as they came."""

    type: str
    headers: Headers
    body: bytes
    attached: bool = False
    charset: str = "utf-8"

    def text(self) -> str:
        """Return the part's text: decoded, and of HTML what a reader sees."""
        text = decoded(self.data(), self.charset).replace("\r\n", "\n").replace("\r", "\n")
        return plain(text) if self.type == "text/html" else text

    def data(self) -> bytes:
        """Return the bytes behind the transfer encoding, bounded; broken encoding is taken as it stands."""
        encoding = self.headers.get("content-transfer-encoding").strip().lower()
        body = self.body[:MAX_TEXT]
        if encoding == "quoted-printable":
            return quopri.decodestring(body)
        if encoding == "base64":
            whole = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
            try:
                return base64.b64decode(whole[: len(whole) // 4 * 4])
            except binascii.Error:
                return body
        return body

    def enclosed(self) -> Headers:
        """Return the header of the message that this part encloses."""
        return Headers.read(self.data().lstrip())[0]


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message: header, type and report type, and its parts; an enclosed message is a single part."""

    headers: Headers
    type: str
    report: str
    parts: tuple[Part, ...] = field(default=())

    def part(self, *types: str) -> Part | None:
        """Return the first part of one of these types."""
        return next((part for part in self.parts if part.type in types), None)


def parse(raw: bytes) -> Message:
    """Split a message into parts.

    Raises:
        Unreadable: there is not one header field in it, or it is larger than 25 MB.

    """
    if len(raw) > MAX_MESSAGE:
        raise Unreadable("The message is larger than 25 MB.")
    headers, body = Headers.read(raw[:MAX_READ])
    if not headers.fields:
        raise Unreadable("There is no header field in it: this is no message.")
    top = _content(headers)
    room = [MAX_PARTS]
    return Message(
        headers,
        top.get_content_type(),
        _parameter(top, "report-type"),
        tuple(_parts(headers, body, 0, room)),
    )


def plain(markup: str) -> str:
    """Return what a reader of the HTML sees, quoted blocks marked by "> "; in one pass."""
    out: list[str] = []
    silent = quoted = 0
    for index, piece in enumerate(TAG.split(markup)):
        if index % 2 == 0:
            if not silent:
                out.append(re.sub(r"\s+", " ", html.unescape(piece)))
        elif match := SILENT.match(piece):
            silent = 0 if match[1] else 1
        elif match := QUOTED.match(piece):
            quoted = max(0, quoted + (-1 if match[1] else 1))
            out.append("\n" + "> " * min(quoted, 3))
        elif BREAKS.match(piece):
            out.append("\n" + "> " * min(quoted, 3))
    return re.sub(r"\n[ \n]*\n[ \n]*\n", "\n\n", "".join(out)).replace("\xa0", " ").strip()


def _parts(headers: Headers, body: bytes, depth: int, room: list[int]) -> Iterator[Part]:
    """Yield the leaves of a part, as long as there is room."""
    content = _content(headers)
    kind = content.get_content_type()
    boundary = _parameter(content, "boundary")
    sections = (
        _sections(body, boundary) if kind.startswith("multipart/") and boundary and depth < MAX_DEPTH else []
    )
    for section in sections:
        if room[0] <= 0:
            return
        inner, rest = _section(section)
        yield from _parts(inner, rest, depth + 1, room)
    if sections:
        return
    room[0] -= 1
    if kind.startswith("multipart/"):  # its boundary never comes, or it lies too deep: it is read as text
        kind = "text/plain"
    attached = headers.get("content-disposition").lower().startswith("attachment")
    charset = _parameter(content, "charset") or "utf-8"
    readable = kind.startswith(("text/", "message/"))
    yield Part(kind, headers, body if readable else b"", attached=attached, charset=charset)


def _sections(body: bytes, boundary: str) -> list[bytes]:
    """Return what lies between the boundary's lines; after the last one nothing counts."""
    mark = b"--" + boundary.encode("utf-8", "replace")
    sections: list[bytes] = []
    start = -1
    position = 0 if body.startswith(mark) else body.find(b"\n" + mark) + 1 or -1
    for _ in range(MAX_TRIES):
        if position < 0 or len(sections) >= MAX_PARTS:
            break
        end = body.find(b"\n", position)
        end = len(body) if end < 0 else end
        rest = body[position + len(mark) : end].strip()
        if rest in {b"", b"--"}:  # not the line of another boundary that begins the same
            if start >= 0:
                sections.append(body[start:position])
            start = end + 1
            if rest:
                return sections
        position = body.find(b"\n" + mark, end) + 1 or -1
    if 0 <= start < len(body) and len(sections) < MAX_PARTS:  # the last boundary is missing
        sections.append(body[start:])
    return sections


def _section(section: bytes) -> tuple[Headers, bytes]:
    """Split a section; one that begins with an empty line has no header (RFC 2046, 5.1)."""
    if section.lstrip(b" \t\r")[:1] == b"\n" or not re.match(rb"\s*[!-9;-~]{1,200}[ \t]*:", section):
        return Headers({}), section.lstrip()
    return Headers.read(section)


def _content(headers: Headers) -> StandardMessage:
    """Return the type and its parameters, read by the standard library."""
    message = StandardMessage()
    value = headers.get("content-type")[:1000]
    if value:
        message["Content-Type"] = value.replace("\n", " ").replace("\r", " ")
    return message


def _parameter(content: StandardMessage, name: str) -> str:
    """Return a parameter of the type; "" if it is missing or broken."""
    try:
        value = content.get_param(name, "")
    except (ValueError, LookupError, TypeError):
        return ""
    if isinstance(value, tuple):  # RFC 2231
        value = value[2]
    text = str(value).strip()
    return text if name == "boundary" else text.lower()
