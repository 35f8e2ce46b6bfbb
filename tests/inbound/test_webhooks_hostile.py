"""Whatever comes, it is read, refused as not the provider's, or unreadable: nothing else is ever raised."""

import contextlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.webhooks import (
    BadSignature,
    Delivery,
    Unreadable,
    form,
    mailgun,
    postmark,
    reading,
    receive,
    sendgrid,
    ses,
    sns,
    twilio,
)
from tests.inbound.payloads import signing
from tests.inbound.payloads.signing import FORM, NOW, payload
from tests.inbound.test_webhooks_signatures import SECRETS

MODULES = {"sendgrid": sendgrid, "mailgun": mailgun, "postmark": postmark, "ses": ses, "twilio": twilio}
KINDS = st.sampled_from(
    ["application/json", FORM, "multipart/form-data; boundary=x", "text/plain", "", "a;b=\ud800"]
)
URLS = st.sampled_from([signing.HOST, "https://[", "https://x:99999999/?a=b", ""]) | st.text()
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just("\ud800")
)
JSON = st.recursive(
    LEAVES, lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3)
)
SAMPLES: list[Any] = [
    *payload("sendgrid_events.json"),
    *payload("mailgun_events.json"),
    *payload("postmark_events.json"),
    *payload("ses_events.json"),
]


@contextlib.contextmanager
def nothing_else() -> Any:
    with contextlib.suppress(BadSignature, Unreadable):
        yield


def try_all(delivery: Delivery) -> None:
    for name, module in MODULES.items():
        with nothing_else():
            receive.receive(name, delivery, SECRETS)
        with nothing_else():
            module.events(delivery)
        with nothing_else():
            module.once(delivery)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(), st.text(), max_size=3), KINDS, st.binary(), URLS)
def test_bytes(headers: dict[str, str], kind: str, body: bytes, url: str) -> None:
    try_all(Delivery(headers | {"content-type": kind}, body, url, NOW))


@settings(max_examples=150, deadline=None)
@given(JSON, KINDS)
def test_json(value: object, kind: str) -> None:
    for body in (value, [value], {"event-data": value, "signature": value}):
        try_all(Delivery({"content-type": kind}, json.dumps(body).encode(), signing.HOST, NOW))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_samples_with_a_part_of_another_kind(sample: dict[str, Any], data: st.DataObject) -> None:
    changed = json.loads(json.dumps(sample))
    place = changed
    while True:
        name = data.draw(st.sampled_from(sorted(place) or ["x"]))
        if not isinstance(place.get(name), dict) or data.draw(st.booleans()):
            break
        place = place[name]
    place[name] = data.draw(JSON)
    sendgrid.events(signing.sendgrid(json.dumps([changed]).encode()))
    mailgun.events(signing.mailgun(changed))
    with nothing_else():
        postmark.events(signing.postmark(changed))
    with nothing_else():
        ses.events(signing.ses(signing.envelope(changed)))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(), st.text(), max_size=3), st.sampled_from(payload("twilio_forms.json")))
def test_twilio_forms(extra: dict[str, str], sample: dict[str, str]) -> None:
    body = urlencode(sample | extra, errors="replace").encode()
    try_all(Delivery({"content-type": FORM, "X-Twilio-Signature": "x"}, body, signing.HOST, NOW))


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300), st.dictionaries(st.sampled_from(["SigningCertURL", "SubscribeURL"]), st.text())
)
def test_certificates(pem: bytes, urls: dict[str, str]) -> None:
    ours = sns.SesSecrets(SECRETS.ses.topics, lambda _url: pem)
    with pytest.raises(BadSignature):
        ses.verify(signing.ses(signing.envelope("{}") | urls), ours)


@pytest.mark.parametrize("body", [b"", b"nope", b"\xff\xfe", b"[" * 200_000, b"1" * 20_000, b"{", b'"x"'])
def test_what_is_not_their_json_is_unreadable(body: bytes) -> None:
    for module in (sendgrid, postmark, ses):
        with pytest.raises(Unreadable):
            module.events(Delivery({"content-type": "application/json"}, body, "", NOW))
    mail = Delivery({"content-type": "text/plain"}, body, "", NOW)
    for other in (mailgun, twilio):
        with pytest.raises(Unreadable):
            other.events(mail)


def test_forms_of_many_fields_cost_no_more() -> None:
    many = b"&".join(b"a%d=1" % number for number in range(2_000))
    parts = b"--x\r\n\r\n\r\n" * 200_000 + b"--x--"
    for kind, body in ((FORM, many), ("multipart/form-data; boundary=x", parts)):
        with pytest.raises(Unreadable, match="more than 1,000 fields"):
            form.fields(Delivery({"content-type": kind}, body, "", NOW))


def test_forms_that_end_early_are_unreadable() -> None:
    body, kind = signing.multipart({"email": b"x" * 100})
    with pytest.raises(Unreadable, match="last boundary"):
        form.fields(Delivery({"content-type": kind}, body[:-10], "", NOW))


@given(st.dictionaries(st.text("abc-", min_size=1), st.binary().filter(lambda some: b"--xYz" not in some)))
def test_forms_come_back_as_they_went(fields: dict[str, bytes]) -> None:
    body, kind = signing.multipart(fields)
    assert form.fields(Delivery({"content-type": kind}, body, "", NOW)) == fields
    coded = Delivery({"content-type": FORM}, urlencode(fields).encode(), "", NOW)
    assert form.fields(coded) == fields


@given(JSON)
def test_texts_can_be_stored(value: object) -> None:
    found = reading.text(value)
    assert found is None or ("\0" not in found and found.encode() and found == found.strip())
