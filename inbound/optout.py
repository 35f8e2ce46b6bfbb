"""The token of the opt-out link: which team and which contact, signed.

A token is `version ‖ team ‖ contact ‖ HMAC-SHA256 of these, cut to 128 bits` in URL-safe base64 (RFC 4648,
section 5): some 32 letters. It never expires and holds no personal data, only our own numbers. 128 bits of a
tag are more than anyone can guess (RFC 2104, section 5, allows half of the hash). A new secret is put first;
tokens of the old ones are read as long as they are in the list, and the links in mail that was sent long ago
must go on working.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence

VERSION = 1
LEAST_SECRET = 16
PATH = "/o/"
"""Where the links lead; the token follows. Mail that is out there must go on working: it never changes."""

_TAG = 16
_MOST = 1 << 63  # as far as PostgreSQL's bigint goes
_FORM = re.compile(r"[A-Za-z0-9_-]{24,64}")


def token(secret: str, team_id: int, contact_id: int) -> str:
    """Return the token for the link of one contact of one team: always the same for the same secret."""
    if len(secret) < LEAST_SECRET:
        raise ValueError(f"The secret of opt-out links has at least {LEAST_SECRET} characters.")
    if not (0 <= team_id < _MOST and 0 <= contact_id < _MOST):
        raise ValueError("Ids are not negative, and no longer than eight bytes.")
    told = bytes([VERSION]) + _number(team_id) + _number(contact_id)
    return base64.urlsafe_b64encode(told + _tag(secret, told)).rstrip(b"=").decode()


def read(secrets: Sequence[str], token: str) -> tuple[int, int] | None:
    """Return team and contact of a token signed with any of the secrets, None for anything else."""
    octets = _octets(token)
    if octets is None:
        return None
    told, tag = octets[:-_TAG], octets[-_TAG:]
    ours = False
    for secret in secrets:  # every one, so that the time taken does not tell which
        ours |= len(secret) >= LEAST_SECRET and hmac.compare_digest(tag, _tag(secret, told))
    return _ids(told) if ours else None


def team_of(token: str) -> int | None:
    """Return the team that a token names, unverified: it says whose secret `read` needs. None: no token."""
    octets = _octets(token)
    if octets is None or octets[0] != VERSION or octets[1] > 8:
        return None
    team_id = int.from_bytes(octets[2 : 2 + octets[1]])
    return team_id if team_id < _MOST else None


def _octets(token: str) -> bytes | None:
    if not _FORM.fullmatch(token):
        return None
    try:
        octets = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    # The last letter has bits to spare: only the one spelling counts.
    same = base64.urlsafe_b64encode(octets).rstrip(b"=").decode() == token
    return octets if same else None


def _tag(secret: str, told: bytes) -> bytes:
    # What the secret is used for is signed, too: it may serve other purposes elsewhere.
    return hmac.new(secret.encode(), b"opt-out link\0" + told, hashlib.sha256).digest()[:_TAG]


def _number(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8)
    return bytes([len(digits)]) + digits


def _ids(told: bytes) -> tuple[int, int] | None:
    """Read what was signed: a version we know, then two numbers, each after its length."""
    if told[0] != VERSION:
        return None
    team, rest = told[2 : 2 + told[1]], told[2 + told[1] :]
    contact = rest[1:]
    return int.from_bytes(team), int.from_bytes(contact)
