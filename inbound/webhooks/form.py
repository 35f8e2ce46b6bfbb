"""HTML forms as bytes: application/x-www-form-urlencoded, and multipart/form-data (RFC 7578).

Own code for the second, because fields are raw mail: `email.parser` would read a field that looks like a
message as a tree of messages, and every form library of the frameworks decodes to text what must stay bytes.
"""

import re
from urllib.parse import parse_qsl

from inbound.webhooks import Delivery, Unreadable

MOST_FIELDS = 1_000

_BOUNDARY = re.compile(r"""boundary=(?:"([^"\r\n]{1,200})"|([^;\s"]{1,200}))""", re.IGNORECASE)
_NAME = re.compile(rb"""^content-disposition:[^\r\n]*?[;\s]name="([^"\r\n]*)""", re.IGNORECASE | re.MULTILINE)

Fields = dict[str, bytes]


def kind(delivery: Delivery) -> str:
    """Return the media type of the body, without parameters, in lower case."""
    return (delivery.header("content-type") or "").partition(";")[0].strip().lower()


def fields(delivery: Delivery) -> Fields:
    """Read a form of either type; of a field that comes twice the last counts."""
    match kind(delivery):
        case "application/x-www-form-urlencoded":
            return dict(pairs(delivery))
        case "multipart/form-data":
            return _multipart(delivery)
        case other:
            raise Unreadable(f"The body is no form, but “{other[:80]}”.")


def pairs(delivery: Delivery) -> list[tuple[str, bytes]]:
    """Read a URL-encoded form, every field in order."""
    try:
        # Latin-1 both ways: a byte stays that byte, whatever the field's own charset.
        found = parse_qsl(
            delivery.body.decode("latin-1"),
            keep_blank_values=True,
            encoding="latin-1",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Unreadable(f"The form has more than {MOST_FIELDS:,} fields.") from error
    return [(_text(name.encode("latin-1")), value.encode("latin-1")) for name, value in found]


def _multipart(delivery: Delivery) -> Fields:
    boundary = _BOUNDARY.search(delivery.header("content-type") or "")
    if boundary is None:
        raise Unreadable("The form has no boundary.")
    delimiter = b"\r\n--" + (boundary[1] or boundary[2]).encode("utf-8", "surrogatepass")
    parts = (b"\r\n" + delivery.body).split(delimiter, MOST_FIELDS + 2)[1:]
    if len(parts) > MOST_FIELDS + 1:
        raise Unreadable(f"The form has more than {MOST_FIELDS:,} fields.")
    found: Fields = {}
    for part in parts:
        if part.startswith(b"--"):
            return found
        headers, blank, value = part.lstrip(b" \t").removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = _NAME.search(headers)
        if blank and name:
            found[_text(name[1])] = value
    raise Unreadable("The form ends before its last boundary.")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
