"""Deliveries signed as each provider signs them, with keys made here and now."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from inbound.webhooks import Delivery

NOW = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
HOST = "https://status.example.org/webhooks/"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:ses-events"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
FORM = "application/x-www-form-urlencoded"


def payload(name: str) -> Any:
    return json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def reply() -> bytes:
    return (Path(__file__).parent / "reply.eml").read_bytes()


def seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


@cache
def curve() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def sendgrid_key(private: ec.EllipticCurvePrivateKey) -> str:
    der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def sendgrid(body: bytes, kind: str = "application/json", at: datetime = NOW) -> Delivery:
    signature = curve().sign(seconds(at).encode() + body, ec.ECDSA(SHA256()))
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": seconds(at),
        "Content-Type": kind,
    }
    return Delivery(headers, body, HOST + "sendgrid", NOW)


def mailgun_block(key: str, at: datetime = NOW, token: str = "t" * 50) -> dict[str, str]:
    told = (seconds(at) + token).encode()
    signature = hmac.new(key.encode(), told, hashlib.sha256).hexdigest()
    return {"timestamp": seconds(at), "token": token, "signature": signature}


def mailgun(event: object, key: str = "mailgun-key", at: datetime = NOW) -> Delivery:
    body = json.dumps({"signature": mailgun_block(key, at), "event-data": event}).encode()
    return Delivery({"content-type": "application/json"}, body, HOST + "mailgun", NOW)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def postmark(event: object, **headers: str) -> Delivery:
    sent = {"Content-Type": "application/json", "Authorization": basic("us", "hunter2")} | headers
    return Delivery(sent, json.dumps(event).encode(), HOST + "postmark", NOW)


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def certificate(name: str = "sns.amazonaws.com", days: int = 30, ago: int = 100) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, rsa_key().public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=ago))
        .not_valid_after(NOW + timedelta(days=days))
        .sign(rsa_key(), SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def envelope(message: object, **changes: str) -> dict[str, str]:
    stamp = NOW.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    text = message if isinstance(message, str) else json.dumps(message)
    return {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": TOPIC,
        "Message": text,
        "Timestamp": stamp,
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
    } | changes


CONFIRMATION = {
    "Type": "SubscriptionConfirmation",
    "Token": "confirm-me",
    "SubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=confirm-me",
}


def ses(told: Mapping[str, str], *, sign: bool = True) -> Delivery:
    """Sign after the documentation's own list of names, sorted by their bytes, not after the program's."""
    confirms = told["Type"] != "Notification"
    names = {"Message", "MessageId", "Timestamp", "TopicArn", "Type"}
    names |= {"SubscribeURL", "Token"} if confirms else {"Subject"} & set(told)
    text = "".join(f"{name}\n{told[name]}\n" for name in sorted(names)).encode()
    algorithm = SHA1() if told["SignatureVersion"] == "1" else SHA256()  # noqa: S303
    signature = base64.b64encode(rsa_key().sign(text, PKCS1v15(), algorithm)).decode()
    body = json.dumps({**told, "Signature": signature} if sign else dict(told)).encode()
    return Delivery({"Content-Type": "text/plain; charset=UTF-8"}, body, HOST + "ses", NOW)


def twilio(
    fields: Mapping[str, str], query: str = "", port: str = "", key: str = "auth-token", host: str = HOST
) -> Delivery:
    url = host + "twilio" + query
    signed = url.replace("status.example.org", "status.example.org" + port)
    text = signed + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature}
    return Delivery(headers, urlencode(fields).encode(), url, NOW)


def multipart(fields: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Return a form as RFC 7578 has it, and its content type."""
    parts = b"".join(
        b'--xYz\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    )
    return parts + b"--xYz--\r\n", "multipart/form-data; boundary=xYz"
