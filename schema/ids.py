"""Global ids: opaque, of one type each. An id that is malformed or of another type names nothing.

(Relay's Global Object Identification; GraphQL Foundation.)
"""

import binascii
import re
from functools import lru_cache
from typing import Final

_FORM = re.compile(r"([A-Z][A-Za-z]*):([1-9][0-9]{0,18})")
_ALPHABETS: Final = bytes.maketrans(b"-_", b"+/")
"""An id may come in either of base64's two alphabets (RFC 4648)."""
_MOST: Final = 2**63 - 1


@lru_cache(maxsize=50_000)
def to_id(kind: str, number: int) -> str:
    """Return the global id of a row; those of late are remembered, as a page names few sequences and members.

    Letters, digits and a colon never make one of the two characters in which base64's two alphabets differ.
    """
    return binascii.b2a_base64(f"{kind}:{number}".encode(), newline=False).rstrip(b"=").decode()


def kind_and_number(global_id: str) -> tuple[str, int] | None:
    """Return the type and the row that a global id names; None if it is malformed."""
    try:
        padded = global_id + "=" * (-len(global_id) % 4)
        written = padded.encode("ascii").translate(_ALPHABETS)
        form = _FORM.fullmatch(binascii.a2b_base64(written, strict_mode=True).decode())
    except (binascii.Error, ValueError):
        return None
    if form is None or int(form[2]) > _MOST:
        return None
    return form[1], int(form[2])


def number_of(kind: str, global_id: str | None) -> int | None:
    """Return the row of an id of this type; None if it is malformed or of another type."""
    found = kind_and_number(global_id) if global_id else None
    return found[1] if found and found[0] == kind else None
