"""Messages that come through a webhook: raw where the provider has them raw, else rebuilt."""

import base64
import email
import email.policy
import json
from urllib.parse import urlencode

import pytest

from inbound.webhooks import Delivery, Mail, Unreadable, mailgun, postmark, sendgrid, ses
from inbound.webhooks.mailgun import MailgunSecrets
from inbound.webhooks.sendgrid import SendgridSecrets
from tests.inbound.payloads import signing
from tests.inbound.payloads.signing import FORM, NOW, multipart, reply

HEADERS = [["From", "Ada <ada@example.com>"], ["In-Reply-To", "<m1@mail.example.com>"], ["Subject", "Re: Hé"]]
HEADERS += [
    ["Auto-Submitted", "auto-replied"],
    ["Content-Type", "multipart/mixed; boundary=x"],
    ["Bad\nName", "x"],
]


def rebuilt(mail: object) -> None:
    assert isinstance(mail, Mail)
    read = email.message_from_bytes(mail.raw, policy=email.policy.default)
    assert not mail.complete
    assert (read["In-Reply-To"], read["Subject"]) == ("<m1@mail.example.com>", "Re: Hé")
    assert read["Auto-Submitted"] == "auto-replied"
    assert read.get_content_type() == "text/plain"
    assert "Grüße" in read.get_content()


def test_sendgrid_raw() -> None:
    envelope = json.dumps({"to": ["sales@example.org"], "from": "ada@example.com"}).encode()
    body, kind = multipart({"email": reply(), "envelope": envelope, "charsets": b"{}"})
    delivery = signing.sendgrid(body, kind)
    sendgrid.verify(delivery, SendgridSecrets((signing.sendgrid_key(signing.curve()),)))
    [mail] = sendgrid.events(delivery)
    assert isinstance(mail, Mail)
    assert (mail.raw, mail.recipient, mail.complete) == (reply(), "sales@example.org", True)
    assert [mail] == sendgrid.events(signing.sendgrid(body, kind))


def test_sendgrid_taken_apart() -> None:
    headers = "\n".join(f"{name}: {value}" for name, value in HEADERS[:5]).encode()
    body, kind = multipart({"headers": headers, "text": "Grüße".encode(), "envelope": b"no JSON"})
    rebuilt(sendgrid.events(signing.sendgrid(body, kind))[0])


@pytest.mark.parametrize("multi", [True, False])
def test_mailgun_raw(multi: bool) -> None:
    fields = {name: value.encode() for name, value in signing.mailgun_block("mailgun-key").items()}
    fields |= {"recipient": b"sales@example.org", "body-mime": reply() + b"\xff"}
    body, kind = multipart(fields) if multi else (urlencode(fields).encode(), FORM)
    delivery = Delivery({"content-type": kind}, body, "", NOW)
    mailgun.verify(delivery, MailgunSecrets(("mailgun-key",)))
    assert mailgun.events(delivery) == [
        Mail("mailgun", "t" * 50, reply() + b"\xff", NOW, "sales@example.org", complete=True)
    ]
    assert mailgun.once(delivery) == "t" * 50


def test_mailgun_taken_apart() -> None:
    fields = signing.mailgun_block("k") | {
        "message-headers": json.dumps([*HEADERS, "x", [1]]),
        "body-plain": "Grüße",
    }
    rebuilt(mailgun.events(Delivery({"content-type": FORM}, urlencode(fields).encode(), "", NOW))[0])


def test_postmark_raw() -> None:
    told = {"MessageID": "pm-1", "RawEmail": reply().decode(), "OriginalRecipient": "sales@example.org"}
    assert postmark.events(signing.postmark(told)) == [
        Mail("postmark", "pm-1", reply(), NOW, "sales@example.org", complete=True)
    ]


def test_postmark_taken_apart() -> None:
    headers = [{"Name": name, "Value": value} for name, value in HEADERS if name not in {"From", "Subject"}]
    told = {"From": "ada@example.com", "Subject": "Re: Hé", "Headers": headers, "TextBody": "Grüße"}
    rebuilt(postmark.events(signing.postmark(told | {"MessageID": "pm-1"}))[0])


def test_postmark_an_automatic_reply_comes_along_with_its_notice() -> None:
    told = signing.payload("postmark_events.json")[8] | {"Content": reply().decode()}
    told["Metadata"] = {"contact_id": "contact-7"}
    [mail] = postmark.events(signing.postmark(told))
    assert isinstance(mail, Mail)
    assert (mail.id, mail.raw, mail.contact_id) == ("9005", reply(), "contact-7")


@pytest.mark.parametrize("encoding", ["BASE64", "UTF8"])
def test_ses_received(encoding: str) -> None:
    content = base64.b64encode(reply()) if encoding == "BASE64" else reply()
    told = {
        "notificationType": "Received",
        "mail": {"messageId": "in-1"},
        "receipt": {"action": {"type": "SNS", "encoding": encoding}, "recipients": ["sales@example.org"]},
        "content": content.decode(),
    }
    assert ses.events(signing.ses(signing.envelope(told))) == [
        Mail("ses", "in-1", reply(), NOW, "sales@example.org", complete=True)
    ]


def test_what_is_not_there_is_said() -> None:
    body, kind = multipart({"subject": b"x"})
    received = {"notificationType": "Received", "receipt": {"action": {"type": "S3"}}}
    coded = {"notificationType": "Received", "receipt": {"action": {"encoding": "BASE64"}}, "content": "A"}
    with pytest.raises(Unreadable, match="headers"):
        sendgrid.events(signing.sendgrid(body, kind))
    with pytest.raises(Unreadable, match="message-headers"):
        mailgun.events(Delivery({"content-type": kind}, body, "", NOW))
    with pytest.raises(Unreadable, match="RawEmail"):
        postmark.events(signing.postmark({"MessageID": "pm-1"}))
    with pytest.raises(Unreadable, match="SNS action"):
        ses.events(signing.ses(signing.envelope(received)))
    with pytest.raises(Unreadable, match="base64"):
        ses.events(signing.ses(signing.envelope(coded)))
