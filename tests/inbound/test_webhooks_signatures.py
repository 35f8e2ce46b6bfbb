"""Nothing gets in that the provider did not sign, for us, now: each part changed in turn."""

import base64
import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from inbound.webhooks import BadSignature, Confirmation, Delivery, Unreadable, receive, ses, sns
from inbound.webhooks.mailgun import MailgunSecrets
from inbound.webhooks.postmark import PostmarkSecrets
from inbound.webhooks.receive import AllSecrets
from inbound.webhooks.sendgrid import SendgridSecrets
from inbound.webhooks.sns import SesSecrets
from inbound.webhooks.twilio import TwilioSecrets, signature
from tests.inbound.payloads import signing
from tests.inbound.payloads.signing import CERTIFICATE, NOW, TOPIC, envelope, payload

SECRETS = AllSecrets(
    sendgrid=SendgridSecrets((signing.sendgrid_key(signing.curve()),)),
    mailgun=MailgunSecrets(("mailgun-key",)),
    postmark=PostmarkSecrets((("us", "hunter2"),)),
    ses=SesSecrets(frozenset({TOPIC}), lambda _url: signing.certificate()),
    twilio=TwilioSecrets(("auth-token",)),
)


def opened() -> Delivery:
    return signing.sendgrid(json.dumps([{"event": "open", "sg_event_id": "1"}]).encode())


def good(name: str) -> Delivery:
    match name:
        case "sendgrid":
            return opened()
        case "mailgun":
            return signing.mailgun(payload("mailgun_events.json")[8])
        case "postmark":
            return signing.postmark(payload("postmark_events.json")[2])
        case "ses":
            return signing.ses(envelope(payload("ses_events.json")[3]))
        case _:
            return signing.twilio(payload("twilio_forms.json")[0])


def changed(delivery: Delivery, **headers: str | None) -> Delivery:
    kept = {key: value for key, value in delivery.headers.items() if key not in headers}
    set_ = {key: value for key, value in headers.items() if value is not None}
    return dataclasses.replace(delivery, headers=kept | set_)


def refused(name: str, delivery: Delivery, secrets: AllSecrets = SECRETS, match: str | None = None) -> None:
    with pytest.raises(BadSignature, match=match):
        receive.receive(name, delivery, secrets)


@pytest.mark.parametrize("name", receive.PROVIDERS)
def test_a_good_delivery_is_read(name: str) -> None:
    assert len(receive.receive(name, good(name), SECRETS).happenings) == 1


@pytest.mark.parametrize("name", receive.PROVIDERS)
def test_without_secrets_nothing_is_accepted(name: str) -> None:
    refused(name, good(name), AllSecrets())


@pytest.mark.parametrize("name", receive.PROVIDERS)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b"null", b"[" * 100_000])
def test_an_unsigned_body_is_refused(name: str, body: bytes) -> None:
    refused(name, Delivery({"content-type": "application/json"}, body, signing.HOST, NOW))


@pytest.mark.parametrize("name", ["sendgrid", "ses", "twilio"])
def test_a_changed_body_is_refused(name: str) -> None:
    delivery = good(name)
    refused(name, dataclasses.replace(delivery, body=delivery.body.replace(b"1", b"2")))


@pytest.mark.parametrize(("name", "minutes"), [("sendgrid", 5), ("mailgun", 5), ("ses", 65)])
def test_a_replay_is_refused_once_it_is_old(name: str, minutes: int) -> None:
    for late in (timedelta(minutes=minutes), -timedelta(minutes=minutes)):
        receive.receive(name, dataclasses.replace(good(name), received_at=NOW + late), SECRETS)
        later = late + late / minutes
        refused(name, dataclasses.replace(good(name), received_at=NOW + later), match="too far")


@pytest.mark.parametrize("name", receive.PROVIDERS)
def test_a_provider_repeats_itself_with_the_same_ids(name: str) -> None:
    assert receive.receive(name, good(name), SECRETS) == receive.receive(name, good(name), SECRETS)


def test_nobody_elses_webhook() -> None:
    with pytest.raises(KeyError):
        receive.receive("example", opened(), SECRETS)


# SendGrid


def test_sendgrid_needs_both_headers() -> None:
    for name in opened().headers:
        if name != "Content-Type":
            refused("sendgrid", changed(opened(), **{name: None}), match="no header")


@pytest.mark.parametrize("stamp", ["", "now", "1795421399", "01795421400", "\uff11795421400"])
def test_sendgrid_signs_its_timestamp(stamp: str) -> None:
    refused("sendgrid", changed(opened(), **{"X-Twilio-Email-Event-Webhook-Timestamp": stamp}))


@pytest.mark.parametrize("text", ["", "%", "AAAA", base64.b64encode(b"no DER").decode(), "é"])
def test_sendgrid_signature_of_another_form(text: str) -> None:
    refused("sendgrid", changed(opened(), **{"X-Twilio-Email-Event-Webhook-Signature": text}))


def test_sendgrid_keys_are_exchanged() -> None:
    other = signing.sendgrid_key(ec.generate_private_key(ec.SECP256R1()))
    refused("sendgrid", opened(), AllSecrets(sendgrid=SendgridSecrets((other,))))
    receive.receive(
        "sendgrid", opened(), AllSecrets(sendgrid=SendgridSecrets((other, *SECRETS.sendgrid.keys)))
    )


@pytest.mark.parametrize("key", ["", "no base64!", "AAAA"])
def test_sendgrid_key_of_another_form_is_told_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="SendGrid key"):
        SendgridSecrets((key,))


def test_headers_have_no_case() -> None:
    delivery = opened()
    lower = {name.lower(): value for name, value in delivery.headers.items()}
    receive.receive("sendgrid", dataclasses.replace(delivery, headers=lower), SECRETS)


# Mailgun


@pytest.mark.parametrize("part", ["timestamp", "token", "signature"])
def test_mailgun_signs_each_part(part: str) -> None:
    block = signing.mailgun_block("mailgun-key")
    for value in ("", "1795421401", None, 7):
        body = json.dumps({"signature": block | {part: value}, "event-data": {}}).encode()
        refused("mailgun", Delivery({"content-type": "application/json"}, body, "", NOW))


def test_mailgun_timestamp_may_be_a_number() -> None:
    block = signing.mailgun_block("mailgun-key")
    body = json.dumps(
        {"signature": block | {"timestamp": int(block["timestamp"])}, "event-data": {}}
    ).encode()
    receive.receive("mailgun", Delivery({"content-type": "application/json"}, body, "", NOW), SECRETS)


def test_mailgun_keys_are_exchanged_and_parents_sign() -> None:
    both = AllSecrets(mailgun=MailgunSecrets(("new-key", "mailgun-key")))
    receive.receive("mailgun", good("mailgun"), both)
    refused("mailgun", good("mailgun"), AllSecrets(mailgun=MailgunSecrets(("new-key", ""))))
    block = signing.mailgun_block("their-key")
    parent = {"parent-signature": signing.mailgun_block("mailgun-key")["signature"]}
    body = json.dumps({"signature": block | parent, "event-data": {}}).encode()
    receive.receive("mailgun", Delivery({"content-type": "application/json"}, body, "", NOW), SECRETS)


def test_an_empty_secret_is_none() -> None:
    refused("mailgun", signing.mailgun({}, key=""), AllSecrets(mailgun=MailgunSecrets(("",))))
    forged = signing.twilio({"MessageSid": "SM1"}, key="")
    refused("twilio", forged, AllSecrets(twilio=TwilioSecrets(("",))))


def test_mailgun_token_lends_the_timestamp_no_digit() -> None:
    block = signing.mailgun_block("mailgun-key", token="1" + "t" * 49)
    moved = block | {"timestamp": block["timestamp"] + "1", "token": "t" * 49}
    body = json.dumps({"signature": moved, "event-data": {}}).encode()
    delivery = Delivery({"content-type": "application/json"}, body, "", NOW)
    refused("mailgun", delivery, match="not a Unix time")


def test_mailgun_token_counts_once_for_it_does_not_sign_the_body() -> None:
    first = receive.receive("mailgun", signing.mailgun({"event": "opened", "id": "1"}), SECRETS)
    forged = receive.receive("mailgun", signing.mailgun({"event": "complained", "id": "2"}), SECRETS)
    assert first.once == forged.once == "t" * 50
    assert receive.receive("sendgrid", opened(), SECRETS).once is None


# Postmark


@pytest.mark.parametrize(
    "given",
    [
        signing.basic("us", "hunter3"),
        signing.basic("them", "hunter2"),
        signing.basic("us:hunter2", ""),
        signing.basic("us", "hunter2").replace("Basic", "Bearer"),
        "Basic",
        "Basic %",
        "Basic " + base64.b64encode(b"\xff").decode(),
        "",
        None,
    ],
)
def test_postmark_password(given: str | None) -> None:
    refused("postmark", changed(good("postmark"), Authorization=given))


def test_postmark_passwords_are_exchanged() -> None:
    both = PostmarkSecrets((("us", "new"), ("us", "hunter2")))
    receive.receive("postmark", good("postmark"), AllSecrets(postmark=both))


def test_postmark_header_alone_or_with_the_password() -> None:
    alone = AllSecrets(postmark=PostmarkSecrets(headers=(("X-Secret", "s3cret"),)))
    delivery = good("postmark")
    receive.receive("postmark", changed(delivery, **{"X-Secret": "s3cret"}), alone)
    refused("postmark", changed(delivery, **{"X-Secret": "s3cre"}), alone)
    refused("postmark", delivery, alone)
    both = AllSecrets(postmark=PostmarkSecrets((("us", "hunter2"),), (("X-Secret", "s3cret"),)))
    refused("postmark", delivery, both)
    refused("postmark", changed(delivery, **{"X-Secret": "s3cret", "Authorization": None}), both)
    with pytest.raises(ValueError, match="empty"):
        PostmarkSecrets((("us", ""),))


# Amazon SNS


def with_certificate(get: Callable[[str], bytes]) -> AllSecrets:
    return AllSecrets(ses=SesSecrets(frozenset({TOPIC}), get))


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://evil.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.com/SimpleNotificationService-0123abcd.pem",
        "https://evilsns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.evil.com/amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.com/SimpleNotificationService-0123abcd.pem",
        "https://evil.com\\@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0123abcd.pem",
        "https://s3.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com/bucket/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe#.pem",
        "https://sns.eu-central-1.amazonaws.com\n.evil.com/SimpleNotificationService-0123abcd.pem",
        "https://[::1/SimpleNotificationService-0123abcd.pem",
        "file:///etc/passwd",
        "",
    ],
)
def test_certificates_come_from_sns_and_nothing_else_is_fetched(url: str) -> None:
    def get(asked: str) -> bytes:
        raise AssertionError(asked)

    refused("ses", signing.ses(envelope("{}", SigningCertURL=url)), with_certificate(get))


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [{}, {"Subject": "Amazon SES"}, {"Subject": ""}])
def test_sns_signatures_of_both_versions(version: str, subject: dict[str, str]) -> None:
    told = envelope(payload("ses_events.json")[3], SignatureVersion=version, **subject)
    asked: list[str] = []

    def get(url: str) -> bytes:
        asked.append(url)
        return signing.certificate()

    receive.receive("ses", signing.ses(told), with_certificate(get))
    assert asked == [CERTIFICATE]


@pytest.mark.parametrize(
    "part", ["Message", "MessageId", "Subject", "Timestamp", "Type", "Signature", "TopicArn"]
)
def test_sns_signs_each_part(part: str) -> None:
    told = json.loads(signing.ses(envelope("{}", Subject="x")).body)
    for value in (told[part] + " ", "", None, 7):
        refused("ses", Delivery({}, json.dumps(told | {part: value}).encode(), "", NOW))


def test_a_signature_does_not_pass_for_another_version() -> None:
    told = json.loads(signing.ses(envelope("{}")).body)
    for version in ("1", "3", 2, None):
        refused("ses", Delivery({}, json.dumps(told | {"SignatureVersion": version}).encode(), "", NOW))


def test_sha1_can_be_switched_off() -> None:
    strict = AllSecrets(ses=dataclasses.replace(SECRETS.ses, sha1=False))
    refused("ses", signing.ses(envelope("{}", SignatureVersion="1")), strict, "version")


def test_a_topic_of_someone_else_is_refused_though_amazon_signed_it() -> None:
    refused("ses", signing.ses(envelope("{}", TopicArn=TOPIC + "-of-eve")), match="none of ours")


@pytest.mark.parametrize(
    "pem", [b"", b"no certificate", signing.certificate("evil.com"), signing.certificate(days=-1)]
)
def test_certificates_that_do_not_do(pem: bytes) -> None:
    refused("ses", signing.ses(envelope("{}")), with_certificate(lambda _url: pem), "certificate")


def test_a_network_that_does_not_answer_is_no_bad_signature() -> None:
    def get(_url: str) -> bytes:
        raise OSError

    with pytest.raises(OSError):
        receive.receive("ses", signing.ses(envelope("{}")), with_certificate(get))


def test_a_subscription_is_returned_to_be_confirmed_never_fetched() -> None:
    told = envelope("You have chosen …", **signing.CONFIRMATION)
    received = receive.receive("ses", signing.ses(told), SECRETS)
    assert received.happenings == (Confirmation(TOPIC, signing.CONFIRMATION["SubscribeURL"]),)
    refused("ses", signing.ses(envelope("x", **{**signing.CONFIRMATION, "TopicArn": "arn:of:eve"})))
    unsubscribed = envelope("x", **{**signing.CONFIRMATION, "Type": "UnsubscribeConfirmation"})
    assert receive.receive("ses", signing.ses(unsubscribed), SECRETS).happenings == ()


def test_a_subscription_elsewhere_is_unreadable() -> None:
    told = envelope("x", **{**signing.CONFIRMATION, "SubscribeURL": "https://amazonaws.com.evil.com/"})
    with pytest.raises(Unreadable, match="host"):
        ses.events(signing.ses(told))


def test_a_server_can_ask_where_the_certificate_is() -> None:
    assert sns.certificate_url(sns.message_of(good("ses"))) == CERTIFICATE


# Twilio


def test_twilio_signature_as_its_documentation_has_it() -> None:
    fields = {
        "CallSid": b"CA1234567890ABCDE",
        "Caller": b"+14158675309",
        "Digits": b"1234",
        "From": b"+14158675309",
        "To": b"+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, fields.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    "url",
    [
        "https://status.example.org/webhooks/twilio?contact_id=1",
        "https://status.example.org/webhooks/twilio/",
        "http://status.example.org/webhooks/twilio",
        "https://evil.com/webhooks/twilio",
        "https://[::1/",
        "https://status.example.org:x/webhooks/twilio",
        "",
    ],
)
def test_twilio_signs_the_url(url: str) -> None:
    refused("twilio", dataclasses.replace(good("twilio"), url=url))


@pytest.mark.parametrize("port", ["", ":443"])
def test_twilio_signs_with_or_without_the_port(port: str) -> None:
    receive.receive("twilio", signing.twilio(payload("twilio_forms.json")[0], port=port), SECRETS)


def test_twilio_tokens_are_exchanged() -> None:
    receive.receive("twilio", good("twilio"), AllSecrets(twilio=TwilioSecrets(("new", "auth-token"))))
    refused("twilio", good("twilio"), AllSecrets(twilio=TwilioSecrets(("new", ""))))
    refused("twilio", changed(good("twilio"), **{"X-Twilio-Signature": None}), match="no header")
    refused("twilio", changed(good("twilio"), **{"X-Twilio-Signature": "é"}))


def test_twilio_a_body_of_another_kind_is_not_covered_by_the_signature() -> None:
    # A signature of the URL alone, as Twilio makes for JSON, with a body that anyone could put there.
    empty = signing.twilio({})
    forged = dataclasses.replace(empty, body=b'{"MessageSid": "SM1"}')
    refused("twilio", changed(forged, **{"Content-Type": "application/json"}), match="Only a form")
    refused("twilio", forged)
