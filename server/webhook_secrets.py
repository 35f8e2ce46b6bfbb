"""What each provider's deliveries are verified with, from JSON: as people write it, and as it is stored."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from inbound.webhooks.mailgun import MailgunSecrets
from inbound.webhooks.postmark import PostmarkSecrets
from inbound.webhooks.receive import AllSecrets
from inbound.webhooks.sendgrid import SendgridSecrets
from inbound.webhooks.sns import SesSecrets
from inbound.webhooks.twilio import TwilioSecrets
from models.webhooks import KEPT

_KINDS: Final[Mapping[str, TypeAdapter[Any]]] = {
    "sendgrid": TypeAdapter(SendgridSecrets),
    "mailgun": TypeAdapter(MailgunSecrets),
    "postmark": TypeAdapter(PostmarkSecrets),
    "ses": TypeAdapter(SesSecrets),
    "twilio": TypeAdapter(TwilioSecrets),
}
_SECRET: Final = {"keys", "tokens", "topics", "users", "headers"}
_WRITTEN: Final = _SECRET | {"tolerance", "sha1"}


class BadSecrets(ValueError):
    """They cannot be used; the message says why, and repeats none of them."""


def read(provider: str, given: object, certificate: Callable[[str], bytes] | None = None) -> AllSecrets:
    """Return the secrets of one provider, all others without; raises `BadSecrets`.

    `certificate` gets the certificates of Amazon SNS. A tolerance is in seconds, a day at most: so long a
    delivery is known.
    """
    kind = _KINDS[provider]
    if not isinstance(given, dict):
        raise BadSecrets("They are one JSON object.")
    try:
        made = kind.validate_python({name: value for name, value in given.items() if name in _WRITTEN})
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadSecrets(told.removeprefix(": ")) from None
    names = {field.name for field in fields(made)} & _WRITTEN
    if unknown := sorted(set(map(str, given)) - names):
        raise BadSecrets(f"{provider} knows {', '.join(sorted(names))}, not {', '.join(unknown)[:200]}.")
    held = [value for name in names & _SECRET for value in getattr(made, name)]
    if not held or not all(each if isinstance(each, str) else all(each) for each in held):
        raise BadSecrets(f"Give at least one, and none that is empty: {', '.join(sorted(names & _SECRET))}.")
    if not timedelta() < getattr(made, "tolerance", KEPT) <= KEPT:
        raise BadSecrets("The tolerance is more than nothing and at most a day.")
    if isinstance(made, SesSecrets):
        made = replace(made, certificate=certificate)
    return AllSecrets(**{provider: made})
