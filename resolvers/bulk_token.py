"""The token of a preview: what was asked, and the selection it was counted on. Only we can make or read one.

A token is Fernet's (encrypted, signed and dated by `cryptography`), under a key that is made from the team's
secret for this purpose alone. Nothing is stored until a bulk change is started with it.
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

import orjson
from cryptography.fernet import Fernet, InvalidToken

from models.contact_lists import ContactFilter
from models.selections import Pin
from rules.facts import Channel
from rules.statuses import Change, Status, in_order

GOOD_FOR: Final = timedelta(hours=1)
LONGEST: Final = 100_000
"""No token that we make has more letters."""

_PURPOSE: Final = b"contact-status: preview of a bulk change"
_SETS: Final = ("all_of", "any_of", "none_of")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every contact that a filter lets through."""

    filter: ContactFilter
    add: Sequence[Status]
    remove: Sequence[Status]
    note: str | None

    @property
    def changes(self) -> list[Change]:
        """Return the changes in the order they are decided: removes first."""
        return [-status for status in self.remove] + [+status for status in self.add]


@dataclass(frozen=True, slots=True)
class Promise:
    """What a preview showed: to whom, of what, and the id that the bulk change gets if it is started."""

    bulk_id: int
    member_id: int
    asked: Asked
    pin: Pin


class Expired(Exception):
    """The token is ours, but too old."""


def token(secret: str, promise: Promise) -> str:
    """Return the token that holds a promise; `secret` is the team's."""
    asked = promise.asked
    told = {
        "id": promise.bulk_id,
        "member": promise.member_id,
        "filter": _plain(asked.filter),
        "add": [status.name for status in asked.add],
        "remove": [status.name for status in asked.remove],
        "note": asked.note,
        "pin": [promise.pin.count, promise.pin.checksum],
    }
    return _fernet(secret).encrypt(orjson.dumps(told)).decode()


def read(secret: str, token: str) -> Promise | None:
    """Return what a token holds, None if it is not one of this team's; raises `Expired` after an hour."""
    if len(token) > LONGEST or not token.isascii():
        return None
    fernet = _fernet(secret)
    try:
        told = orjson.loads(fernet.decrypt(token))
    except InvalidToken:
        return None
    if expires_at(secret, token) <= datetime.now(UTC):
        raise Expired
    add, remove = ([Status[name] for name in told[part]] for part in ("add", "remove"))
    asked = Asked(_filter(told["filter"]), add, remove, told["note"])
    return Promise(told["id"], told["member"], asked, Pin(*told["pin"]))


def expires_at(secret: str, token: str) -> datetime:
    """Return until when a token of ours is good."""
    return datetime.fromtimestamp(_fernet(secret).extract_timestamp(token), UTC) + GOOD_FOR


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), _PURPOSE, "sha256")))


def _plain(wanted: ContactFilter) -> dict[str, Any]:
    return {name: _words(value) for name, value in wanted._asdict().items() if value is not None}


def _words(value: Any) -> Any:
    if isinstance(value, frozenset):
        return [status.name for status in in_order(value)]
    return value.name if isinstance(value, Enum) else value


def _filter(told: dict[str, Any]) -> ContactFilter:
    given = dict(told)
    for name in _SETS:
        if name in given:
            given[name] = frozenset(Status[each] for each in given[name])
    if "replied_by" in given:
        given["replied_by"] = Channel[given["replied_by"]]
    if "updated_since" in given:
        given["updated_since"] = datetime.fromisoformat(given["updated_since"])
    return ContactFilter(**given)
