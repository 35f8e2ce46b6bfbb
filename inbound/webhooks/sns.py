"""Amazon SNS: is a message really Amazon's, and of a topic that is ours.

Sources: "Verifying the signatures of Amazon SNS messages", "HTTP/HTTPS notification JSON format", "HTTP/HTTPS
subscription confirmation JSON format", "Amazon SNS message delivery retries". Anyone with an account can have
SNS sign messages of his own topic: without the list of ours a good signature proves nothing.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificate
from cryptography.x509.oid import NameOID

from inbound.webhooks import BadSignature, Delivery, Unreadable, reading
from inbound.webhooks.reading import Json
from inbound.webhooks.signatures import fresh, needed, octets

HOST = re.compile(r"sns\.[a-z0-9-]{3,40}\.amazonaws\.com(\.cn)?")
"""The hosts of SNS: one in each region."""

_PATH = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,100}\.pem")
_NAME = re.compile(r"sns(\.[a-z0-9-]{3,40})?\.amazonaws\.com(\.cn)?")
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
"""The fields that a signature covers, in this order; Subject only where there is one."""


@dataclass(frozen=True, slots=True)
class SesSecrets:
    """Our topics, and how to get a certificate: a callable given an URL that this module has checked.

    It returns PEM, and may raise what it likes when the network does not answer: that is no bad signature.
    SNS signs when it published and tries for at most 3,600 seconds: the tolerance is five minutes more.
    `sha1`: accept SignatureVersion 1, which topics use unless told otherwise.
    """

    topics: frozenset[str] = frozenset()
    certificate: Callable[[str], bytes] | None = None
    tolerance: timedelta = timedelta(seconds=3_600 + 300)
    sha1: bool = True


def amazon(url: str) -> bool:
    """Say whether a URL is one of SNS itself: https, its host, and nothing that could point elsewhere."""
    try:
        parts = urlsplit(url)
        return (
            url.isascii()
            and not re.search(r"[\s\\]", url)
            and parts.scheme == "https"
            and parts.netloc in {parts.hostname, f"{parts.hostname}:443"}
            and HOST.fullmatch(parts.hostname or "") is not None
        )
    except ValueError:
        return False


def certificate_url(message: Json) -> str:
    """Return where the certificate is, or refuse: a server that fetches ahead calls this first."""
    url = needed(message.get("SigningCertURL"), "SigningCertURL")
    parts = urlsplit(url) if amazon(url) else None
    if parts is None or parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        raise BadSignature("The certificate is not at a host of Amazon SNS.")
    return url


def message_of(delivery: Delivery) -> Json:
    """Read the envelope of SNS: an object, whatever its Content-Type (SNS says text/plain)."""
    found = reading.parsed(delivery.body)
    if not isinstance(found, dict):
        raise Unreadable("SNS sends an object.")
    return found


def verify(delivery: Delivery, secrets: SesSecrets) -> None:
    """Check topic and time, then the signature with the certificate."""
    try:
        message = message_of(delivery)
    except Unreadable as error:
        raise BadSignature("The delivery has no signature that can be read.") from error
    if needed(message.get("TopicArn"), "TopicArn") not in secrets.topics:
        raise BadSignature("The topic is none of ours.")
    fresh(_published(message), delivery, secrets.tolerance)
    algorithm = _algorithm(message, secrets)
    data = signed(message)
    try:
        signature = base64.b64decode(needed(message.get("Signature"), "Signature"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature("The signature is not base64.") from error
    url = certificate_url(message)
    if secrets.certificate is None:
        raise BadSignature("There is no way to get certificates.")
    key = _key(secrets.certificate(url), delivery.received_at)
    try:
        key.verify(signature, data, PKCS1v15(), algorithm)
    except InvalidSignature as error:
        raise BadSignature("The certificate's key did not sign this.") from error


def _algorithm(message: Json, secrets: SesSecrets) -> SHA1 | SHA256:
    match message.get("SignatureVersion"):
        case "2":
            return SHA256()
        case "1" if secrets.sha1:
            return SHA1()  # noqa: S303 - Amazon's choice for version 1
        case _:
            raise BadSignature("The version of the signature is not accepted.")


def signed(message: Json) -> bytes:
    """Return the string to sign: each name and value on a line of its own."""
    names = SIGNED.get(str(message.get("Type")))
    if names is None:
        raise BadSignature("The type of the message is unknown.")
    if message.get("Subject") is None:
        names = tuple(name for name in names if name != "Subject")
    lines = [line for name in names for line in (name, _value(message, name))]
    return octets("\n".join([*lines, ""]))


def _value(message: Json, name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str):
        raise BadSignature(f"The message has no {name}.")
    return value


def _published(message: Json) -> datetime:
    try:
        at = datetime.fromisoformat(needed(message.get("Timestamp"), "Timestamp"))
    except ValueError as error:
        raise BadSignature("The signed timestamp is no time.") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _key(pem: bytes, now: datetime) -> RSAPublicKey:
    try:
        certificate = load_pem_x509_certificate(pem)
        key = certificate.public_key()
        named = _named(certificate)
    except Exception as error:  # the parser's errors are many, and one meaning
        raise BadSignature("The certificate cannot be read.") from error
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise BadSignature("The certificate is not valid now.")
    if not named or not isinstance(key, RSAPublicKey):
        raise BadSignature("The certificate is not one of Amazon SNS.")
    return key


def _named(certificate: Certificate) -> bool:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return any(_NAME.fullmatch(str(name.value)) for name in names)
